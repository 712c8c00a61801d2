"""What is wrong in the demo on purpose, so that the checks have something to say."""

from dataclasses import replace
from decimal import Decimal

from invoicing.payment_application import with_proposed_retainage

# 10 % of this is 138.89, so line 6 of application 8 falls by 1,250.00 after application 9 was approved.
CORRECTION = Decimal("1388.89")


def bend(job, applications):
    """Bring a job's quirk into its applications."""
    if job.quirk == "overbilled":
        applications[-1] = _overbill(applications[-1])
    if job.quirk == "line 7":
        applications[-2] = _correct(applications[-2])
    return applications


def _overbill(application):
    """Bill site work to 104 % of its value, and as much less on the steel."""
    lines = dict(application.lines)
    site, steel = lines["02"], lines["05"]
    excess = site.scheduled_value * Decimal("1.04") - site.completed_and_stored
    lines["02"] = replace(site, work_this_period=site.work_this_period + excess)
    lines["05"] = replace(steel, work_this_period=steel.work_this_period - excess)
    return _held_anew(application, lines, ("02", "05"))


def _correct(application):
    """Bill less concrete than the next application had carried forward."""
    lines = dict(application.lines)
    concrete = lines["03"]
    lines["03"] = replace(concrete, work_this_period=concrete.work_this_period - CORRECTION)
    return _held_anew(application, lines, ("03",))


def _held_anew(application, lines, items):
    for item in items:
        lines[item] = with_proposed_retainage(lines[item], application.rate, application.rate)
    return replace(application, lines=lines)
