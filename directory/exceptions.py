"""What can go wrong for a person here, each as a sentence they can act on."""


class DirectoryError(Exception):
    """The base of all of them; `str()` is the sentence for the page."""


class LastDirectoryAdmin(DirectoryError):
    """Somebody must be left who can let others in."""

    def __init__(self, company):
        super().__init__(f"{company.name} needs a Directory Admin. Make somebody else one first.")


class AlreadyMember(DirectoryError):
    """The person belongs to the company already, perhaps deactivated."""

    def __init__(self, membership):
        state = "belongs to" if membership.is_active else "is deactivated in"
        super().__init__(f"{membership.user.name} already {state} {membership.company.name}.")


class NotOfThisCompany(DirectoryError):
    """An id that names a project of another company, or none at all."""
