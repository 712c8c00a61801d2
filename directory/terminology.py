"""The three point-of-view dictionaries: what a company's pages, titles and mails call things."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Dictionary(StrEnum):
    """Whose point of view a company, project or person speaks from."""

    GENERAL_CONTRACTOR = "general_contractor"
    OWNER = "owner"
    SPECIALTY_CONTRACTOR = "specialty_contractor"

    @property
    def label(self) -> str:
        return {"general_contractor": "General Contractors", "owner": "Owners"}.get(self.value, "Specialty Contractors")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing's name: as titles write it, its plural, and the article it takes ("" for what cannot be counted)."""

    name: str
    plural: str
    article: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def lower(self) -> str:
        """Inside a sentence: "prime contract", "GC/client invoice"."""
        return _in_sentence(self.name)

    @property
    def lower_plural(self) -> str:
        """Inside a sentence: "prime contracts"."""
        return _in_sentence(self.plural)

    @property
    def with_article(self) -> str:
        """Inside a sentence: "an owner invoice", "a funding invoice", "funding"."""
        return f"{self.article} {self.lower}".lstrip()

    @property
    def sentence(self) -> str:
        """At the start of a sentence: "Owner invoice"."""
        return self.lower[0].upper() + self.lower[1:]

    def counted(self, number: int) -> str:
        """With a number, inside a sentence: "1 owner invoice", "1,204 owner invoices"."""
        return f"{number:,} {self.lower if number == 1 else self.lower_plural}"


def _in_sentence(name: str) -> str:
    """Lower the words of a name and leave its abbreviations (GC, SSOV) as they are."""
    return re.sub(r"[A-Z][a-z]+", lambda word: word.group().lower(), name)


@dataclass(frozen=True, slots=True)
class Terms:
    """The names of one dictionary; in templates `{{ terms.prime_contracts }}`."""

    invoicing: Term
    owner: Term
    owner_client: Term
    prime_contract_change_order: Term
    prime_contract: Term
    prime_contracts: Term
    revenue: Term
    subcontract: Term
    subcontractor: Term
    ssov: Term
    owner_invoice: Term
    owner_invoices: Term


def _countable(name: str, article: str = "a") -> Term:
    return Term(name, f"{name}s", article)


def _same(name: str) -> Term:
    """A name that is a plural already, or that cannot be counted."""
    return Term(name, name)


_GENERAL_CONTRACTOR = Terms(
    invoicing=_same("Invoicing"),
    owner=_countable("Owner", "an"),
    owner_client=Term("Owner/Client", "Owners/Clients", "an"),
    prime_contract_change_order=_countable("Prime Contract Change Order"),
    prime_contract=_countable("Prime Contract"),
    prime_contracts=_same("Prime Contracts"),
    revenue=_same("Revenue"),
    subcontract=_countable("Subcontract"),
    subcontractor=_countable("Subcontractor"),
    ssov=Term("Subcontractor Schedule of Values (SSOV)", "Subcontractor Schedules of Values (SSOV)", "a"),
    owner_invoice=_countable("Owner Invoice", "an"),
    owner_invoices=_same("Owner Invoices"),
)

_OWNER = Terms(
    invoicing=_same("Invoicing"),
    owner=_same("Funding"),
    owner_client=Term("Owner/Client", "Owners/Clients", "an"),
    prime_contract_change_order=_countable("Funding Change Order"),
    prime_contract=_same("Funding"),
    prime_contracts=_same("Funding"),
    revenue=_same("Funding"),
    subcontract=_countable("Contract"),
    subcontractor=_countable("Contractor"),
    ssov=Term("Contractor Schedule of Values (CSOV)", "Contractor Schedules of Values (CSOV)", "a"),
    owner_invoice=_countable("Funding Invoice"),
    owner_invoices=_same("Funding Invoices"),
)

_SPECIALTY_CONTRACTOR = Terms(
    invoicing=_same("Progress Billings"),
    owner=_countable("Owner", "an"),
    owner_client=Term("GC/Client", "GCs/Clients", "a"),
    prime_contract_change_order=_countable("Client Contract Change Order"),
    prime_contract=_countable("Client Contract"),
    prime_contracts=_same("Client Contracts"),
    revenue=_same("Revenue"),
    subcontract=_countable("Subcontract"),
    subcontractor=_countable("Subcontractor"),
    ssov=Term("Subcontractor Schedule of Values (SSOV)", "Subcontractor Schedules of Values (SSOV)", "a"),
    owner_invoice=_countable("GC/Client Invoice"),
    owner_invoices=_same("GC/Client Invoices"),
)

_TERMS = {
    Dictionary.GENERAL_CONTRACTOR: _GENERAL_CONTRACTOR,
    Dictionary.OWNER: _OWNER,
    Dictionary.SPECIALTY_CONTRACTOR: _SPECIALTY_CONTRACTOR,
}


def terms_of(dictionary: str) -> Terms:
    """Return the names of a dictionary, given as a member or its stored value; ValueError when there is no such one."""
    return _TERMS[Dictionary(dictionary)]


def spoken(*choices: str) -> Dictionary:
    """Return the dictionary to speak: the first that was chosen, as in spoken(person's, project's, company's)."""
    return Dictionary(next((choice for choice in choices if choice), Dictionary.GENERAL_CONTRACTOR))
