"""What axe finds on a page, in both widths and both colour schemes, and whether it scrolls sideways when narrow."""

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Axe's own run() hands its 500 KB to the page every time, and takes every node that is well back with it.
# A colour scheme changes colours and nothing else.
SCHEMES = {"light": RULES, "dark": {**RULES, "runOnly": ["color-contrast"]}}
RUN = "rules => axe.run(document, rules).then(({passes, violations}) => ({passes: passes.length, violations}))"
# Tabs fold a frame after the width changed, so the measure is taken a frame later still.
OVER = """() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const root = document.documentElement;
    tell(root.scrollWidth - root.clientWidth);
})))"""
WIDTHS, NARROW, HEIGHT = (1440, 390), 320, 900


def accessibility_faults(page):
    """A line for each fault of the page that is open; an empty list is what every page must have."""
    faults = []
    # A click is over when the next page begins, which is long before there is something to look at.
    page.wait_for_load_state()
    if page.evaluate("!window.axe"):
        page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            report = page.evaluate(RUN, rules)
            assert report["passes"], "axe looked at nothing"
            for found in report["violations"]:
                where = [node["html"][:120] for node in found["nodes"][:3]]
                faults.append(f"{page.url} {width} {scheme}: {found['id']} {where}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    over = page.evaluate(OVER)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    return [*faults, f"{page.url} scrolls sideways by {over} px at {NARROW}"] if over > 0 else faults
