class UnsendableError(Exception):
    """A mail that no mail server may be given."""
