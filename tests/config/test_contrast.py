"""The colours of the style sheet, by number: axe cannot decide under sticky parts, arithmetic can."""

import re
from pathlib import Path

import pytest

FOUNDATION = Path(__file__).resolve().parents[2] / "static" / "css" / "foundation.css"
TEXT, CONTROL = 4.5, 3.0

# (foreground, background, light, dark): what the visual language promises, to one decimal.
PROMISED = [
    ("ink", "surface", 17.5, 14.3),
    ("ink-2", "surface", 8.0, 8.9),
    ("ink-3", "bg", 5.3, 7.4),
    ("rule-strong", "surface", 3.7, 4.4),
    ("accent", "surface", 7.6, 8.0),
    ("on-accent", "accent", 7.6, 8.2),
    ("ok", "ok-weak", 6.3, 7.8),
    ("warn", "warn-weak", 6.8, 8.0),
    ("bad", "bad-weak", 6.5, 7.2),
    ("busy", "busy-weak", 7.1, 7.5),
]
TINTS = ["row-hover", "row-ok", "row-busy", "row-warn", "accent-weak"]
READABLE = [
    *((word, ground) for word in ("ink", "ink-2", "accent") for ground in ("bg", "surface", "sunken", *TINTS)),
    *((word, "surface") for word in ("ink-3", "ok", "warn", "bad", "busy", "accent-hover")),
    *((word, "bg") for word in ("ok", "warn", "bad", "busy")),
    *((word, tint) for word in ("ok", "warn", "bad") for tint in TINTS),
    *(("surface", word) for word in ("ok", "bad")),
    ("on-bad", "bad"),
    ("on-accent", "accent-hover"),
    ("bar-ink", "bar"),
    ("bar-ink-2", "bar"),
]


@pytest.fixture(scope="module")
def tokens():
    """Name -> (light, dark), each a hexadecimal colour."""
    css = FOUNDATION.read_text()
    both = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    single = re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", css)
    return {name: (light, dark) for name, light, dark in both} | {name: (colour, colour) for name, colour in single}


def luminance(colour):
    def linear(channel):
        share = int(channel, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("foreground", "background", "light", "dark"), PROMISED)
def test_contrast_is_what_the_visual_language_promises(tokens, foreground, background, light, dark):
    pairs = zip(tokens[foreground], tokens[background], strict=True)

    computed = [round(contrast(*pair), 1) for pair in pairs]

    assert computed == [light, dark]


@pytest.mark.parametrize(("foreground", "background"), READABLE)
def test_text_is_readable_in_light_and_dark(tokens, foreground, background):
    pairs = list(zip(tokens[foreground], tokens[background], strict=True))

    too_faint = [pair for pair in pairs if contrast(*pair) < TEXT]

    assert too_faint == []


@pytest.mark.parametrize("ground", ["surface", "bg"])
@pytest.mark.parametrize("mark", ["rule-strong", "accent"])
def test_borders_of_controls_and_the_focus_ring_stand_out(tokens, mark, ground):
    pairs = list(zip(tokens[mark], tokens[ground], strict=True))

    too_faint = [pair for pair in pairs if contrast(*pair) < CONTROL]

    assert too_faint == []
