"""Bring the demo's database up to date and fill it, in one process since Django takes a second to start.

Run by the demo with its environment; writes the people one may sign in as to the file it is given, as JSON.
"""

import io
import sys
from pathlib import Path

import django
from django.core.management import call_command

from config.laptop.progress import step


def main(people_file: Path) -> None:
    django.setup()
    with step("Database"):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    with step("Demo data"):
        call_command("seed_demo", verbosity=0)
        people = io.StringIO()
        call_command("seed_demo", people=True, stdout=people)
    people_file.write_text(people.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
