"""An export run in numbers and words, for its card, its note and its page."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from erp_integrations.export.runs import progress_of
from erp_integrations.models import ExportJob, JobState

ENOUGH_TO_TELL = 2  # results, before anything is said about the time left


def run_progress(run):
    """Counts, links and sentences of a run; `stuck` are those that failed or need a check."""
    progress = progress_of(run)
    stuck = progress["failed"] + progress["doubtful"]
    address = [run.company.slug, run.number]
    return progress | {
        "run": run,
        "title": f"Exporting {counted(progress['total'])}",
        "ended_title": f"Exported {progress['synced']} of {counted(progress['total'])}",
        "link": f"View export {run.number}",
        "stuck": stuck,
        "stuck_text": f"{stuck} did not get through",
        "left_text": _left(run, progress),
        "held_up": _held_up(getattr(run.company, "erp_connection", None)),
        "skipped": len(run.skipped),
        "url": reverse("erp_integrations:run", args=address),
        "poll": f"{reverse('erp_integrations:run_progress', args=address)}?done={progress['done']}&stuck={stuck}",
        "first_stuck": _first_stuck(run) if stuck else None,
    }


def counted(number):
    return f"{number:,} invoice" if number == 1 else f"{number:,} invoices"


def _held_up(connection):
    return f"Exports are paused. {connection.pause.what}" if connection and connection.paused_at else ""


def _left(run, progress):
    """ "2, about 1 min"; without the time until there are results to tell from, and "" at the end."""
    left = progress["total"] - progress["done"]
    if not left or progress["done"] < ENOUGH_TO_TELL:
        return str(left or "")
    needed = (timezone.now() - run.started_at) / progress["done"] * left
    minutes = -(-needed // timedelta(minutes=1))
    return f"{left}, about {minutes:,} min"


def _first_stuck(run):
    """The job that got stuck first, to be named in the note."""
    stuck = ExportJob.objects.filter(run=run, state__in=[JobState.FAILED, JobState.NEEDS_REVIEW])
    return stuck.select_related("invoice__contract", "connection").order_by("finished_at", "pk").first()
