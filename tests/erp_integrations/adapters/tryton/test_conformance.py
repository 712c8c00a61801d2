"""The conformance suite on a real Tryton, in both ways of booking retainage."""

import pytest

from erp_integrations.adapters.base import Duplicate, Found
from tests.erp_integrations.adapters.conformance import AdapterConformance

pytestmark = pytest.mark.slow


class TestConformance(AdapterConformance):
    @pytest.fixture
    def subject(self, tryton):
        return tryton.subject()

    def test_two_documents_are_not_taken_for_one(self, subject):
        """Tryton itself would book twice; the adapter asks before it creates."""
        document = subject.document()
        _, first = self.create(subject, document, "a")

        with pytest.raises(Duplicate) as duplicate:
            self.create(subject, document, "b")

        assert duplicate.value.existing == first.documents
        assert self.found(subject, document.reference) == Found(first.documents)
