from dataclasses import FrozenInstanceError, fields

import pytest

from directory.terminology import Dictionary, Terms, spoken, terms_of

GC, OWNER, SPECIALTY = Dictionary


def names(dictionary):
    terms = terms_of(dictionary)
    return {field.name: str(getattr(terms, field.name)) for field in fields(Terms)}


def test_general_contractors_are_the_default_dictionary():
    assert spoken("", "") == GC
    assert names(GC) == {
        "invoicing": "Invoicing",
        "owner": "Owner",
        "owner_client": "Owner/Client",
        "prime_contract_change_order": "Prime Contract Change Order",
        "prime_contract": "Prime Contract",
        "prime_contracts": "Prime Contracts",
        "revenue": "Revenue",
        "subcontract": "Subcontract",
        "subcontractor": "Subcontractor",
        "ssov": "Subcontractor Schedule of Values (SSOV)",
        "owner_invoice": "Owner Invoice",
        "owner_invoices": "Owner Invoices",
    }


def test_owners_speak_of_funding():
    assert names(OWNER) == {
        "invoicing": "Invoicing",
        "owner": "Funding",
        "owner_client": "Owner/Client",
        "prime_contract_change_order": "Funding Change Order",
        "prime_contract": "Funding",
        "prime_contracts": "Funding",
        "revenue": "Funding",
        "subcontract": "Contract",
        "subcontractor": "Contractor",
        "ssov": "Contractor Schedule of Values (CSOV)",
        "owner_invoice": "Funding Invoice",
        "owner_invoices": "Funding Invoices",
    }


def test_specialty_contractors_speak_of_client_contracts():
    assert names(SPECIALTY) == {
        "invoicing": "Progress Billings",
        "owner": "Owner",
        "owner_client": "GC/Client",
        "prime_contract_change_order": "Client Contract Change Order",
        "prime_contract": "Client Contract",
        "prime_contracts": "Client Contracts",
        "revenue": "Revenue",
        "subcontract": "Subcontract",
        "subcontractor": "Subcontractor",
        "ssov": "Subcontractor Schedule of Values (SSOV)",
        "owner_invoice": "GC/Client Invoice",
        "owner_invoices": "GC/Client Invoices",
    }


@pytest.mark.parametrize(
    ("dictionary", "in_sentence"),
    [
        (GC, ["an owner invoice", "a prime contract", "an owner/client", "a subcontractor schedule of values (SSOV)"]),
        (OWNER, ["a funding invoice", "funding", "an owner/client", "a contractor schedule of values (CSOV)"]),
        (
            SPECIALTY,
            ["a GC/client invoice", "a client contract", "a GC/client", "a subcontractor schedule of values (SSOV)"],
        ),
    ],
)
def test_inside_a_sentence_names_are_lower_case_and_abbreviations_are_not(dictionary, in_sentence):
    terms = terms_of(dictionary)

    named = [terms.owner_invoice, terms.prime_contract, terms.owner_client, terms.ssov]

    assert [term.with_article for term in named] == in_sentence


def test_counts_in_the_right_number():
    term = terms_of("specialty_contractor").owner_invoice

    assert [term.counted(n) for n in (0, 1, 1204)] == [
        "0 GC/client invoices",
        "1 GC/client invoice",
        "1,204 GC/client invoices",
    ]
    assert term.sentence == "GC/client invoice"
    assert terms_of("owner").owner_invoice.sentence == "Funding invoice"


def test_the_person_is_heard_before_the_project_and_the_project_before_the_company():
    assert spoken("specialty_contractor", "owner", "general_contractor") == SPECIALTY
    assert spoken("", "owner", "general_contractor") == OWNER
    assert spoken("", "", "general_contractor") == GC


def test_dictionaries_have_labels_and_cannot_be_changed():
    assert [each.label for each in Dictionary] == ["General Contractors", "Owners", "Specialty Contractors"]

    with pytest.raises(FrozenInstanceError):
        terms_of(GC).owner = "Client"
    with pytest.raises(ValueError, match="'contractor' is not a valid Dictionary"):
        terms_of("contractor")
