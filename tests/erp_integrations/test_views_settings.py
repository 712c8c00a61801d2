"""Settings: connecting a company to its ERP on a page, and testing the connection."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from directory.models import AuditEvent
from erp_integrations import actions
from erp_integrations.adapters.base import Unknown
from erp_integrations.credentials import unseal
from erp_integrations.models import ErpConnection
from erp_integrations.policies import can_connect
from tests.erp_integrations.accounting import DEMO_ERP_TOKEN, connected_company, switch_faults
from tests.erp_integrations.test_answers import in_doubt
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db

SECRET = "typed/secret+0f"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def erp(running_simulators):
    return running_simulators("key")


@pytest.fixture
def admin(client, accounting):
    """A client signed in as the company's ERP Admin."""
    member = MembershipFactory(company=accounting.company, user__name="Dana Reyes", erp_admin=True)
    client.force_login(member.user)
    return client


@pytest.fixture
def unconnected(client, db):
    company = CompanyFactory()
    client.force_login(MembershipFactory(company=company, erp_admin=True).user)
    return company


def url(company, page="settings"):
    return reverse(f"erp_integrations:{page}", args=[company.slug])


def text_of(page):
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", page.content.decode())))


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode()).group(1)


def save(client, company, page=None, adapter="demo", **fields):
    """Press Save on the page, by default one that was just opened, with some fields changed."""
    seen = hidden(page or client.get(url(company), {"adapter": adapter}), "seen")
    demo = {"setting_url": NOWHERE, "setting_personality": "key"} if adapter == "demo" else {}
    return client.post(url(company), {"adapter": adapter, "seen": seen, **demo, **fields})


def errors_in(page):
    return [unescape(strip_tags(each)) for each in re.findall(r'<span class="err"[^>]*>(.*?)</span>', page.text)]


def secrets_of(company):
    connection = ErpConnection.objects.get(company=company)
    return unseal(connection.encrypted_credentials, company_id=company.pk, connection_id=connection.pk)


def test_a_company_without_a_connection_gets_one_in_two_steps(client, unconnected):
    first = client.get(url(unconnected))
    second = client.get(url(unconnected), {"adapter": "demo"})
    answer = save(client, unconnected, second, secret_token=SECRET, setting_company="Harbor")
    after = client.get(url(unconnected))

    assert "Step 1 of 2." in text_of(first)
    assert [name in first.text for name in ('value="demo"', 'value="tryton"', "secret_token")] == [True, True, False]
    assert "Connect Demo ERP" in text_of(second)
    assert answer.status_code == 302
    connection = ErpConnection.objects.get(company=unconnected)
    assert (connection.adapter, connection.settings) == ("demo", {"url": NOWHERE, "company": "Harbor"})
    assert secrets_of(unconnected) == {"token": SECRET}
    assert "Saved the connection to Demo ERP." in text_of(after)
    assert "Set. Leave empty to keep it." in text_of(after)
    told = AuditEvent.objects.get(action="erp.connect")
    assert (told.actor.name, told.detail["secrets"]) == (after.wsgi_request.user.name, ["token"])


def test_other_erps_ask_for_other_fields(client, unconnected):
    page = client.get(url(unconnected), {"adapter": "tryton"})

    assert {"setting_database", "setting_user", "secret_password"} <= set(re.findall(r'name="(\w+)"', page.text))


@pytest.mark.parametrize("chosen", ["", "sage", "demo\0"])
def test_an_erp_that_nobody_knows_is_told_at_the_choice(client, unconnected, chosen):
    shown = client.get(url(unconnected), {"adapter": chosen})
    posted = client.post(url(unconnected), {"adapter": chosen})

    for page, status in ((shown, 200), (posted, 422)):
        assert page.status_code == status
        assert "then continue." in text_of(page)
    assert not ErpConnection.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"setting_url": ""}, "Enter the address."),
        ({"setting_url": "http://erp.example.com"}, "Only https is allowed to this host."),
        ({"setting_url": "javascript:alert(1)"}, "The address must name a host and no sign-in."),
        ({"setting_url": "https://me:pw@erp.example.com"}, "The address must name a host and no sign-in."),
        ({"setting_public_url": "javascript:alert(1)"}, "Enter a web address, such as https://erp.example.com"),
        ({"setting_lookup_delay_s": "soon"}, "Enter a whole number."),
        ({"setting_lookup_delay_s": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"setting_personality": "rude"}, "Choose one of: key, upsert, lookup, nothing."),
        ({"setting_company": "a\0b"}, "Null characters are not allowed."),
        ({"secret_token": ""}, "Enter the token."),
    ],
)
def test_a_bad_value_is_told_at_its_field_and_nothing_else_is_lost(client, unconnected, fields, sentence):
    page = save(client, unconnected, **{"setting_company": "Harbor & Sons", "secret_token": SECRET} | fields)

    assert (page.status_code, errors_in(page)) == (422, [sentence])
    assert SECRET not in page.text
    assert "setting_company" in fields or 'value="Harbor &amp; Sons"' in page.text
    assert not ErpConnection.objects.exists()


def test_an_empty_secret_stays_and_a_typed_one_replaces_it(admin, accounting):
    connection = accounting.connection
    here = connection.settings["url"]

    assert save(admin, accounting.company, setting_url=here, setting_company="Harbor").status_code == 302
    assert secrets_of(accounting.company) == {"token": DEMO_ERP_TOKEN}
    assert save(admin, accounting.company, setting_url=here, secret_token=SECRET).status_code == 302
    assert secrets_of(accounting.company) == {"token": SECRET}


def test_a_secret_never_follows_to_another_address(admin, accounting):
    page = save(admin, accounting.company, setting_url=NOWHERE)
    actions.connect_erp(accounting.company.pk, adapter="demo", settings={"url": NOWHERE}, secrets={})

    assert errors_in(page) == ["Enter the token again: it was given for another address."]
    assert secrets_of(accounting.company) == {}


def test_another_erp_gets_no_secret_of_the_one_before(admin, accounting):
    fields = {"setting_url": "https://tryton.example.com", "setting_database": "books", "setting_user": "tieout"}
    fields |= {"setting_retainage_account": "1250", "setting_retainage": "two_documents"}
    fields |= {"setting_future_dates": "refuse"}

    chosen = admin.get(url(accounting.company), {"adapter": "tryton"})
    without = save(admin, accounting.company, chosen, adapter="tryton", **fields)
    answer = save(admin, accounting.company, adapter="tryton", secret_password=SECRET, **fields)

    assert "Until you save, Demo ERP stays connected. Mappings are kept as they are" in text_of(chosen)
    assert errors_in(without) == ["Enter the password."]
    assert answer.status_code == 302
    assert secrets_of(accounting.company) == {"password": SECRET}


def test_a_stale_page_overwrites_nothing(admin, accounting):
    page = admin.get(url(accounting.company))
    here = accounting.connection.settings["url"]
    actions.connect_erp(
        accounting.company.pk,
        adapter="demo",
        settings={"url": here, "company": "Theirs"},
        secrets={},
        actor=accounting.staff,
    )

    answer = save(admin, accounting.company, page, setting_url=here, setting_company="Ours")

    assert answer.status_code == 422
    assert "Priya Nair changed this at" in text_of(answer)
    assert 'value="Ours"' in answer.text
    assert ErpConnection.objects.get().settings["company"] == "Theirs"


def test_the_address_stays_while_an_export_is_in_doubt(admin, accounting, erp):
    in_doubt(accounting, erp)

    answer = save(admin, accounting.company, secret_token=SECRET)

    assert answer.status_code == 422
    assert "1 export is in doubt at this address. Answer them under Needs check first" in text_of(answer)
    assert secrets_of(accounting.company) == {"token": DEMO_ERP_TOKEN}


def test_saving_it_unchanged_is_allowed_even_then(admin, accounting, erp):
    in_doubt(accounting, erp)

    answer = save(admin, accounting.company, setting_url=accounting.connection.settings["url"], secret_token=SECRET)

    assert answer.status_code == 302
    assert secrets_of(accounting.company) == {"token": SECRET}


def test_the_test_tells_whom_it_reached(admin, accounting):
    page = admin.post(url(accounting.company, "check_connection"))

    assert page.status_code == 200
    assert "Demo ERP takes our sign-in and answers as" in text_of(page)


@pytest.mark.parametrize(
    ("mode", "what", "how"),
    [
        ("auth_failed", "Demo ERP does not accept our sign-in.", "Enter the sign-in again, save, then test again."),
        ("throttle", "Demo ERP asked us to slow down.", "Wait a minute, then test again."),
        ("unavailable", "Demo ERP asked us to slow down.", "Wait a minute, then test again."),
    ],
)
def test_the_test_tells_what_is_wrong_and_how_to_mend_it(admin, accounting, erp, mode, what, how):
    switch_faults(erp, mode)

    page = admin.post(url(accounting.company, "check_connection"))

    assert what in text_of(page)
    assert how in text_of(page)
    assert "Technical detail" in text_of(page)


def test_what_an_erp_says_is_escaped(admin, accounting, monkeypatch):
    def answer(adapter):
        raise Unknown("<script>alert(1)</script>", code="UNREADABLE")

    monkeypatch.setattr("erp_integrations.adapters.demo.DemoErp.check_connection", answer)

    page = admin.post(url(accounting.company, "check_connection"))

    assert "Demo ERP gave an answer that cannot be read. Check the address" in text_of(page)
    assert "UNREADABLE: &lt;script&gt;alert(1)" in page.text


def test_an_adapters_bug_is_told_without_its_words(admin, accounting, monkeypatch):
    def bug(adapter):
        raise ValueError(adapter.connection.credentials["token"])

    monkeypatch.setattr("erp_integrations.adapters.demo.DemoErp.check_connection", bug)

    page = admin.post(url(accounting.company, "check_connection"))

    assert "ADAPTER_FAULT: ValueError" in text_of(page)
    assert DEMO_ERP_TOKEN not in page.text


def test_secrets_that_cannot_be_read_are_asked_for_again(admin, accounting):
    ErpConnection.objects.update(encrypted_credentials="rotated away")

    shown = admin.get(url(accounting.company))
    checked = admin.post(url(accounting.company, "check_connection"))

    assert "Leave empty to keep it" not in shown.text
    assert "The stored ERP credentials cannot be read. Enter them again." in text_of(checked)


def test_nothing_to_test_without_a_connection(client, unconnected):
    answer = client.post(url(unconnected, "check_connection"), follow=True)

    assert "This company has no ERP connection yet." in text_of(answer)


def test_others_see_it_with_the_reason(approver, accounting):
    page = approver.get(url(accounting.company), {"adapter": "tryton"})

    assert 'aria-disabled="true"' in page.text
    assert "Connecting the ERP needs Admin on ERP Integrations." in text_of(page)
    assert "Token Set, never shown" in text_of(page)
    assert "<input" not in page.text[page.text.index('id="form-title"') :].partition("</section>")[0]
    assert approver.post(url(accounting.company), {"adapter": "demo"}).status_code == 403


def test_the_reason_says_who_can_help(accounting):
    MembershipFactory(company=accounting.company, user__name="Dana Reyes", directory_admin=True)

    told = can_connect(accounting.approver, accounting.company)

    assert (bool(told), told.reason) == (
        False,
        "Connecting the ERP needs Admin on ERP Integrations. Dana Reyes can grant it.",
    )


def test_a_pause_is_told_with_its_reason(admin, accounting):
    ErpConnection.objects.update(paused_at=timezone.now(), paused_because="UNREACHABLE")

    page = admin.get(url(accounting.company))

    assert re.search(r"Paused Exports wait since .{5,40}\. Demo ERP could not be reached\.", text_of(page))


def test_what_the_erp_can_do_follows_its_capabilities(client, db, running_simulators):
    erp = running_simulators("nothing")
    accounting = connected_company(erp.url, personality="nothing")
    client.force_login(accounting.approver)

    told = text_of(client.get(url(accounting.company)))

    assert "If an answer is lost An approver looks in the ERP and says what is there." in told
    assert "Calls at once 2" in told
    assert "Limits 21 characters in the number, 500 characters in a description and 5,000 lines" in told
