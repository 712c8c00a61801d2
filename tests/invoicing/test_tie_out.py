from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from invoicing.money import CENT, ZERO, format_amount
from invoicing.payment_application import LineFigures, summarize, with_proposed_retainage
from invoicing.tie_out import Certificate, Check, ContractFigures, Place, ScheduledLine, tie_out
from tests.invoicing.billing import KESTREL, KESTREL_SUMS, applications, contracts, summaries, sums

TEN = Decimal(10)
CONTRACT = ContractFigures(*KESTREL_SUMS, work_rate=TEN, materials_rate=TEN)
STORED = summarize(KESTREL.values(), *KESTREL_SUMS)
BEFORE = {
    item: LineFigures(
        scheduled_value=line.scheduled_value,
        work_this_period=line.work_previous,
        materials_stored=line.materials_previous,
        retainage_withheld=line.retainage_previous,
    )
    for item, line in KESTREL.items()
}
PREVIOUS = Certificate(Decimal("564840.00"), BEFORE)


def scheduled(figures):
    return [ScheduledLine(key=f"key {item}", item=item, figures=line) for item, line in figures.items()]


def keyed(certificate):
    return replace(certificate, lines={f"key {item}": line for item, line in certificate.lines.items()})


def checked(stored=STORED, lines=KESTREL, contract=CONTRACT, previous=PREVIOUS, **more):
    """Check the worked example, with whatever the test broke in it."""
    return tie_out(stored, scheduled(lines), contract, keyed(previous), **more)


def only_warning(tied):
    assert tied.passed_count == 4
    return tied.warnings[0]


def saved(lines):
    """What a save would store for these lines."""
    return summarize(lines.values(), *KESTREL_SUMS)


def changed(item, **figures):
    """The worked example with one line's figures changed, retainage following at the contract's rate."""
    amounts = {name: Decimal(amount) for name, amount in figures.items()}
    return KESTREL | {item: with_proposed_retainage(replace(KESTREL[item], **amounts), TEN, TEN)}


def test_a_sound_application_ties_out():
    tied = checked()

    assert tied.warnings == ()
    assert tied.passed_count == 5
    assert tied.summary == "5 of 5 tie out"
    assert tied.checks == (
        Check(1, "Lines 4 and 5 are the sums of columns G and I"),
        Check(2, "Line 3 is the original sum plus approved change orders"),
        Check(3, "Line 7 is line 6 of the last certificate"),
        Check(4, "Retainage follows the contract"),
        Check(5, "No line is billed beyond its value"),
    )


def test_a_first_application_has_nothing_before_it():
    line = with_proposed_retainage(LineFigures(Decimal("500.00"), work_this_period=Decimal("100.00")), TEN, TEN)
    contract = ContractFigures(Decimal("500.00"), ZERO, TEN, TEN)

    tied = tie_out(summarize([line], Decimal("500.00"), ZERO), [ScheduledLine(1, "01", line)], contract)

    assert tied.summary == "5 of 5 tie out"


@pytest.mark.parametrize(
    ("field", "off_by", "sentence"),
    [
        ("completed_and_stored", "-1250.00", "Line 4 off by $1,250.00"),
        ("retainage_on_work", "0.01", "Line 5 off by $0.01"),
        ("retainage_on_materials", "-3.00", "Line 5 off by $3.00"),
        ("billed_this_period", "7.00", "Billed this period off by $7.00"),
        ("retainage_this_period", "7.00", "Retainage this period off by $7.00"),
    ],
)
def test_check_1_sees_totals_that_are_not_the_sums_of_their_lines(field, off_by, sentence):
    stored = replace(STORED, **{field: getattr(STORED, field) + Decimal(off_by)})

    warning = only_warning(checked(stored))

    assert (warning.number, warning.difference, warning.sentence) == (1, Decimal(off_by), sentence)
    assert warning.remedy == "The stored total was changed outside the editor. Reopen the invoice and save it."


def test_check_1_sees_retainage_on_the_wrong_line():
    stored = replace(
        STORED,
        retainage_on_work=STORED.retainage_on_work + 5,
        retainage_on_materials=STORED.retainage_on_materials - 5,
    )

    assert only_warning(checked(stored)).sentence == "Line 5a off by $5.00"


@pytest.mark.parametrize(
    ("contract", "sentence"),
    [
        ({"original_sum": Decimal("4150000.50")}, "Line 1 off by $0.50"),
        ({"approved_changes": Decimal("21500.00")}, "Line 2 off by $14,000.00"),
    ],
)
def test_check_2_compares_line_3_with_the_contract(contract, sentence):
    warning = only_warning(checked(contract=replace(CONTRACT, **contract)))

    assert (warning.number, warning.sentence) == (2, sentence)


@pytest.mark.parametrize(
    ("value", "sentence", "difference"),
    [
        ("9000.00", "Column C is $12,500.00 below the contract sum", "12500.00"),
        ("22000.00", "Column C is $500.00 above the contract sum", "-500.00"),
    ],
)
def test_check_2_compares_line_3_with_column_c(value, sentence, difference):
    lines = changed("CO-01", scheduled_value=value, work_this_period="0")

    warning = only_warning(checked(saved(lines), lines))

    assert (warning.number, warning.sentence, warning.difference) == (2, sentence, Decimal(difference))


def test_check_3_compares_line_7_with_the_last_certificate():
    previous = replace(PREVIOUS, earned_less_retainage=Decimal("563590.00"))

    tied = checked(previous=previous)

    assert tied.summary == "4 of 5: Line 7 off by $1,250.00"
    assert only_warning(tied) == Check(
        number=3,
        title="Line 7 is line 6 of the last certificate",
        passed=False,
        difference=Decimal("1250.00"),
        sentence="Line 7 off by $1,250.00",
        remedy="Carry forward $563,590.00.",
        place=Place.PREVIOUS,
        compared="It is $564,840.00 and should be $563,590.00.",
    )


def test_check_3_compares_line_7_with_what_the_lines_carry():
    stored = replace(STORED, less_previous_certificates=STORED.less_previous_certificates - 40)
    previous = replace(PREVIOUS, earned_less_retainage=stored.less_previous_certificates)

    warning = only_warning(checked(stored, previous=previous))

    assert (warning.number, warning.sentence) == (3, "Line 7 off by $40.00")
    assert warning.remedy == "It differs from what the lines carry."


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        ("work_this_period", "Line 01 column D off by $9.00, and 1 more"),
        ("materials_stored", "Line 01 previous materials off by $9.00, and 1 more"),
        ("retainage_withheld", "Line 01 previous retainage off by $9.00, and 1 more"),
    ],
)
def test_check_3_sees_carried_figures_that_only_balance_in_total(figure, sentence):
    first, second = (getattr(BEFORE[item], figure) for item in ("01", "02"))
    lines = BEFORE | {
        "01": replace(BEFORE["01"], **{figure: first + 9}),
        "02": replace(BEFORE["02"], **{figure: second - 9}),
    }

    warning = only_warning(checked(previous=replace(PREVIOUS, lines=lines)))

    assert (warning.number, warning.sentence, warning.line) == (3, sentence, "key 01")
    assert warning.difference == -9


def test_check_3_sees_a_line_that_carries_without_a_predecessor():
    lines = {item: line for item, line in BEFORE.items() if item != "02"}

    warning = only_warning(checked(previous=replace(PREVIOUS, lines=lines)))

    assert (warning.sentence, warning.line) == ("Line 02 column D off by $308,000.00", "key 02")


def withholding(**by_item):
    return KESTREL | {
        item: replace(KESTREL[item], retainage_withheld=KESTREL[item].retainage_withheld + difference)
        for item, difference in by_item.items()
    }


@pytest.mark.parametrize(
    ("differences", "sentence", "line"),
    [
        ({"03": -100}, "Line 03 retainage off by $100.00", "key 03"),
        ({"03": -100, "02": 25}, "Retainage off by $75.00", None),
        ({"02": 100, "03": -100}, "Line 02 retainage off by $100.00, and 1 more", "key 02"),
    ],
)
def test_check_4_compares_retainage_with_the_contract(differences, sentence, line):
    lines = withholding(**differences)

    tied, noted = checked(saved(lines), lines), checked(saved(lines), lines, retainage_note="Agreed on Oct 3")

    warning = only_warning(tied)
    assert (warning.number, warning.sentence, warning.line) == (4, sentence, line)
    assert warning.remedy == "Use the contract's rate, or note why it differs."
    assert noted.summary == "5 of 5 tie out"


def test_check_4_wants_a_note_for_a_release():
    lines = KESTREL | {"02": replace(KESTREL["02"], retainage_released=Decimal("30800.00"))}

    tied, noted = checked(saved(lines), lines, retainage_note=" "), checked(saved(lines), lines, retainage_note="Half")

    assert tied.summary == "4 of 5: $30,800.00 of retainage released without a note"
    assert only_warning(tied).number == 4
    assert noted.summary == "5 of 5 tie out"


def test_check_4_takes_the_rate_for_materials_from_the_contract():
    contract = replace(CONTRACT, materials_rate=ZERO)

    # 131,038.00 more is stored than the month before; 10% of it is held on three lines.
    assert only_warning(checked(contract=contract)).sentence == "Retainage off by $13,103.80"


@pytest.mark.parametrize(
    ("item", "figures", "sentence", "remedy"),
    [
        (
            "05",
            {"work_this_period": "716609.50"},
            "Line 05 billed to 104%",
            "Lower column E by 31,360.00 or add a change order.",
        ),
        (
            "CO-02",
            {"work_this_period": "-21000"},
            "Line CO-02 billed to 150%",
            "Raise column E by 7,000.00 or add a change order.",
        ),
        (
            "CO-01",
            {"work_this_period": "21500.40"},
            "Line CO-01 billed $0.40 beyond its value",
            "Lower column E by 0.40 or add a change order.",
        ),
        (
            "CO-02",
            {"work_this_period": "600"},
            "Line CO-02 billed $600.00 against a value of \N{MINUS SIGN}$14,000.00",
            "Lower column E by 600.00 or add a change order.",
        ),
        (
            "06",
            {"work_this_period": "-5"},
            "Line 06 billed \N{MINUS SIGN}$5.00 against a value of $261,000.00",
            "Raise column E by 5.00 or add a change order.",
        ),
    ],
)
def test_check_5_names_the_line_and_what_to_do(item, figures, sentence, remedy):
    lines = changed(item, **figures)

    warning = only_warning(checked(saved(lines), lines))

    assert (warning.number, warning.sentence, warning.remedy) == (5, sentence, remedy)
    assert warning.line == f"key {item}"


def test_check_5_counts_the_other_lines_and_sees_work_on_a_line_without_value():
    lines = changed("06", work_this_period="522000")
    nothing = with_proposed_retainage(LineFigures(work_this_period=Decimal("80.00")), TEN, TEN)

    both = lines | {"17": nothing}

    assert only_warning(checked(saved(both), both)).sentence == "Line 06 billed to 200%, and 1 more"
    just_one = KESTREL | {"17": nothing}
    assert only_warning(checked(saved(just_one), just_one)).sentence == "Line 17 billed $80.00 against a value of $0.00"


def test_a_deduction_billed_in_full_is_not_overbilled():
    assert [check.passed for check in checked().checks if check.number == 5] == [True]
    assert KESTREL["CO-02"].completed_and_stored == Decimal("-14000")


def test_sentences_speak_the_currency_they_are_given():
    previous = replace(PREVIOUS, earned_less_retainage=Decimal("563590.00"))

    tied = checked(previous=previous, written=lambda amount: f"{format_amount(amount)} CHF")

    assert tied.summary == "4 of 5: Line 7 off by 1,250.00 CHF"


def test_several_warnings_stand_on_one_line():
    lines = changed("06", work_this_period="522000")
    stored = replace(saved(lines), completed_and_stored=saved(lines).completed_and_stored + CENT)

    assert checked(stored, lines).summary == "3 of 5: Line 4 off by $0.01; Line 06 billed to 200%"


@settings(max_examples=30)
@given(contracts())
def test_random_contracts_tie_out_whenever_their_figures_do(contract):
    made, stored = applications(contract), summaries(contract)

    before = None
    for number, (lines, summary) in enumerate(zip(made, stored, strict=True)):
        month = contract.months[number]
        figures = ContractFigures(*sums(contract, number), month.work_rate, month.materials_rate)
        entered = [ScheduledLine(key, str(key), line) for key, line in lines.items()]
        tied = tie_out(summary, entered, figures, before)
        released = any(line.retainage_released for line in lines.values())
        assert [check.passed for check in tied.checks[:4]] == [True, True, True, not released]
        noted = tie_out(summary, entered, figures, before, retainage_note="Agreed")
        assert [check.passed for check in noted.checks[:4]] == [True] * 4
        before = Certificate(summary.earned_less_retainage, lines)
