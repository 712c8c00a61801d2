"""The two tables of the architecture, move by move; what is not in them cannot happen."""

import pytest

from invoicing.states import (
    BILLING_MOVES,
    ERP_MOVES,
    IN_MOTION,
    MOVES,
    WITH_PROJECT,
    BillingStatus,
    ErpStatus,
)

B, E = BillingStatus, ErpStatus

BILLING = {
    "submit": ({B.DRAFT, B.REVISE_AND_RESUBMIT}, B.UNDER_REVIEW),
    "approve": ({B.UNDER_REVIEW}, B.APPROVED),
    "revise": ({B.UNDER_REVIEW}, B.REVISE_AND_RESUBMIT),
    "reopen": ({B.APPROVED}, B.DRAFT),
    "void": ({B.DRAFT, B.UNDER_REVIEW, B.REVISE_AND_RESUBMIT, B.APPROVED}, B.VOID),
    "return": ({B.APPROVED}, B.REVISE_AND_RESUBMIT),
}
ERP = {
    "send": ({E.NOT_SENT, E.REJECTED, E.RECALLED}, E.READY_TO_EXPORT),
    "recall": ({E.READY_TO_EXPORT}, E.RECALLED),
    "accept": ({E.READY_TO_EXPORT}, E.ACCEPTED),
    "undo": ({E.ACCEPTED}, E.READY_TO_EXPORT),
    "reject": ({E.READY_TO_EXPORT, E.ACCEPTED, E.FAILED}, E.REJECTED),
    "export": ({E.ACCEPTED}, E.EXPORTING),
    "withdraw": ({E.EXPORTING}, E.ACCEPTED),
    "doubt": ({E.EXPORTING}, E.NEEDS_CHECK),
    "resume": ({E.NEEDS_CHECK}, E.EXPORTING),
    "complete": ({E.EXPORTING, E.NEEDS_CHECK, E.FAILED}, E.SYNCED),
    "fail": ({E.EXPORTING, E.NEEDS_CHECK}, E.FAILED),
    "retry": ({E.FAILED}, E.EXPORTING),
    "settle": ({E.NOT_SENT, E.REJECTED, E.RECALLED, E.FAILED}, E.BOOKED_OUTSIDE),
    "unsettle": ({E.BOOKED_OUTSIDE}, E.RECALLED),
    "unlink": ({E.SYNCED}, E.READY_TO_EXPORT),
}


def table(moves):
    return {move.name: (set(move.sources), move.target) for move in moves}


def test_the_billing_table_is_the_architecture_s():
    assert table(BILLING_MOVES) == BILLING


def test_the_erp_table_is_the_architecture_s():
    assert table(ERP_MOVES) == ERP


def test_every_move_has_its_name_to_itself():
    assert len(MOVES) == len(BILLING_MOVES) + len(ERP_MOVES)


def test_billing_moves_only_while_the_project_has_it():
    assert {move.while_erp for move in BILLING_MOVES} == {WITH_PROJECT}


@pytest.mark.parametrize("name", ["send", "settle"])
def test_only_what_is_approved_reaches_accounting(name):
    assert MOVES[name].while_billing == {B.APPROVED}


def test_each_status_can_be_reached_and_only_those_in_motion_are_the_engine_s():
    reached = {move.target for move in ERP_MOVES} | {E.NOT_SENT}

    assert reached == set(ErpStatus)
    assert {E.EXPORTING, E.NEEDS_CHECK} == IN_MOTION
