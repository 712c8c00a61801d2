"""Every code that can come has words, and no parameter or its lack breaks them."""

import re
from pathlib import Path

import pytest

from erp_integrations import error_catalogue
from erp_integrations.error_catalogue import CATALOGUE, explain

SOURCES = Path(error_catalogue.__file__).parents[1]
CODE = re.compile(r"""(?:Problem\(\s*|code=|code = |: )"([A-Z]+_?[A-Z_]+)\"""")
BUTTONS = {
    "retry", "retry_now", "reject", "link", "compare", "map_owner", "map_job", "map_cost_code", "reconnect",
}  # fmt: skip


def codes_in(folder):
    found = set()
    for path in (SOURCES / folder).rglob("*.py"):
        found |= set(CODE.findall(path.read_text()))
    return found


@pytest.mark.parametrize("folder", ["adapters", "export"])
def test_every_code_that_is_given_has_its_words(folder):
    assert codes_in(folder) - set(CATALOGUE) == set()


def test_the_search_for_codes_finds_them():
    assert {"PERIOD_CLOSED", "UNREACHABLE", "TIMEOUT", "CUSTOMER_UNMAPPED", "UNREADABLE"} <= codes_in("adapters")


@pytest.mark.parametrize("code", CATALOGUE)
def test_words_stand_without_parameters(code):
    told = explain(code)

    for sentence in (told.what, told.how):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert not set("{}…") & set(sentence)
    assert set(told.actions) <= BUTTONS


def test_parameters_are_filled_in_as_they_are():
    told = explain("NUMBER_TOO_LONG", {"erp": "Demo ERP", "length": 24, "limit": "21"})

    assert told.what == "The number has 24 characters. Demo ERP allows 21."
    assert told.how == "Reject it for a shorter number."
    assert told.actions == ("reject",)


def test_text_from_an_erp_is_only_text():
    told = explain("DUPLICATE_NUMBER", {"erp": "{number}", "number": "{0.__class__} <b>"})

    assert told.what == "Invoice number {0.__class__} <b> already exists in {number}."


@pytest.mark.parametrize("code", ["", "NOBODY_KNOWS", "period_closed"])
def test_a_code_that_nobody_knows_is_told_as_unknown(code):
    told = explain(code, {"erp": "Demo ERP"})

    assert (told.code, told.what) == (code, "Demo ERP refused the invoice and gave no reason we know.")


def test_the_same_words_for_all_of_ux():
    wanted = {
        "PERIOD_CLOSED": ("Demo ERP has no open accounting period for Oct 2026.", {"period": "Oct 2026"}),
        "CUSTOMER_UNMAPPED": ("The owner Tidewater has no ERP customer.", {"name": "Tidewater"}),
        "ACCOUNT_UNMAPPED": ("Cost code 03-300 has no revenue account.", {"cost_code": "03-300"}),
        "AMOUNT_MISMATCH": ("Demo ERP has 1.00, we sent 2.00.", {"theirs": "1.00", "ours": "2.00"}),
        "AUTH_EXPIRED": ("Demo ERP no longer accepts our sign-in.", {}),
        "RATE_LIMIT": ("Demo ERP asked us to slow down.", {}),
    }

    assert {code: explain(code, {"erp": "Demo ERP", **params}).what for code, (_, params) in wanted.items()} == {
        code: what for code, (what, _) in wanted.items()
    }
