"""Whether somebody else changed what a page showed before its form came back."""

from hashlib import sha256


def seen_as(*values):
    """A mark of what a page showed; when it no longer fits, somebody else changed it in between."""
    return sha256(repr(values).encode()).hexdigest()[:16]
