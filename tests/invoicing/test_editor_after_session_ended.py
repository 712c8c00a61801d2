"""A session that ends while somebody types an application: the form comes back whole, in a browser without scripts."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.models import OwnerInvoice
from invoicing.views.sheets import LINES_PER_PAGE
from tests.factories import PASSWORD, MembershipFactory, OwnerInvoiceFactory
from tests.invoicing.pages import page_of, signed_in, value_of, words

pytestmark = pytest.mark.django_db

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
WAITING = reverse("unsent")


@pytest.fixture(scope="module")
def invoice(once):
    return OwnerInvoiceFactory(contract__lines=["1000.00"] * 3, work=None)


@pytest.fixture
def priya(invoice):
    return signed_in(invoice.company, project_staff=True, user__name="Priya Nair")


def page_typed(invoice):
    """Every cell of the first page of lines, as its form sends them; each line bills its own number."""
    form = {"version": str(invoice.version), "kept": "0" * 32}
    for number, line in enumerate(invoice.lines.order_by("contract_line__position")[:LINES_PER_PAGE], start=1):
        cells = {"work": f"{number}.00", "materials": "0.00", "released": "0.00"}
        cells |= {"work-rate": "10", "materials-rate": "10"}
        form |= {f"{column}-{line.pk}": value for column, value in cells.items()}
    return form


def hidden(response):
    return {unescape(name): unescape(value) for name, value in HIDDEN.findall(response.content.decode())}


def wall_for(client, invoice, form):
    """Open the page, and save when the session's row is gone; the answer is the sign-in page."""
    client.get(page_of(invoice))
    Session.objects.all().delete()
    referrer = f"http://testserver{page_of(invoice)}"
    return client.post(page_of(invoice, "invoice_lines"), form, headers={"referer": referrer})


def sign_in_at(wall, client, person):
    """Fill in the sign-in page that stands on the screen, whoever sits before it."""
    carried = {name: value for name, value in hidden(wall).items() if name in ("next", "unsent")}
    credentials = {"username": person.email, "password": PASSWORD}
    return client.post(reverse("signin"), carried | credentials, follow=True)


def send_on(client, form):
    """Press *Send it now*: the 307 makes the browser post the same fields to where they were going."""
    handed_on = client.post(WAITING, form)
    assert handed_on.status_code == 307
    return client.post(handed_on.url, form)


def billed(invoice):
    lines = OwnerInvoice.objects.get(pk=invoice.pk).lines.order_by("contract_line__position")
    return [line.work_this_period for line in lines]


@pytest.mark.slow
def test_a_full_page_of_lines_comes_back_whole_and_is_saved_when_its_person_says_so():
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00"] * (LINES_PER_PAGE + 1), work=None)
    priya = signed_in(invoice.company, project_staff=True)
    form = page_typed(invoice)

    wall = wall_for(priya, invoice, form)
    back = sign_in_at(wall, priya, priya.user)
    before = billed(invoice)
    sent = hidden(back)
    sent.pop("csrfmiddlewaretoken", None)
    saved = send_on(priya, sent)

    assert wall.status_code == 403
    assert back.redirect_chain == [(WAITING, 302)]
    assert sent == form
    assert set(before) == {Decimal(0)}
    assert (saved.status_code, saved.cookies["saved"].value) == (302, "0" * 32)
    assert billed(invoice) == [*map(Decimal, range(1, LINES_PER_PAGE + 1)), Decimal(0)]


def test_what_somebody_saved_meanwhile_is_not_overwritten(priya, invoice):
    form = page_typed(invoice)
    first = invoice.lines.order_by("contract_line__position").first()
    wall = wall_for(priya, invoice, form)
    entry = LineEntry(work_this_period=Decimal("400.00"))
    actions.save_lines(invoice.pk, {first.pk: entry}, actor=invoice.contract.created_by)

    sign_in_at(wall, priya, priya.user)
    answer = send_on(priya, form)

    assert answer.status_code == 409
    assert "Nothing was overwritten." in words(answer)
    assert "Saved: 400.00" in words(answer)
    assert value_of(answer, f"id_work-{first.pk}") == "1.00"
    assert billed(invoice)[:2] == [Decimal("400.00"), Decimal(0)]


def test_a_cell_that_is_wrong_is_told_after_signing_in_too(priya, invoice):
    form = page_typed(invoice)
    name = next(name for name in form if name.startswith("work-"))
    form[name] = "twelve"
    wall = wall_for(priya, invoice, form)

    sign_in_at(wall, priya, priya.user)
    answer = send_on(priya, form)

    assert (answer.status_code, value_of(answer, f"id_{name}")) == (422, "twelve")
    assert set(billed(invoice)) == {Decimal(0)}


def test_a_sign_in_elsewhere_is_shown_nothing(priya, invoice):
    wall_for(priya, invoice, page_typed(invoice))

    elsewhere = Client()
    elsewhere.post(reverse("signin"), {"username": priya.user.email, "password": PASSWORD})

    assert "_auth_user_id" in elsewhere.session
    assert elsewhere.get(WAITING).url == "/"


@pytest.mark.parametrize("is_colleague", [True, False], ids=["a colleague", "a stranger to the company"])
def test_another_person_at_the_same_page_is_shown_nothing(priya, invoice, is_colleague):
    company = {"company": invoice.company} if is_colleague else {}
    other = MembershipFactory(project_staff=True, **company).user
    form = page_typed(invoice)
    name = next(name for name in form if name.startswith("work-"))
    form[name] = "731.19"
    wall = wall_for(priya, invoice, form)

    back = sign_in_at(wall, priya, other)

    assert back.wsgi_request.user == other
    assert "731.19" not in back.content.decode()
