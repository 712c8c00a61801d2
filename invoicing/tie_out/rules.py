"""What is compared with what, and the words for what is off."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from invoicing.money import HUNDRED, MINUS, ZERO, format_amount, format_percent
from invoicing.payment_application import LineFigures, Summary, excess, proposed_retainage, summarize
from invoicing.tie_out.results import Certificate, Check, ContractFigures, Place, ScheduledLine, TieOut

Writer = Callable[[Decimal], str]

_RATE_REMEDY = "Use the contract's rate, or note why it differs."
_NOTE_REMEDY = "Note on the invoice why it is released."


@dataclass(frozen=True, slots=True)
class _Finding:
    difference: Decimal
    sentence: str
    remedy: str = ""
    line: Hashable = None
    place: str = ""
    compared: str = ""


def dollars(amount: Decimal) -> str:
    """Write an amount as sentences do: "$1,250.00"."""
    return f"{MINUS if amount < 0 else ''}${format_amount(abs(amount))}"


def tie_out(
    stored: Summary,
    lines: Sequence[ScheduledLine],
    contract: ContractFigures,
    previous: Certificate | None = None,
    retainage_note: str = "",
    written: Writer = dollars,
    sums: Summary | None = None,
) -> TieOut:
    """Check an application's stored summary and lines; `written` says an amount in the company's currency.

    `previous` is None for a first application. A `retainage_note` records why retainage differs from the contract.
    `sums` is what all lines add up to (`sums_of`), for a caller whose `lines` are only those in doubt.
    """
    sums = sums or sums_of(lines)
    return TieOut(
        (
            _check(1, "Lines 4 and 5 are the sums of columns G and I", _totals(stored, sums, written)),
            _check(2, "Line 3 is the original sum plus approved change orders", _sum(stored, sums, contract, written)),
            _check(3, "Line 7 is line 6 of the last certificate", _chain(stored, lines, sums, previous, written)),
            _check(4, "Retainage follows the contract", _retainage(lines, contract, retainage_note, written)),
            _check(5, "No line is billed beyond its value", _overbilling(lines, written)),
        )
    )


def sums_of(lines: Iterable[ScheduledLine]) -> Summary:
    """Add all lines up; column C makes lines 1 to 3."""
    figures = [line.figures for line in lines]
    return summarize(figures, sum((each.scheduled_value for each in figures), ZERO), ZERO)


def _check(number: int, title: str, findings: Iterable[_Finding]) -> Check:
    """Report the first finding, with a count of the others when each is about a line of its own."""
    found = list(findings)
    if not found:
        return Check(number, title)
    first, others = found[0], len(found) - 1
    more = f", and {others} more" if others and first.line is not None else ""
    return replace(Check(number, title, False), **{**asdict(first), "sentence": first.sentence + more})


def _off(what: str, found: Decimal, due: Decimal, written: Writer, remedy: str = "", **where) -> list[_Finding]:
    """Nothing where both agree; `where` is the `line` and the `place`."""
    if found == due:
        return []
    compared = f"It is {written(found)} and should be {written(due)}."
    return [_Finding(found - due, f"{what} off by {written(abs(found - due))}", remedy, compared=compared, **where)]


def _totals(stored: Summary, sums: Summary, written: Writer) -> list[_Finding]:
    remedy = "The stored total was changed outside the editor. Reopen the invoice and save it."
    return [
        *_off("Line 4", stored.completed_and_stored, sums.completed_and_stored, written, remedy),
        *_off("Line 5", stored.total_retainage, sums.total_retainage, written, remedy),
        *_off("Line 5a", stored.retainage_on_work, sums.retainage_on_work, written, remedy),
        *_off("Billed this period", stored.billed_this_period, sums.billed_this_period, written, remedy),
        *_off("Retainage this period", stored.retainage_this_period, sums.retainage_this_period, written, remedy),
    ]


def _sum(stored: Summary, sums: Summary, contract: ContractFigures, written: Writer) -> list[_Finding]:
    short = stored.contract_sum_to_date - sums.contract_sum_to_date
    findings = [
        *_off(
            "Line 1",
            stored.original_sum,
            contract.original_sum,
            written,
            "Compare it with the contract.",
            place=Place.SCHEDULE,
        ),
        *_off(
            "Line 2",
            stored.change_order_sum,
            contract.approved_changes,
            written,
            "Compare the change orders.",
            place=Place.CHANGE_ORDERS,
        ),
    ]
    if short:
        sentence = f"Column C is {written(abs(short))} {'below' if short > 0 else 'above'} the contract sum"
        compared = (
            f"It adds up to {written(sums.contract_sum_to_date)}; line 3 is {written(stored.contract_sum_to_date)}."
        )
        remedy = "Add the missing lines or change orders to this invoice."
        findings.append(_Finding(short, sentence, remedy, place=Place.CHANGE_ORDERS, compared=compared))
    return findings


def _chain(
    stored: Summary, lines: Sequence[ScheduledLine], sums: Summary, previous: Certificate | None, written: Writer
) -> list[_Finding]:
    before = previous or Certificate()
    carried = sums.less_previous_certificates
    certified = before.earned_less_retainage
    stands, place = stored.less_previous_certificates, Place.PREVIOUS
    return [
        *_off("Line 7", stands, certified, written, f"Carry forward {written(certified)}.", place=place),
        *_off("Line 7", stands, carried, written, "It differs from what the lines carry.", place=place),
        *_broken_lines(lines, before, written),
    ]


def _broken_lines(lines: Sequence[ScheduledLine], before: Certificate, written: Writer) -> Iterable[_Finding]:
    """Find lines whose carried figures are not those the line had in the application before."""
    for line in lines:
        now, then = line.figures, before.lines.get(line.key, LineFigures())
        pairs = {
            "column D": (now.work_previous, then.work_to_date),
            "previous materials": (now.materials_previous, then.materials_stored),
            "previous retainage": (now.retainage_previous, then.retainage),
        }
        where = {"line": line.key, "place": Place.PREVIOUS}
        broken = [_off(f"Line {line.item} {what}", *pair, written, **where) for what, pair in pairs.items()]
        yield from next(filter(None, broken), [])


def _retainage(lines: Sequence[ScheduledLine], contract: ContractFigures, note: str, written: Writer) -> list[_Finding]:
    """Compare what each line withholds with the contract's rates, and see releases; a note accounts for either."""
    if note.strip():
        return []
    rates = contract.work_rate, contract.materials_rate
    findings, withheld, due = [], ZERO, ZERO
    for line in lines:
        own, wanted = line.figures.retainage_withheld, proposed_retainage(line.figures, *rates)
        withheld, due = withheld + own, due + wanted
        where = {"line": line.key, "place": Place.RATE}
        findings += _off(f"Line {line.item} retainage", own, wanted, written, _RATE_REMEDY, **where)
    if len(findings) > 1:
        findings = _off("Retainage", withheld, due, written, _RATE_REMEDY, place=Place.NOTE) + findings
    if any(line.figures.retainage_released for line in lines):
        released = sum((line.figures.retainage_released for line in lines), ZERO)
        findings.append(
            _Finding(
                -released, f"{written(released)} of retainage released without a note", _NOTE_REMEDY, place=Place.NOTE
            )
        )
    return findings


def _overbilling(lines: Sequence[ScheduledLine], written: Writer) -> Iterable[_Finding]:
    for line in lines:
        over = excess(line.figures)
        if over:
            verb = "Lower" if over > 0 else "Raise"
            remedy = f"{verb} column E by {format_amount(abs(over))} or add a change order."
            sentence = f"Line {line.item} {_how_far(line.figures, over, written)}"
            yield _Finding(over, sentence, remedy, line.key, Place.WORK, _beside_value(line.figures, written))


def _beside_value(figures: LineFigures, written: Writer) -> str:
    return f"Column G is {written(figures.completed_and_stored)}, column C {written(figures.scheduled_value)}."


def _how_far(figures: LineFigures, over: Decimal, written: Writer) -> str:
    """Say in percent how far a line is billed, or in money where a percentage would hide it."""
    percent = figures.percent
    if percent is None or figures.completed_and_stored * figures.sign < 0:
        return f"billed {written(figures.completed_and_stored)} against a value of {written(figures.scheduled_value)}"
    if percent <= HUNDRED:
        return f"billed {written(abs(over))} beyond its value"
    return f"billed to {format_percent(percent)}"
