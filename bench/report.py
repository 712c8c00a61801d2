"""docs/performance.md: between the markers of each part stands what was measured last, and in which circumstances."""

import json
import os
import platform
import statistics
from pathlib import Path

from bench import sizes
from tests.real.databases import as_owner

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
EXPORTS = "<!-- measured: make bench -->\n", "<!-- end of measured -->"
APPLICATIONS = "<!-- measured: make bench ONLY=applications -->\n", "<!-- end of applications -->"
SVG = ROOT / "docs" / "backlog.svg"
FIGURES = ROOT / "var" / "bench.json"


def keep(**figures):
    """Add to what this run has measured."""
    found = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    FIGURES.write_text(json.dumps(found | figures, indent=1))


def forget():
    FIGURES.unlink(missing_ok=True)


def middle(values):
    """Median, and the range that it stands in."""
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def machine():
    with as_owner() as owner:
        told = {name: owner.execute(f"SHOW {name}").fetchone()[0] for name in ("server_version", "fsync")}
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} as the bench ended; Python {platform.python_version()},"
        f" PostgreSQL {told['server_version'].split()[0]} with fsync {told['fsync']}. Size: {sizes.NAME}."
    )


def circumstances():
    return (
        f"{machine()} A worker with 4 processes; the demo ERP, the broker and the database on the same machine;"
        f" {sizes.SIZE.rounds} interleaved rounds."
    )


def write(lines, part=EXPORTS):
    """Put the lines between a part's markers, and print them; the other parts stay as they are."""
    text = "\n".join(lines) + "\n"
    print(f"\n{text}")
    begin, end = part
    head, rest = PAGE.read_text().split(begin)
    PAGE.write_text(f"{head}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}")


def draw(samples):
    """A backlog's way down: (seconds, exports left, seconds of the oldest due) as two lines."""
    width, height, span = 640, 220, samples[-1][0] or 1
    first, last = f"{samples[0][1]:,}", f"{samples[0][2]:,.0f}"
    lines = [_line([each[0] for each in samples], [each[n] for each in samples], span, width, height) for n in (1, 2)]
    SVG.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -20 {width + 70} {height + 60}" font-family="sans-serif"'
        f' font-size="13" role="img" aria-label="Exports left and age of the oldest, falling to zero">'
        f'<rect x="-50" y="-20" width="{width + 70}" height="{height + 60}" fill="white"/>'
        f'<path d="M0 0V{height}H{width}" fill="none" stroke="#666"/>'
        f'<polyline points="{lines[0]}" fill="none" stroke="#1f5fa8" stroke-width="2"/>'
        f'<polyline points="{lines[1]}" fill="none" stroke="#b4530f" stroke-width="2" stroke-dasharray="6 3"/>'
        f'<text x="{width}" y="14" text-anchor="end" fill="#1f5fa8">exports left, of {first}</text>'
        f'<text x="{width}" y="32" text-anchor="end" fill="#b4530f">age of the oldest due, of {last} s</text>'
        f'<text x="0" y="{height + 20}">0 s</text>'
        f'<text x="{width}" y="{height + 20}" text-anchor="end">{span:.0f} s</text>'
        "</svg>\n"
    )


def _line(times, values, span, width, height):
    top = max(values) or 1
    pairs = zip(times, values, strict=True)
    return " ".join(f"{width * at / span:.1f},{height * (1 - value / top):.1f}" for at, value in pairs)
