"""People at a real browser."""

from tests.factories import PASSWORD


def sign_in(page, person, password=PASSWORD):
    """A person at a browser's page, signed in, on the page that they land on."""
    page.goto("/signin/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=person.name).wait_for()
    return page
