"""Steps that more than one journey takes, by the words on the page, with scripts and without."""

import re

from tests.real.processes import wait_for


def open_tool(page, name):
    """By the bar's Tool menu."""
    page.get_by_role("button", name="Tool ").click()
    page.get_by_role("navigation", name="Tools").get_by_role("link", name=name, exact=True).click()


def row_of(page, number):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=number))


def accept(page, number):
    page.get_by_role("button", name=f"Accept invoice {number}").click()
    page.get_by_role("button", name=f"Undo accept, invoice {number}").wait_for()


def export(page):
    page.get_by_role("button", name="Export to ERP").click()
    page.get_by_role("heading", name="Exporting ").or_(page.get_by_text("Exported ")).wait_for()


def filter_by(page, name):
    """In the pane Filter Invoices By."""
    page.get_by_role("navigation", name="Filter Invoices By").get_by_role("link", name=name).click()
    page.get_by_role("heading", level=2, name=name).wait_for()


def filter_until(page, name, shown):
    """Open a list again and again, as a person who waits for something to come there."""

    def is_there():
        filter_by(page, name)
        return shown.is_visible()

    wait_for(is_there, what=f"{shown} under {name}")


def send_from_editor(page):
    """The last three steps of a saved application, which is under this person's hands alone."""
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("button", name="Send to ERP").click()
    page.get_by_text("Sent to ERP Integrations by").wait_for()


def mail_to(mailbox, person):
    """The latest mail, once there is one."""
    return wait_for(lambda: mailbox.json(f"/messages.json?to={person.email}"), what=f"mail to {person.email}")[0]


def page_named_in(mail):
    return re.search(r"http://\S+", mail["text"])[0]
