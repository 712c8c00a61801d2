"""The one clock of due times and leases; every app may read it here."""

from django.db import models


class TieoutNow(models.Func):
    """`tieout_now()`: the database's clock, plus a shift that only tests set."""

    function = "tieout_now"
    template = "%(function)s()"
    output_field = models.DateTimeField()
