"""The browser computes an application to the same cent as the server: both get the same lines, random ones."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoicing.money import AmountError, format_amount, format_quantity, parse_amount, quantity_for
from invoicing.payment_application import LineFigures, excess, summarize, with_proposed_retainage

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
FIGURES = (SCRIPTS / "figures.js").read_text()
QUANTITIES = (SCRIPTS / "quantities.js").read_text()
COMPUTE = """
async ({ source, lines, original, changes }) => {
  const figures = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const read = (line) => Object.fromEntries(Object.entries(line).map(([name, text]) => [
    name, name.endsWith("Rate") ? figures.parsePercent(text) : figures.parseAmount(text)]));
  const computed = lines.map((line) => figures.compute(read(line)));
  const summary = figures.summarize(computed, figures.parseAmount(original), figures.parseAmount(changes));
  const write = (all) => Object.fromEntries(
    Object.entries(all).map(([name, cents]) => [name, figures.formatAmount(cents)]));
  return { lines: computed.map(write), summary: write(summary) };
}
"""
PARSE = """
async ({ source, texts }) => {
  const figures = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return texts.map(figures.parseAmount).map((cents) => (cents === null ? null : figures.formatAmount(cents)));
}
"""
FOLLOW = """
async ({ source, figures, pairs }) => {
  const address = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
  const { parseAmount, parseScaled } = await import(address(figures));
  const { formatQuantity, quantityFor } = await import(address(source.replace("./figures.js", address(figures))));
  return pairs.map(([amount, price]) => formatQuantity(quantityFor(parseAmount(amount), parseScaled(price, 4))));
}
"""
amounts = st.integers(-3_000_000_00, 3_000_000_00).map(lambda cents: Decimal(cents).scaleb(-2))
prices = st.integers(1, 10**8).map(lambda n: Decimal(n).scaleb(-4))
rates = st.integers(0, 100_000).map(lambda thousandths: Decimal(thousandths).scaleb(-3))


@st.composite
def lines(draw):
    line = LineFigures(
        scheduled_value=draw(amounts),
        work_previous=draw(amounts),
        materials_previous=draw(amounts),
        retainage_previous=draw(amounts),
        work_this_period=draw(amounts),
        materials_stored=draw(amounts),
        retainage_released=draw(amounts),
    )
    return line, draw(rates), draw(rates)


@pytest.fixture(scope="module")
def blank_page(browser):
    page = browser.new_page()
    yield page
    page.close()


def as_typed(line, work_rate, materials_rate):
    return {
        "scheduled": format_amount(line.scheduled_value),
        "workPrevious": format_amount(line.work_previous),
        "materialsPrevious": format_amount(line.materials_previous),
        "retainagePrevious": format_amount(line.retainage_previous),
        "work": format_amount(line.work_this_period),
        "materials": format_amount(line.materials_stored),
        "released": format_amount(line.retainage_released),
        "workRate": str(work_rate),
        "materialsRate": str(materials_rate),
    }


def as_shown(line):
    figures = {
        "completed": line.completed_and_stored,
        "balance": line.balance_to_finish,
        "withheld": line.retainage_withheld,
        "retainage": line.retainage,
        "retainageOnMaterials": line.retainage_on_materials,
        "billed": line.billed_this_period,
        "excess": excess(line),
    }
    return {name: format_amount(amount) for name, amount in figures.items()}


def summary_as_shown(summary):
    figures = {
        "line-1": summary.original_sum,
        "line-2": summary.change_order_sum,
        "line-3": summary.contract_sum_to_date,
        "line-4": summary.completed_and_stored,
        "line-5a": summary.retainage_on_work,
        "line-5b": summary.retainage_on_materials,
        "line-5": summary.total_retainage,
        "line-6": summary.earned_less_retainage,
        "line-7": summary.less_previous_certificates,
        "line-8": summary.current_payment_due,
        "line-9": summary.balance_to_finish,
    }
    return {name: format_amount(amount) for name, amount in figures.items()}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sheet=st.lists(lines(), min_size=10, max_size=40), original=amounts, changes=amounts)
def test_lines_and_summary_are_the_servers(blank_page, sheet, original, changes):
    typed = {"lines": [as_typed(*each) for each in sheet], "original": str(original), "changes": str(changes)}

    shown = blank_page.evaluate(COMPUTE, {"source": FIGURES, **typed})

    computed = [with_proposed_retainage(*each) for each in sheet]
    expected = [as_shown(line) for line in computed]
    assert [{name: line[name] for name in expected[0]} for line in shown["lines"]] == expected
    assert shown["summary"] == summary_as_shown(summarize(computed, original, changes))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(pairs=st.lists(st.tuples(amounts, prices, st.sampled_from([1, -1])), min_size=10, max_size=40))
def test_quantities_are_the_servers(blank_page, pairs):
    priced = [(amount, price * sign) for amount, price, sign in pairs]
    typed = [[format_amount(amount), str(price)] for amount, price in priced]

    shown = blank_page.evaluate(FOLLOW, {"source": QUANTITIES, "figures": FIGURES, "pairs": typed})

    assert shown == [format_quantity(quantity_for(*each)) for each in priced]


TYPED = [
    "1,234.50",
    "-1,234.50",
    "−5",
    "(12)",
    "$1,000",
    "-$3",
    "$-3",
    "1.",
    ".5",
    "0",
    "-0",
    "",
    ".",
    "1,23",
    "1e3",
    "12.345",
    "abc",
]
TYPED += ["(-1)", "1 000", "99999999999999.99", "100000000000000", "--1", "$$1", "٣", "( 7.5 )", " 8 "]


def servers_reading(text):
    try:
        return format_amount(parse_amount(text))
    except AmountError:
        return None


def test_the_same_texts_are_amounts(blank_page):
    read = blank_page.evaluate(PARSE, {"source": FIGURES, "texts": TYPED})

    assert dict(zip(TYPED, read, strict=True)) == {text: servers_reading(text) for text in TYPED}
