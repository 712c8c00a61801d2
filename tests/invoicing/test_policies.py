"""Who may do what with an application, and the sentence on the greyed button."""

import pytest

from directory.privileges import Tool, ToolLevel
from invoicing import actions, policies
from tests.factories import MembershipFactory, OwnerInvoiceFactory, PrimeContractFactory, ToolGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

DECISIONS = ("edit", "submit", "approve", "ask_to_revise", "reopen", "void", "delete", "send", "recall")
EDITOR = {"edit", "submit", "delete"}


def allowed(user, invoice):
    return {name for name in DECISIONS if getattr(policies, f"can_{name}")(user, invoice)}


def member(invoice, **traits):
    return MembershipFactory(company=invoice.company, **traits).user


@pytest.mark.parametrize(
    ("state", "admin", "editor"),
    [
        ("draft", {"edit", "submit", "void", "delete"}, {"edit", "submit", "delete"}),
        ("under_review", {"edit", "approve", "ask_to_revise", "void", "delete"}, {"edit", "delete"}),
        ("approved", {"reopen", "void", "send"}, set()),
        ("sent", {"recall"}, set()),
        ("recalled", {"reopen", "void", "send"}, set()),
        ("accepted", set(), set()),
        ("rejected", {"edit", "submit", "void", "delete"}, {"edit", "submit", "delete"}),
        ("exporting", set(), set()),
        ("failed", set(), set()),
        ("synced", set(), set()),
        ("void", set(), set()),
    ],
)
def test_what_each_may_do_with_an_invoice_in_each_state(state, admin, editor):
    invoice = OwnerInvoiceFactory(**{state: True})

    assert allowed(member(invoice, project_staff=True), invoice) == admin
    assert allowed(member(invoice, project_editor=True), invoice) == editor
    assert allowed(member(invoice, project_reader=True), invoice) == set()
    assert allowed(UserFactory(superuser=True), invoice) == set()


def test_the_reason_names_who_can_grant():
    invoice = OwnerInvoiceFactory()
    MembershipFactory(company=invoice.company, directory_admin=True, user__name="Dana Reyes")

    decision = policies.can_edit(member(invoice, project_reader=True), invoice)

    said = "Creating and editing needs Standard on Prime Contracts in this project. Dana Reyes can grant it."
    assert decision.reason == said


def test_the_reason_speaks_the_reader_s_dictionary():
    contract = PrimeContractFactory(project__company__dictionary="specialty_contractor")
    reader = MembershipFactory(company=contract.company, project_reader=True).user

    decision = policies.can_edit_contracts(reader, contract.project)

    assert decision.reason == "Creating and editing needs Standard on Client Contracts in this project."


def test_a_project_s_own_level_replaces_the_default():
    invoice = OwnerInvoiceFactory()
    colleague = MembershipFactory(company=invoice.company, project_staff=True)
    ToolGrantFactory(
        membership=colleague, tool=Tool.PRIME_CONTRACTS, level=ToolLevel.NONE, project=invoice.contract.project
    )

    assert not policies.can_read_contracts(colleague.user, invoice.contract.project)
    assert policies.can_read_contracts(member(invoice, project_reader=True), invoice.contract.project)


def test_send_lists_every_reason_at_once():
    invoice = OwnerInvoiceFactory()
    staff = member(invoice, project_staff=True)
    actions.update_contract(invoice.contract_id, {"status": "terminated"}, actor=staff)
    invoice.contract.refresh_from_db()

    decision = policies.can_send(staff, invoice)

    said = "It must be Approved; it is Draft. The contract must be Approved or Complete; it is Terminated."
    assert decision.reason == said


@pytest.mark.parametrize(
    ("state", "decision", "reason"),
    [
        ("sent", "send", "It was sent already: it is Ready to Export."),
        ("draft", "recall", "It was not sent to ERP Integrations."),
        ("recalled", "recall", "It was recalled already."),
        ("accepted", "recall", "Ana Whitfield accepted it. Ask an approver to undo or reject it."),
        ("synced", "recall", "It is Synced and stays as it was booked."),
        ("draft", "approve", "Submit it for review first. It is Draft."),
        ("approved", "submit", "Only a draft, or one to revise, can be submitted. It is Approved."),
        ("draft", "ask_to_revise", "Only an invoice under review can be sent back. It is Draft."),
        ("draft", "reopen", "Only an approved invoice can be reopened. It is Draft."),
        ("approved", "delete", "It is Approved. Only a draft can be deleted."),
        ("void", "void", "It is void already."),
        ("sent", "void", "It was sent to ERP Integrations. Recall it, or ask an approver to reject it."),
        ("accepted", "edit", "Accounting has it: Accepted. Ask an approver to reject it."),
    ],
)
def test_each_refusal_says_what_to_do_instead(state, decision, reason):
    invoice = OwnerInvoiceFactory(**{state: True}, approver__name="Ana Whitfield")

    refused = getattr(policies, f"can_{decision}")(member(invoice, project_staff=True), invoice)

    assert (bool(refused), refused.reason) == (False, reason)


def test_only_the_latest_is_voided_or_deleted():
    first = OwnerInvoiceFactory(contract__number="PC-011")
    OwnerInvoiceFactory(contract=first.contract)
    staff = member(first, project_staff=True)

    assert policies.can_void(staff, first).reason == "PC-011 #2 comes after it. Void that one first."
    assert policies.can_delete(staff, first).reason == "PC-011 #2 comes after it. Delete that one first."


def test_a_deleted_one_is_restored_before_it_is_edited():
    invoice = OwnerInvoiceFactory()
    staff = member(invoice, project_staff=True)
    gone = actions.delete_invoice(invoice.pk, actor=staff)

    assert policies.can_edit(staff, gone).reason == "It was deleted. Restore it to edit it."
    assert policies.can_restore(staff, gone)


def test_codes_are_kept_by_whoever_edits_contracts_anywhere():
    contract = PrimeContractFactory()
    somewhere = MembershipFactory(company=contract.company, project_reader=True)
    assert not policies.can_keep_codes(somewhere.user, contract.company)

    ToolGrantFactory(
        membership=somewhere, tool=Tool.PRIME_CONTRACTS, level=ToolLevel.STANDARD, project=contract.project
    )

    assert policies.can_keep_codes(somewhere.user, contract.company)


def test_projects_are_created_by_directory_admins():
    admin = MembershipFactory(directory_admin=True)
    staff = MembershipFactory(company=admin.company, project_staff=True)

    assert policies.can_create_project(admin.user, admin.company)
    assert not policies.can_create_project(staff.user, admin.company)
