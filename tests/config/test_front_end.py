"""The weight of what a browser fetches, and the rules that keep the content security policy free of exceptions."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if "notifications" not in path.parts]
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
# What single pages add: the editor of an application, the schedule of values.
GRIDS = {
    "application": ("grid", "figures", "keep", "reach", "quantities"),
    "schedule": ("schedule", "figures", "keep", "reach"),
}
OF_GRIDS = {STATIC / "js" / f"{name}.js" for names in GRIDS.values() for name in names}
STYLES = sorted((STATIC / "css").glob("*.css"))
ON_EVERY_PAGE = [STATIC / "css" / f"{name}.css" for name in ("foundation", "components", "ledger")]
KB = 1024


def weight(paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_the_style_sheets_weigh_no_more_than_8_kb():
    assert weight(ON_EVERY_PAGE) <= 8 * KB


def test_what_single_pages_add_to_them_weighs_no_more_than_a_quarter_above_1_kb():
    assert weight(set(STYLES) - set(ON_EVERY_PAGE)) <= 1.25 * KB


@pytest.mark.parametrize(("page", "limit"), [("", 24), ("application", 31), ("schedule", 30)])
def test_the_scripts_of_a_page_weigh_no_more_than_they_may(page, limit):
    everywhere = {Path(finders.find("django_htmx/htmx-2.min.js")), *SCRIPTS} - OF_GRIDS
    added = {STATIC / "js" / f"{name}.js" for name in GRIDS.get(page, ())}

    assert weight(everywhere | added) <= limit * KB


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_files_stay_short(path):
    longest = 150 if path.suffix == ".js" else 250

    assert len(path.read_text().splitlines()) <= longest


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_script_or_style(path):
    source = path.read_text()

    inline = re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", source)

    assert inline == []


def test_templates_and_scripts_ask_no_one_else_for_anything():
    named = [path.name for path in [*TEMPLATES, *SCRIPTS, *STYLES] if re.search(r"https?://", path.read_text())]

    assert named == []


def test_every_icon_that_is_used_is_drawn():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "img" / "sprite.svg").read_text()))
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "(\w+)"', path.read_text())}

    assert sorted(used - drawn) == []


def test_every_template_is_understood():
    for path in TEMPLATES:
        get_template(str(path.relative_to(ROOT / "templates")))


def test_the_font_is_cut_once_and_weighs_no_more_than_30_kb(settings, tmp_path, capsys):
    settings.FONT_DIR = tmp_path / "font"

    call_command("cut_font")
    cut = tmp_path / "font" / "source-sans-3.woff2"
    first = cut.stat().st_mtime_ns
    call_command("cut_font")

    assert cut.read_bytes()[:4] == b"wOF2"
    assert cut.stat().st_size <= 30 * KB
    assert cut.stat().st_mtime_ns == first
