from pathlib import Path

from config.management.commands.draw_states import BEGIN, END
from config.state_diagram import both_diagrams

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_diagram_in_the_readme_is_the_table_in_the_code():
    drawn = README.read_text().split(BEGIN)[1].split(END)[0]

    assert drawn.strip() == both_diagrams().strip()
