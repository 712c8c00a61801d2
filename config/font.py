"""Where the web font lies that `manage.py cut_font` makes."""

from pathlib import Path

from django.conf import settings

FILE_NAME = "source-sans-3.woff2"


def path():
    """The cut font's place in FONT_DIR, whether or not it exists yet."""
    return Path(settings.FONT_DIR) / FILE_NAME
