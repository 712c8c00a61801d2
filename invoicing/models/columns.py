"""Column types of money and rates, and the constraints that hold them."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

ZERO = Decimal("0.00")
# NUMERIC(16,2) would take NaN, and Infinity never fits a BETWEEN.
LARGEST = Decimal("99999999999999.99")
LARGEST_RATE = Decimal("999999999999.9999")


def amount(**options):
    """A sum of money in the company's currency, to the cent."""
    return models.DecimalField(max_digits=16, decimal_places=2, **({"default": ZERO} | options))


def rate(**options):
    """A quantity or a price per unit, to four decimals; empty where a line is a lump sum."""
    return models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True, **options)


def percent(**options):
    """A rate in percent, 0 to 100, to three decimals."""
    return models.DecimalField(max_digits=6, decimal_places=3, **({"default": ZERO} | options))


def amounts_are_finite(name, *fields):
    """NaN and Infinity are valid NUMERICs to PostgreSQL; here they are not."""
    condition = Q()
    for each in fields:
        condition &= Q(**{f"{each}__gte": -LARGEST, f"{each}__lte": LARGEST})
    return models.CheckConstraint(condition=condition, name=name)


def percents_are_in_range(name, *fields):
    condition = Q()
    for each in fields:
        condition &= Q(**{f"{each}__gte": 0, f"{each}__lte": 100})
    return models.CheckConstraint(condition=condition, name=name)


def rates_are_finite(name, *fields):
    """Like amounts, for columns that may be empty."""
    condition = Q()
    for each in fields:
        condition &= Q(**{f"{each}__isnull": True}) | Q(**{f"{each}__gte": -LARGEST_RATE, f"{each}__lte": LARGEST_RATE})
    return models.CheckConstraint(condition=condition, name=name)
