import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing.money import CENT, MAX_AMOUNT, ZERO
from invoicing.payment_application import (
    LineFigures,
    Problem,
    Summary,
    excess,
    next_line,
    overbilled,
    problems,
    proposed_retainage,
    roll_forward,
    summarize,
    with_proposed_retainage,
)
from tests.invoicing.billing import (
    applications,
    billed,
    closing,
    contracts,
    entries,
    exactly,
    rates,
    summaries,
    sums,
    values,
)

some = settings(max_examples=30)
TEN = Decimal(10)


def added(amounts):
    return sum(amounts, ZERO)


def kept_by_the_database(line):
    """The CHECK constraint on lines of an application, said once more."""
    sign = -1 if line.scheduled_value < 0 else 1
    held = sign * (line.retainage_previous + line.retainage_withheld)
    released = sign * line.retainage_released
    return (
        sign * line.materials_stored >= 0
        and 0 <= released <= held
        and 0 <= sign * line.retainage_on_materials <= held - released
    )


@some
@given(contracts())
def test_every_line_of_every_application_follows_from_what_was_entered(contract):
    made = applications(contract)

    for key, (value, joins) in enumerate(contract.values):
        own = [lines[key] for lines in made[joins:]]
        for n, line in enumerate(own, start=1):
            work = added(each.work_this_period for each in own[:n])
            withheld = added(each.retainage_withheld for each in own[:n])
            released = added(each.retainage_released for each in own[:n])
            assert line.scheduled_value == value
            assert line.work_previous == work - line.work_this_period
            assert line.materials_previous == (own[n - 2].materials_stored if n > 1 else 0)
            assert line.completed_and_stored == work + line.materials_stored
            assert line.balance_to_finish == value - work - line.materials_stored
            assert line.retainage == withheld - released
            assert line.retainage == line.retainage_on_work + line.retainage_on_materials
            assert (line.percent is None) == (value == 0)


@some
@given(contracts())
def test_no_application_breaks_a_rule_of_the_database(contract):
    made = applications(contract)

    for lines in made:
        assert [problem for line in lines.values() for problem in problems(line)] == []
        assert all(kept_by_the_database(line) for line in lines.values())
        for line in lines.values():
            assert 0 <= line.sign * line.retainage <= max(line.sign * line.completed_and_stored, ZERO)


@some
@given(contracts())
def test_the_nine_lines_hold_in_every_application(contract):
    made = applications(contract)

    for number, summary in enumerate(summaries(contract)):
        lines = made[number].values()
        assert summary.contract_sum_to_date == added(line.scheduled_value for line in lines)
        assert summary.completed_and_stored == added(line.completed_and_stored for line in lines)
        assert summary.total_retainage == added(line.retainage for line in lines)
        assert summary.total_retainage == summary.retainage_on_work + summary.retainage_on_materials
        assert summary.earned_less_retainage == summary.completed_and_stored - summary.total_retainage
        assert summary.current_payment_due == summary.earned_less_retainage - summary.less_previous_certificates
        assert summary.current_payment_due == summary.billed_this_period - summary.retainage_this_period
        assert summary.current_payment_due == added(line.payment_due for line in lines)
        assert summary.balance_to_finish == summary.contract_sum_to_date - summary.earned_less_retainage
        assert summary.balance_to_finish == (added(line.balance_to_finish for line in lines) + summary.total_retainage)


@some
@given(contracts())
def test_applications_form_a_chain(contract):
    chain = summaries(contract)

    before = Summary()
    for n, summary in enumerate(chain, start=1):
        assert summary.less_previous_certificates == before.earned_less_retainage
        assert summary.completed_and_stored == before.completed_and_stored + summary.billed_this_period
        assert summary.total_retainage == before.total_retainage + summary.retainage_this_period
        assert added(each.current_payment_due for each in chain[:n]) == summary.earned_less_retainage
        before = summary


@some
@given(contracts(), st.integers(0, 10**6))
def test_the_order_of_lines_does_not_matter(contract, seed):
    lines = list(applications(contract)[-1].values())
    shuffled = random.Random(seed).sample(lines, len(lines))

    assert summarize(shuffled, *sums(contract, 0)) == summarize(lines, *sums(contract, 0))


@given(values, entries, rates, rates)
def test_splitting_a_line_moves_retainage_by_a_cent_at_most_and_nothing_else(
    half_value, entry, work_rate, materials_rate
):
    half = billed(LineFigures(scheduled_value=half_value), replace(entry, released=0), work_rate, materials_rate)
    whole = LineFigures(
        scheduled_value=2 * half.scheduled_value,
        work_this_period=2 * half.work_this_period,
        materials_stored=2 * half.materials_stored,
    )
    whole = with_proposed_retainage(whole, work_rate, materials_rate)

    split, together = (summarize(lines, 2 * half_value, ZERO) for lines in ([half, half], [whole]))

    assert split.completed_and_stored == together.completed_and_stored
    assert split.billed_this_period == together.billed_this_period
    assert abs(split.total_retainage - together.total_retainage) <= CENT
    assert abs(split.current_payment_due - together.current_payment_due) <= CENT
    on_half = exactly(half.work_this_period, work_rate) + exactly(half.materials_stored, materials_rate)
    if on_half == half.retainage_withheld:
        assert split.total_retainage == together.total_retainage


@some
@given(contracts(), entries, entries)
def test_voiding_the_last_application_restores_the_state_before(contract, voided, again):
    standing = applications(contract)
    last = standing[-1]

    application = {key: billed(next_line(line), voided, TEN, TEN) for key, line in last.items()}
    standing.append(application)
    standing.pop()
    instead = {key: billed(next_line(line), again, TEN, TEN) for key, line in standing[-1].items()}

    assert standing == applications(contract)
    line_6 = summarize(last.values(), ZERO, ZERO).earned_less_retainage
    assert summarize(instead.values(), ZERO, ZERO).less_previous_certificates == line_6
    paid = added(summarize(lines.values(), ZERO, ZERO).current_payment_due for lines in [*standing, instead])
    assert paid == summarize(instead.values(), ZERO, ZERO).earned_less_retainage


@some
@given(contracts())
def test_a_contract_closes_with_nothing_left_to_pay(contract):
    months = len(contract.months)
    last = [closing(line) for line in applications(contract)[-1].values()]

    final = summarize(last, *sums(contract, months))

    assert [problem for line in last for problem in problems(line)] == []
    assert [line.completed_and_stored for line in last] == [line.scheduled_value for line in last]
    assert final.total_retainage == 0
    assert final.earned_less_retainage == final.contract_sum_to_date
    assert final.balance_to_finish == 0
    paid = added(each.current_payment_due for each in summaries(contract)) + final.current_payment_due
    assert paid == final.contract_sum_to_date


@given(values, entries, entries, entries, rates)
def test_a_draft_follows_its_corrected_predecessor(value, first, corrected, drafted, rate):
    before, after = (billed(LineFigures(scheduled_value=value), entry, rate, rate) for entry in (first, corrected))
    draft = billed(next_line(before), drafted, rate, rate)

    for following in (roll_forward(draft, after), roll_forward(draft, after, (rate, rate))):
        carried = next_line(after)
        assert following.work_previous == carried.work_previous
        assert following.materials_previous == carried.materials_previous
        assert following.retainage_previous == carried.retainage_previous
        assert following.work_this_period == draft.work_this_period
        assert following.materials_stored == draft.materials_stored
        assert kept_by_the_database(following)
    assert roll_forward(draft, before) == draft
    assert roll_forward(draft, before, (rate, rate)) == draft


def test_retainage_taken_back_and_released_gives_way_when_less_is_held():
    value = Decimal("500.00")
    draft = LineFigures(
        scheduled_value=value,
        work_previous=Decimal("100.00"),
        retainage_previous=Decimal("10.00"),
        retainage_withheld=Decimal("-5.00"),
        retainage_released=Decimal("4.00"),
    )
    two_held, seven_held = (
        LineFigures(scheduled_value=value, work_this_period=Decimal("100.00"), retainage_withheld=Decimal(held))
        for held in ("2.00", "7.00")
    )

    nothing_left, little_left = roll_forward(draft, two_held), roll_forward(draft, seven_held)

    assert (nothing_left.retainage_withheld, nothing_left.retainage_released) == (Decimal("-2.00"), 0)
    assert (little_left.retainage_withheld, little_left.retainage_released) == (Decimal("-5.00"), Decimal("2.00"))
    assert (nothing_left.retainage, little_left.retainage) == (0, 0)
    assert roll_forward(draft, None).retainage == 0


def test_stored_material_that_is_built_in_moves_from_f_to_e_and_is_billed_once():
    march = with_proposed_retainage(
        LineFigures(scheduled_value=Decimal("1000.00"), materials_stored=Decimal("400.00")), TEN, TEN
    )

    april = replace(next_line(march), work_this_period=Decimal("400.00"), materials_stored=ZERO)
    april = with_proposed_retainage(april, TEN, TEN)
    may = next_line(april)

    assert (next_line(march).work_previous, next_line(march).materials_stored) == (0, Decimal("400.00"))
    assert (march.retainage_on_work, march.retainage_on_materials) == (0, Decimal("40.00"))
    assert (april.billed_this_period, april.completed_and_stored) == (0, Decimal("400.00"))
    assert (april.retainage_withheld, april.retainage) == (0, Decimal("40.00"))
    assert (april.retainage_on_work, april.retainage_on_materials) == (Decimal("40.00"), 0)
    assert (may.work_previous, may.materials_previous, may.balance_to_finish) == (
        Decimal("400.00"),
        0,
        Decimal("600.00"),
    )


def test_retainage_of_work_and_materials_is_rounded_once_per_line():
    line = LineFigures(
        scheduled_value=Decimal("100.00"), work_this_period=Decimal("0.05"), materials_stored=Decimal("0.05")
    )

    assert proposed_retainage(line, TEN, TEN) == Decimal("0.01")
    assert proposed_retainage(replace(line, materials_stored=ZERO), TEN, TEN) == Decimal("0.01")
    assert proposed_retainage(replace(line, work_this_period=Decimal("0.04"), materials_stored=ZERO), TEN, TEN) == 0


@pytest.mark.parametrize("amount", ["0", "0.01", "-0.01", "2.68", "99999999999999.99", "-99999999999999.99"])
def test_figures_at_the_edge_tie_out(amount):
    value = Decimal(amount)
    line = with_proposed_retainage(LineFigures(scheduled_value=value, work_this_period=value), TEN, TEN)

    summary = summarize([line], value, ZERO)

    assert problems(line) == []
    assert summary.fits
    assert summary.current_payment_due == value - line.retainage
    assert summary.balance_to_finish == line.retainage
    assert closing(line).retainage == 0


def test_figures_beyond_the_edge_are_named():
    line = LineFigures(scheduled_value=MAX_AMOUNT, work_previous=MAX_AMOUNT, work_this_period=CENT)

    assert problems(line) == [Problem("work_this_period", "This line adds up to more than 99,999,999,999,999.99.")]
    assert not summarize([line], MAX_AMOUNT, ZERO).fits
    assert not Summary(original_sum=MAX_AMOUNT, change_order_sum=CENT).fits


@pytest.mark.parametrize(
    ("value", "billed_to", "beyond"),
    [
        ("100", "100", "0"),
        ("100", "100.01", "0.01"),
        ("100", "-0.01", "-0.01"),
        ("-100", "-100", "0"),
        ("-100", "-99.99", "0"),
        ("-100", "-100.01", "-0.01"),
        ("-100", "1", "1"),
        ("0", "0", "0"),
        ("0", "1", "1"),
        ("0", "-1", "-1"),
    ],
)
def test_overbilling_is_seen_by_sign(value, billed_to, beyond):
    line = LineFigures(scheduled_value=Decimal(value), work_this_period=Decimal(billed_to))

    assert excess(line) == Decimal(beyond)
    assert overbilled(line) is (beyond != "0")


BROKEN = [
    ({"materials_stored": "-1"}, "materials_stored", "Materials stored on this line cannot be negative."),
    ({"retainage_released": "-5"}, "retainage_released", "Retainage released on this line cannot be negative."),
    ({"retainage_withheld": "-10.01"}, "retainage_withheld", "Retainage held on this line cannot become negative."),
    ({"retainage_released": "10.01"}, "retainage_released", "10.01 is released, but only 10.00 is held."),
    (
        {"retainage_withheld": "90.01"},
        "retainage_withheld",
        "Retainage of 100.01 is more than the 100.00 completed and stored.",
    ),
    (
        {"retainage_on_materials": "10.01"},
        "retainage_on_materials",
        "Retainage on stored materials is more than the retainage of the line.",
    ),
]


@pytest.mark.parametrize(("change", "field", "sentence"), BROKEN)
def test_problems_are_named_beside_their_field(change, field, sentence):
    sound = LineFigures(
        scheduled_value=Decimal("500.00"), work_previous=Decimal("100.00"), retainage_previous=Decimal("10.00")
    )

    broken = replace(sound, **{name: Decimal(amount) for name, amount in change.items()})

    assert problems(sound) == []
    assert Problem(field, sentence) in problems(broken)


@pytest.mark.parametrize(("change", "field", "sentence"), BROKEN)
def test_deductive_lines_mirror_the_rules(change, field, sentence):
    sound = LineFigures(
        scheduled_value=Decimal("-500.00"), work_previous=Decimal("-100.00"), retainage_previous=Decimal("-10.00")
    )

    broken = replace(sound, **{name: -Decimal(amount) for name, amount in change.items()})

    mirrored = sentence.replace("this line", "a deductive line").replace("negative", "positive")
    assert problems(sound) == []
    assert Problem(field, mirrored) in problems(broken)


few_cents = st.integers(-30, 30).map(lambda n: n * CENT)


@given(st.builds(LineFigures, *[few_cents] * 9))
def test_a_line_without_problems_is_one_the_database_takes(line):
    if not problems(line):
        assert kept_by_the_database(line)


@given(st.builds(LineFigures, *[few_cents] * 9), rates, rates)
def test_what_is_proposed_is_never_a_problem_of_its_own(line, work_rate, materials_rate):
    line = replace(line, materials_stored=line.sign * abs(line.materials_stored), retainage_released=ZERO)

    assert problems(with_proposed_retainage(line, work_rate, materials_rate)) == []
