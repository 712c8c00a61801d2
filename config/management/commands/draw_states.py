from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from config.state_diagram import both_diagrams

BEGIN, END = "<!-- states: manage.py draw_states -->\n", "<!-- end of states -->"


class Command(BaseCommand):
    help = "Draw the state diagrams of the README anew from invoicing/states.py."

    def handle(self, *args, **options):
        readme = Path(settings.BASE_DIR) / "README.md"
        text = readme.read_text()
        before, rest = text.split(BEGIN)
        _, after = rest.split(END)
        readme.write_text(f"{before}{BEGIN}\n{both_diagrams()}\n{END}{after}")
