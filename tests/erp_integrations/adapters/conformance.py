"""What every adapter must do, whatever its ERP. To run it on one more:

class TestMyErp(AdapterConformance):
    @pytest.fixture
    def subject(self, my_running_erp):
        return Subject(MyErp, settings={"url": my_running_erp.url}, credentials={...}, mappings=Mappings("C-1"))
"""

import dataclasses
import datetime
import logging
import time
from decimal import Decimal

import pytest

from erp_integrations.adapters.base import (
    ADDRESS,
    INVOICE,
    LINK,
    Ambiguous,
    AuthFailed,
    Created,
    DocumentLine,
    ErpError,
    Found,
    Mappings,
    NotFound,
    NotSent,
    Problem,
    Rendered,
    Unknown,
    Unsupported,
)
from tests.erp_integrations.adapters.subject import (
    AT_ONCE,
    MAY_BE_BOOKED,
    NOTHING_BOOKED,
    SECRET,
    SLOW,
    Subject,
)
from tests.erp_integrations.adapters.wire import Fault, Wire, answer, anything


class AdapterConformance:
    """Override `subject`; everything else is the suite's."""

    @pytest.fixture
    def subject(self) -> Subject:
        raise NotImplementedError("give the suite a Subject")

    @pytest.fixture
    def wire(self, subject):
        if subject.address is None:
            pytest.skip("this adapter does not speak HTTP")
        wire = Wire(subject.settings[subject.address])
        yield wire
        wire.close()

    def over(self, subject, wire, deadlines=None, **more):
        """An adapter that reaches its ERP through the wire."""
        return subject.make(deadlines, **{subject.address: wire.url}, **more)

    def create(self, subject, document, key="") -> tuple[Rendered, Created]:
        adapter = subject.make()
        rendered = adapter.render(document)
        return rendered, adapter.create(rendered, document.reference + key)

    def found(self, subject, reference, expected=Found):
        """What the look-up says once the ERP has had the time its adapter asks for."""
        deadline = time.monotonic() + subject.make().capabilities.lookup_delay_s + 5
        while not isinstance(found := subject.make().find(reference), expected) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    # What it says of itself

    def test_it_has_a_name_and_frozen_capabilities(self, subject):
        adapter = subject.make()

        assert adapter.label
        assert INVOICE in adapter.capabilities.roles
        with pytest.raises(dataclasses.FrozenInstanceError):
            adapter.capabilities.lookup = True
        assert all(limit > 0 for limit in adapter.capabilities.limits.values())

    def test_its_form_asks_for_everything_it_was_made_from(self, subject):
        fields = {one.name: one for one in subject.adapter.settings_fields}

        assert set(subject.settings) | set(subject.credentials) <= set(fields)
        assert {name for name, one in fields.items() if one.is_secret} >= set(subject.credentials)

    def test_its_form_tells_addresses_from_other_text(self, subject):
        """Where secrets go must be known, or whoever may change it could have them sent to a server of their own."""
        fields = {one.name: one for one in subject.adapter.settings_fields}

        assert {fields[name].kind for name, text in subject.settings.items() if "://" in text} <= {ADDRESS, LINK}

    def test_a_good_document_has_no_problems(self, subject):
        adapter, document = subject.make(), subject.document()

        problems = (*adapter.validate(document), *adapter.preflight(document))

        assert [one for one in problems if one.blocks] == []

    def test_a_number_that_is_too_long_is_seen_before_sending(self, subject):
        adapter = subject.make()
        longest = adapter.capabilities.limits.get("number", 0)
        number = "9" * (longest + 1)

        codes = [one.code for one in adapter.validate(subject.document(number=number))]

        assert ("NUMBER_TOO_LONG" in codes) is bool(longest)

    def test_a_missing_mapping_is_seen_before_sending(self, subject):
        adapter = subject.make()

        problems = adapter.validate(subject.document(mappings=Mappings()))

        assert {one.code.split("_")[0].lower() for one in problems} == set(adapter.capabilities.required_mappings)
        assert all(isinstance(one, Problem) and one.blocks for one in problems)

    # Rendering

    def test_the_same_document_gives_the_same_bytes(self, subject):
        document = subject.document()

        first, second = subject.make().render(document), subject.make().render(dataclasses.replace(document))

        assert (first, first.sha256) == (second, second.sha256)
        assert Rendered.from_payload(first.as_payload()) == first

    def test_another_document_gives_other_bytes(self, subject):
        document = subject.document()
        other = dataclasses.replace(document, billing_date=document.billing_date - datetime.timedelta(days=1))

        assert subject.make().render(document).sha256 != subject.make().render(other).sha256

    def test_it_expects_what_line_8_says(self, subject):
        adapter, document = subject.make(), subject.document()

        rendered = adapter.render(document)

        totals = {one.role: one.total for one in rendered.expected}
        assert (rendered.reference, totals[INVOICE]) == (document.reference, document.untaxed_total)
        assert set(totals) == set(adapter.capabilities.roles)

    # Booking

    def booked(self, subject, document):
        """Book it and hold what the ERP has against what was expected; answers the documents."""
        rendered, created = self.create(subject, document)
        adapter = subject.make()
        documents = created.documents
        if adapter.offers("read"):
            documents = tuple(dataclasses.replace(adapter.read(one.erp_id), role=one.role) for one in documents)
        assert {(one.role, one.total, one.date) for one in documents} == {
            (one.role, one.total, one.date) for one in rendered.expected
        }
        assert all(one.erp_id and one.number and one.posted for one in documents)
        return created.documents

    def test_it_books_what_was_rendered(self, subject):
        document = subject.document()

        documents = self.booked(subject, document)

        assert documents[0].role == INVOICE
        if not subject.make().capabilities.lookup:
            return
        found = self.found(subject, document.reference)
        assert {one.erp_id for one in found.documents} == {one.erp_id for one in documents}

    @pytest.mark.parametrize("text", ["Béton armé, 混凝土 🏗", "<b>&amp;\"'", "x" * 200, "tab\tand\nline"])
    def test_it_books_any_text(self, subject, text):
        self.booked(subject, subject.document(lines=(DocumentLine("1", "03-300", text, Decimal("10.00")),)))

    @pytest.mark.parametrize("amount", ["0.01", "33.33", "99999999.99"])
    def test_it_books_every_cent(self, subject, amount):
        lines = tuple(DocumentLine(str(n), "03-300", "Work", Decimal(amount)) for n in range(3))

        self.booked(subject, subject.document(lines=lines))

    def test_it_books_a_negative_line_or_says_that_it_cannot(self, subject):
        lines = (
            DocumentLine("1", "03-300", "Work", Decimal("100.00")),
            DocumentLine("2", "01-000", "Deductive change", Decimal("-40.10")),
        )

        self._booked_or_blocked(subject, subject.document(lines=lines), subject.make().capabilities.negative_lines)

    def test_it_books_a_release_of_retainage_or_says_that_it_cannot(self, subject):
        lines = (
            DocumentLine("1", "03-300", "Work", Decimal("100.00"), Decimal("10.00")),
            DocumentLine("2", "05-100", "Released", Decimal("0.00"), Decimal("-60.00")),
        )

        self._booked_or_blocked(subject, subject.document(lines=lines), subject.make().capabilities.retainage_release)

    def test_it_books_a_credit_or_says_that_it_cannot(self, subject):
        lines = (
            DocumentLine("1", "03-300", "Taken back", Decimal("-100.00"), Decimal("-10.00")),
            DocumentLine("2", "05-100", "Work", Decimal("40.05"), Decimal("4.01")),
        )
        can = subject.make().capabilities

        self._booked_or_blocked(
            subject, subject.document(lines=lines), can.negative_total and can.negative_lines and can.retainage_release
        )

    def _booked_or_blocked(self, subject, document, can):
        if can:
            self.booked(subject, document)
        else:
            assert [one.code for one in subject.make().validate(document) if one.blocks] != []

    def test_the_same_key_books_once_where_the_erp_promises_it(self, subject):
        document = subject.document()
        _, first = self.create(subject, document)
        can = subject.make().capabilities
        if not (can.repeats_safely and can.lookup):
            return

        _, second = self.create(subject, document)

        assert [one.erp_id for one in second.documents] == [one.erp_id for one in first.documents]
        assert len(self.found(subject, document.reference).documents) == len(first.documents)

    # Asking

    def test_what_was_never_sent_is_not_found(self, subject):
        if not subject.make().capabilities.lookup:
            with pytest.raises(Unsupported):
                subject.make().find("OI-NEVERSENT00")
            return

        assert isinstance(self.found(subject, "OI-NEVERSENT00", NotFound), NotFound)

    def test_a_document_that_does_not_exist_reads_as_none(self, subject):
        adapter = subject.make()

        assert not adapter.offers("read") or adapter.read("999999999") is None

    def test_codes_to_map_to_can_be_picked(self, subject):
        adapter = subject.make()

        for kind in adapter.capabilities.code_kinds:
            first = adapter.list_codes(kind).codes
            assert first
            assert all(one.code and one.name for one in first)
            assert first[0] in adapter.list_codes(kind, search=first[0].code).codes

    def test_the_connection_can_be_checked(self, subject):
        adapter = subject.make()

        assert not adapter.offers("check_connection") or adapter.check_connection().account

    def test_a_wrong_sign_in_books_nothing_and_says_so(self, subject):
        document = subject.document()
        if not subject.credentials:
            return
        adapter = subject.make(credentials=dict.fromkeys(subject.credentials, SECRET))

        with pytest.raises(AuthFailed):
            adapter.create(adapter.render(document), document.reference)

        assert not adapter.capabilities.lookup or isinstance(
            self.found(subject, document.reference, NotFound), NotFound
        )

    # The wire: whatever happens on it, nobody is told a fairy tale

    @pytest.mark.parametrize("name", MAY_BE_BOOKED)
    def test_no_trustworthy_answer_to_a_create_is_unknown(self, subject, wire, name):
        deadlines = subject.hurried if name in SLOW else subject.patient
        adapter, document = self.over(subject, wire, deadlines), subject.document()
        started = time.monotonic()

        with wire.broken(MAY_BE_BOOKED[name], subject.writes), pytest.raises(Unknown):
            adapter.create(adapter.render(document), document.reference)

        assert name not in SLOW or time.monotonic() - started < deadlines.total_s + 1

    def test_a_lost_answer_is_found_again(self, subject, wire):
        adapter, document = self.over(subject, wire), subject.document()

        with wire.broken(MAY_BE_BOOKED["reset"], subject.writes), pytest.raises(Unknown):
            adapter.create(adapter.render(document), document.reference)

        if not adapter.capabilities.lookup:
            return
        found = self.found(subject, document.reference)
        assert [one.role for one in found.documents] == list(subject.make().capabilities.roles)
        assert found.documents[0].total in (None, document.untaxed_total)

    def test_sending_again_after_a_lost_answer_books_once_where_the_erp_promises_it(self, subject, wire):
        adapter, document = self.over(subject, wire), subject.document()
        if not (adapter.capabilities.repeats_safely and adapter.capabilities.lookup):
            return
        rendered = adapter.render(document)
        with wire.broken(MAY_BE_BOOKED["reset"], subject.writes), pytest.raises(Unknown):
            adapter.create(rendered, document.reference)

        created = subject.make().create(rendered, document.reference)

        assert len(self.found(subject, document.reference).documents) == len(created.documents)

    @pytest.mark.parametrize("name", NOTHING_BOOKED)
    def test_a_plain_no_is_told_as_what_it_is(self, subject, wire, name):
        fault, error = NOTHING_BOOKED[name]
        adapter, document = self.over(subject, wire), subject.document()

        with wire.broken(fault, subject.writes), pytest.raises(error) as told:
            adapter.create(adapter.render(document), document.reference)

        assert told.value.http_status == int(name)
        assert getattr(told.value, "retry_after", 7.0) == 7.0
        assert not any(b"/elsewhere" in request for request in wire.requests)

    def test_nobody_at_home_is_not_sent(self, subject, wire):
        adapter, document = self.over(subject, wire), subject.document()
        wire.close()

        with pytest.raises(NotSent):
            adapter.create(adapter.render(document), document.reference)

    @pytest.mark.parametrize("name", [*AT_ONCE, *NOTHING_BOOKED])
    def test_a_look_up_that_failed_is_never_taken_for_absence(self, subject, wire, name):
        fault = MAY_BE_BOOKED[name] if name in MAY_BE_BOOKED else NOTHING_BOOKED[name][0]
        adapter = self.over(subject, wire)

        with wire.broken(fault, anything), pytest.raises(ErpError):
            adapter.find("OI-NEVERSENT00")

    def test_a_look_up_keeps_to_its_time(self, subject, wire):
        adapter = self.over(subject, wire, subject.hurried)

        with wire.broken(MAY_BE_BOOKED["silence"], anything), pytest.raises(ErpError):
            adapter.find("OI-NEVERSENT00")

    @pytest.mark.parametrize("name", [*AT_ONCE, *NOTHING_BOOKED])
    def test_a_document_that_could_not_be_read_is_never_taken_for_removed(self, subject, wire, name):
        fault = MAY_BE_BOOKED[name] if name in MAY_BE_BOOKED else NOTHING_BOOKED[name][0]
        adapter = self.over(subject, wire)

        with wire.broken(fault, anything), pytest.raises(ErpError):
            adapter.read("999999999")

    def test_secrets_stay_secret_even_when_the_erp_sends_them_back(self, subject, wire, caplog):
        echo = Fault(passes_on=False, says=answer("400 Bad Request", f"You sent {SECRET}".encode()))
        adapter = self.over(subject, wire, credentials=dict.fromkeys(subject.credentials, SECRET))
        caplog.set_level(logging.DEBUG)

        with wire.broken(echo, anything), pytest.raises(ErpError) as told:
            adapter.create(adapter.render(subject.document()), "k")

        problems = getattr(told.value, "problems", ())
        assert SECRET not in f"{told.value!r} {told.value.technical} {problems} {adapter.connection!r} {caplog.text}"

    def test_two_documents_are_not_taken_for_one(self, subject):
        """Only where asking twice books twice can the suite make a pair."""
        document = subject.document()
        _, first = self.create(subject, document, "a")
        adapter = subject.make()
        if adapter.capabilities.repeats_safely or not adapter.capabilities.lookup:
            return
        self.create(subject, document, "b")

        found = self.found(subject, document.reference, Ambiguous)

        assert isinstance(found, Ambiguous)
        assert first.documents[0].erp_id in {one.erp_id for one in found.documents}
