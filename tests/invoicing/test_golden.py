"""Complete applications worked by hand: tests/golden tells each figure with the arithmetic that leads there."""

import ast
import json
import operator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from invoicing.money import ZERO
from invoicing.payment_application import LineFigures, problems, summarize, with_proposed_retainage

CASES = sorted(Path(__file__).parent.parent.joinpath("golden").glob("*.json"))
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def worked_out(text):
    """What a sum that is written out in a case comes to, to the cent; by pencil, not by the product."""
    return _value(ast.parse(text, mode="eval").body, text).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _value(node, text):
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, text)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, text), _value(node.right, text))
    return Decimal(ast.get_source_segment(text, node))


def figures(line, rates):
    given = {name: Decimal(amount) for name, amount in {**line["carried"], **line["entered"]}.items()}
    entered = LineFigures(scheduled_value=Decimal(line["scheduled_value"]), **given)
    return with_proposed_retainage(entered, Decimal(rates["work"]), Decimal(rates["materials"]))


def test_there_are_golden_cases():
    assert len(CASES) >= 5


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_worked_by_hand(path):
    case = json.loads(path.read_text())
    lines = [figures(line, case["rates"]) for line in case["lines"]]
    original = sum((f.scheduled_value for f, told in _both(lines, case) if not told.get("change_order")), ZERO)
    changes = sum((f.scheduled_value for f, told in _both(lines, case) if told.get("change_order")), ZERO)

    for computed, told in _both(lines, case):
        assert problems(computed) == []
        _agree(computed, told["worked"], f"line {told['item']}")
    _agree(summarize(lines, original, changes), case["summary"], "summary")


def _both(lines, case):
    return zip(lines, case["lines"], strict=True)


def _agree(computed, worked, where):
    for name, (arithmetic, result) in worked.items():
        assert worked_out(arithmetic) == Decimal(result), f"{where}, {name}: {arithmetic} is not {result}"
        assert getattr(computed, name) == Decimal(result), f"{where}, {name}"
