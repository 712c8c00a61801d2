"""Cut the web font: Latin only, from the Source Sans 3 wheel, some 30 KB; nothing of it is kept in the repository."""

from importlib.resources import as_file, files

from django.core.management.base import BaseCommand
from fontTools import subset

from config import font

# Latin letters with accents, punctuation, arrows, and the currency and mathematical signs the sheets use.
UNICODES = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2027),
    *(0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2260, 0x2264, 0x2265),
]
FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum"]


class Command(BaseCommand):
    help = "Cut the web font out of its wheel into FONT_DIR, unless it is there."

    def handle(self, **options):
        target = font.path()
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(".part")
            with as_file(files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf") as source:
                write_subset(source, unfinished)
            unfinished.replace(target)
        self.stdout.write(f"{target.name}, {target.stat().st_size / 1024:.1f} KB")


def write_subset(source, target):
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
    with subset.load_font(str(source), options) as cut:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=UNICODES)
        subsetter.subset(cut)
        subset.save_font(cut, str(target), options)
