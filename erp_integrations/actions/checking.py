"""Trying whether a company's connection to its ERP works."""

import logging
from dataclasses import dataclass

from erp_integrations.adapters.base import ErpError, Refused
from erp_integrations.connecting import adapter_for
from erp_integrations.credentials import CredentialsUnreadable
from erp_integrations.error_catalogue import explain_check
from notifications import trace

logger = logging.getLogger("tieout.erp")


@dataclass(frozen=True)
class Check:
    """What asking the ERP came to. `technical` may be the ERP's own text and is to be escaped."""

    is_working: bool
    what: str
    how: str = ""
    technical: str = ""


def check_connection(connection):
    """Ask the ERP for its own name with what is stored, within the total deadline of one attempt; writes nothing."""
    try:
        told = adapter_for(connection, trace_id=trace.current()).check_connection()
    except CredentialsUnreadable as error:
        return _failed(connection, "AUTH_EXPIRED", technical=str(error))
    except Refused as error:
        return _failed(connection, error.code, error.problems[0].params, error.technical)
    except ErpError as error:
        return _failed(connection, error.code, technical=error.technical)
    except Exception as error:  # an adapter's bug is no answer; its text may hold a secret
        logger.exception("The adapter %s failed while its connection was tested", connection.adapter)
        return _failed(connection, "ADAPTER_FAULT", technical=type(error).__name__)
    if told.problems:
        problem = told.problems[0]
        return _failed(connection, problem.code, problem.params, problem.message)
    return Check(True, f"{connection.adapter_label} takes our sign-in and answers as “{told.account}”.")


def _failed(connection, code, params=None, technical=""):
    words = explain_check(code, {"erp": connection.adapter_label, **(params or {})})
    return Check(False, words.what, words.how, f"{code}: {technical}" if technical else code)
