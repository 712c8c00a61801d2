"""An application as PDF. typst runs in a process of its own, which a document that takes too long cannot outlive."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from invoicing.money import format_printed, format_share
from invoicing.printing.sections import COLUMNS

log = logging.getLogger(__name__)

SECONDS = 25
COMPILER = Path(__file__).with_name("compiler.py")


class PrintingFailed(Exception):
    """No PDF came of it; the sentence is for the person who asked for one."""

    def __init__(self):
        super().__init__("The PDF could not be made. Try again, or take the workbook.")


def as_pdf(printed):
    """The PDF's bytes. Typed text goes in as data, so nothing that is typed can be taken for markup."""
    words = json.dumps(_words(printed)).encode()
    command = [sys.executable, "-I", str(COMPILER), str(SECONDS)]
    try:
        run = subprocess.run(command, input=words, capture_output=True, timeout=SECONDS, check=True, env={})  # noqa: S603 - our own program, no shell
    except subprocess.SubprocessError as error:
        log.error(
            "No PDF of %s: %s", printed.title, (error.stderr or b"it took too long")[-500:].decode(errors="replace")
        )
        raise PrintingFailed from error
    return run.stdout


def _words(printed):
    """What the template is given: texts alone, amounts as they are to be read."""
    return {
        "title": printed.title,
        "mark": printed.mark.upper(),
        "currency": printed.currency,
        "facts": printed.facts,
        "summary": [[number, label, format_printed(amount)] for number, label, amount in printed.summary_rows],
        "changes": [
            [each.title, *map(format_printed, (each.additions, each.deductions, each.net))] for each in printed.changes
        ],
        "signatures": printed.signatures,
        "columns": [[letter, title] for letter, title, _ in COLUMNS],
        "sections": [_section(section) for section in printed.sections],
        "totals": _figures(printed.totals),
    }


def _section(section):
    lines = [[line.item, line.description, *_figures(line.figures)] for line in section.lines]
    return {"heading": section.heading, "lines": lines, "totals": _figures(section.totals)}


def _figures(figures):
    return [_figure(name, getattr(figures, name)) for _, _, name in COLUMNS]


def _figure(name, value):
    return format_share(value) if name == "percent" else format_printed(value)
