"""ERP secrets at rest: MultiFernet, bound to the company and connection they were entered for."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class CredentialsUnreadable(Exception):
    """The stored secrets do not open with our keys, or were copied from another connection: enter them again."""


def seal(secrets, *, company_id, connection_id):
    """Encrypt a dict of secrets for this connection; returns text for the database."""
    wrapped = {"company": company_id, "connection": connection_id, "secrets": secrets}
    return _keys().encrypt(json.dumps(wrapped).encode()).decode()


def unseal(sealed, *, company_id, connection_id):
    """Give the dict of secrets back, {} when none were stored; raises CredentialsUnreadable."""
    if not sealed:
        return {}
    try:
        wrapped = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise CredentialsUnreadable("The stored ERP credentials cannot be read. Enter them again.") from error
    if (wrapped["company"], wrapped["connection"]) != (company_id, connection_id):
        raise CredentialsUnreadable("The stored ERP credentials belong to another connection. Enter them again.")
    return wrapped["secrets"]


def _keys():
    if not settings.CREDENTIAL_KEYS:
        raise ImproperlyConfigured("Set CREDENTIAL_KEYS to one or more Fernet keys, newest first.")
    return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
