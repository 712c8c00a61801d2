"""The contract's own arithmetic: amounts as text, payloads, and what capabilities rule out."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_integrations.adapters.base import (
    Capabilities,
    Connection,
    DocumentLine,
    Duplicate,
    ErpError,
    ExpectedDocument,
    InvoiceDocument,
    Mappings,
    NotSent,
    PartlyDone,
    Problem,
    Refused,
    Rendered,
    RenderedLine,
    Snapshot,
    Throttled,
    Unknown,
    amount_text,
    problems_by_capability,
)

CENTS = st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2)
DOCUMENT = InvoiceDocument(
    reference="OI-1",
    number="PC-001-4",
    billing_date=datetime.date(2026, 10, 31),
    owner_code="TD",
    owner_name="Tidewater Development",
    project_code="MRA",
    project_name="Mill Race Apartments",
    currency="USD",
    lines=(
        DocumentLine("1", "03-300", "Concrete", Decimal("100.00"), Decimal("10.00")),
        DocumentLine("2", "05-100", "Steel", Decimal("-20.00"), Decimal("-5.00")),
    ),
    untaxed_total=Decimal("75.00"),
    mappings=Mappings("C-1", "J-1", {"03-300": "4000", "05-100": "4000"}),
)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("-0.00", "0.00"), ("1E+3", "1000.00"), ("-12.5", "-12.50"), ("1.100", "1.10")],
)
def test_amounts_are_text_with_two_decimals(amount, text):
    assert amount_text(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["0.001", "NaN", "2.675"])
def test_an_amount_that_needs_rounding_is_a_mistake(amount):
    with pytest.raises(ValueError, match="more than two decimals"):
        amount_text(Decimal(amount))


@given(total=CENTS, amounts=st.lists(CENTS, max_size=5), body=st.text(), day=st.dates())
def test_a_payload_gives_the_same_request_back(total, amounts, body, day):
    lines = tuple(RenderedLine("line", "4000", amount) for amount in amounts)
    rendered = Rendered("OI-1", body, (ExpectedDocument(total, day), ExpectedDocument(total, day, "retainage")), lines)

    again = Rendered.from_payload(rendered.as_payload())

    assert (again, again.body, again.sha256) == (rendered, rendered.body, rendered.sha256)


def test_totals_of_a_document():
    assert (DOCUMENT.amount, DOCUMENT.retainage, DOCUMENT.releases_retainage) == (Decimal(80), Decimal(5), True)


EVERYTHING = Capabilities(required_mappings=("customer", "job", "account"), limits={})
RULED_OUT = [
    ({}, {}, []),
    (
        {"mappings": Mappings()},
        {},
        [
            Problem("CUSTOMER_UNMAPPED", "owner", params={"name": "Tidewater Development"}),
            Problem("JOB_UNMAPPED", "project", params={"name": "Mill Race Apartments"}),
            Problem("ACCOUNT_UNMAPPED", "cost_code:03-300", params={"cost_code": "03-300"}),
            Problem("ACCOUNT_UNMAPPED", "cost_code:05-100", params={"cost_code": "05-100"}),
        ],
    ),
    ({"mappings": Mappings()}, {"required_mappings": ()}, []),
    ({}, {"limits": {"number": 8}}, []),
    ({}, {"limits": {"number": 7}}, [Problem("NUMBER_TOO_LONG", "number", params={"length": "8", "limit": "7"})]),
    ({}, {"limits": {"lines": 1}}, [Problem("TOO_MANY_LINES", "lines", params={"count": "2", "limit": "1"})]),
    (
        {},
        {"limits": {"description": 7}},
        [Problem("TEXT_TOO_LONG", "line:1", params={"item": "1", "length": "8", "limit": "7"})],
    ),
    ({}, {"negative_lines": False}, [Problem("NEGATIVE_LINE", "line:2", params={"item": "2"})]),
    ({}, {"retainage_release": False}, [Problem("RETAINAGE_RELEASE", "line:2", params={"item": "2"})]),
    ({"lines": (), "untaxed_total": Decimal(0)}, {}, [Problem("NO_LINES", "lines")]),
    ({}, {"currencies": ("EUR",)}, [Problem("CURRENCY_UNKNOWN", "currency", params={"currency": "USD"})]),
    (
        {"untaxed_total": Decimal("75.01")},
        {},
        [Problem("LINES_DIFFER", "total", params={"theirs": "75.00", "ours": "75.01"})],
    ),
    (
        {"lines": (DocumentLine("1", "03-300", "Credit", Decimal("-5.00")),), "untaxed_total": Decimal("-5.00")},
        {"negative_total": False},
        [Problem("NEGATIVE_TOTAL", "total")],
    ),
]


@pytest.mark.parametrize(("document", "can", "problems"), RULED_OUT)
def test_what_capabilities_rule_out(document, can, problems):
    found = problems_by_capability(dataclasses.replace(DOCUMENT, **document), dataclasses.replace(EVERYTHING, **can))

    assert list(found) == problems


def test_errors_carry_what_the_engine_needs():
    refused = Refused((Problem("PERIOD_CLOSED", message="closed"), Problem("NUMBER_TOO_LONG")), http_status=422)
    plain = Refused(technical="because")
    partly = PartlyDone(Snapshot("7", posted=False), "post", refused)

    assert (refused.code, refused.technical, refused.http_status) == ("PERIOD_CLOSED", "closed", 422)
    assert (plain.code, plain.problems) == ("UNKNOWN", (Problem("UNKNOWN", message="because"),))
    assert (partly.erp_id, partly.step, partly.code, partly.http_status) == ("7", "post", "PERIOD_CLOSED", 422)
    assert PartlyDone(Snapshot("7"), "post").code == "NOT_POSTED"
    assert (NotSent().code, Duplicate().existing, Unknown(code="UNREADABLE").code) == ("UNREACHABLE", (), "UNREADABLE")
    assert [Throttled(retry_after=wait).retry_after for wait in (None, -1, 5, 1e9)] == [None, 0.0, 5, 3_600.0]
    assert len(ErpError("x" * 9_000).technical) == 2_000


def test_a_connection_does_not_show_its_secrets():
    assert "canary" not in repr(Connection({"url": "https://erp.example"}, {"token": "canary"}))
