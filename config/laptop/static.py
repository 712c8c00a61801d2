"""Collect the static files, with the font cut to size, in one process since Django takes a second to start."""

import django
from django.conf import settings
from django.core.management import call_command

# Same names, same manifest, no compressed copies beside the files: on the way to the same machine they save nothing,
# and making them takes longer than everything else together.
UNCOMPRESSED = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}


def main() -> None:
    settings.STORAGES["staticfiles"] = UNCOMPRESSED
    django.setup()
    call_command("cut_font", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
