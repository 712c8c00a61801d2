"""What stands in for an adapter that a connection names and that is no longer installed: it books and asks nothing."""

from .base import AuthFailed, Capabilities, ErpAdapter, Problem

CODE = "ADAPTER_MISSING"


class Uninstalled(ErpAdapter):
    """Every page of the company goes on working, and its exports wait for a person as after a refused sign-in."""

    capabilities = Capabilities(calls_at_once=1)

    def validate(self, document):
        return (Problem(CODE),)

    def create(self, rendered, key):
        raise self._absence()

    def find(self, reference):
        raise self._absence()

    def read(self, erp_id):
        raise self._absence()

    def finish(self, erp_id, step):
        raise self._absence()

    def check_connection(self):
        raise self._absence()

    def list_codes(self, kind, search="", after=""):
        raise self._absence()

    def _absence(self):
        return AuthFailed(f"No adapter “{self.label}” is installed.", code=CODE)


def standing_in_for(name: str) -> type[ErpAdapter]:
    return type("Uninstalled", (Uninstalled,), {"label": name})
