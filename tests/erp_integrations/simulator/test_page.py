"""The page shows the books and switches the behaviour, without scripts; other sites cannot press its buttons."""

import re
from html.parser import HTMLParser

import pytest

from tests.erp_integrations.simulators import invoice


class Page(HTMLParser):
    """Text, tags with their attributes, and whether every tag is closed."""

    void = {"meta", "link", "input"}

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.words.append(text)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))

    def attributes(self, tag, name):
        return [attrs.get(name) for found, attrs in self.tags if found == tag]


def show(simulator, path="/"):
    answer = simulator.send("GET", path)
    assert answer.status == 200
    return Page(answer.text())


def press(simulator, path, form="", **headers):
    return simulator.send("POST", path, form, **({"Content_Type": "application/x-www-form-urlencoded"} | headers))


def seed(simulator, count):
    documents = [invoice(reference=f"OI-{n}", number=f"PC-{n:03}") for n in range(count)]
    assert simulator.send("POST", "/ledger", documents).status == 201


def test_an_empty_ledger_says_what_will_stand_there(simulator):
    page = show(simulator)

    assert "No documents yet. What Tieout exports stands here." in page.text
    assert "Accepts everything." in page.text


def test_documents_newest_first_fifty_a_page_with_the_totals_of_all(simulator):
    seed(simulator, 120)

    first = show(simulator)
    older = next(href for href in first.attributes("a", "href") if href.startswith("/?"))
    second = show(simulator, older)

    assert re.findall(r"PC-\d{3}", first.text) == [f"PC-{n:03}" for n in range(119, 69, -1)]
    assert re.findall(r"PC-\d{3}", second.text) == [f"PC-{n:03}" for n in range(69, 19, -1)]
    assert "51 to 100 of 120 Newer documents Older documents" in second.text
    assert "120 documents in USD 86,454.00" in first.text
    assert "120 documents in USD 86,454.00" in second.text


def test_documents_are_found_by_what_people_know(simulator):
    seed(simulator, 3)

    by_number, by_amount, by_nothing = (show(simulator, f"/?q={words}") for words in ("pc-001", "720.45", "%3Cb%3E"))

    assert re.findall(r"PC-\d{3}", by_number.text) == ["PC-001"]
    assert len(re.findall(r"PC-\d{3}", by_amount.text)) == 3
    assert "No document matches “<b>”." in by_nothing.text


def test_a_document_shows_its_lines_and_what_was_booked(simulator):
    created = simulator.create().json()

    page = show(simulator, created["url"])

    for words in ("AR-100001", "PC-001-4", "Tidewater Development", "Oct 31, 2026", "1 Concrete", "−200.00", "720.45"):
        assert words in page.text


def test_a_document_can_be_removed(simulator):
    created = simulator.create().json()

    answer = press(simulator, f"{created['url']}/remove")

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert simulator.ledger() == []
    assert simulator.send("GET", created["url"], Accept="text/html").status == 404


@pytest.mark.parametrize(
    ("form", "told", "in_force"),
    [
        ("mode=refuse&times=", "Refuse: the period is closed.", [("refuse", None)]),
        ("mode=slow&times=1", "Be slow: wait before every answer, 1 more time.", [("slow", 1)]),
        ("mode=unavailable&times=3", "Be down: answer nothing but “unavailable”, 3 more times.", [("unavailable", 3)]),
        ("mode=&times=", "Accepts everything.", []),
    ],
)
def test_a_person_switches_the_behaviour(simulator, form, told, in_force):
    answer = press(simulator, "/behaviour", form)

    page = show(simulator)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert told in page.text
    faults = simulator.send("GET", "/faults").json()["faults"]
    assert [(one["mode"], one["times"]) for one in faults] == in_force


@pytest.mark.parametrize(
    "form", ["mode=nope", "mode=slow&times=99", "mode=slow&times=x", b"\xff=\xff", "&" * 100 + "mode"]
)
def test_an_unknown_behaviour_switches_nothing(simulator, form):
    simulator.misbehave("slow", delay_s=0)

    answer = press(simulator, "/behaviour", form, Accept="text/html")

    if answer.status != 303:
        assert (answer.status, "Not possible" in answer.text()) == (400, True)
        assert simulator.send("GET", "/faults").json()["faults"] != []


def test_the_period_is_opened_by_one_button(simulator):
    simulator.misbehave("refuse")
    simulator.send("PUT", "/periods/2026-10", {"open": False})
    closed = show(simulator)

    press(simulator, "/open-period")

    assert "The period 2026-10 is closed. Open the period" in closed.text
    assert "Open the period" not in show(simulator).text
    assert simulator.create().status == 201


FROM_ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
@pytest.mark.parametrize("path", ["/behaviour", "/open-period", "/ledger", "/customers"])
def test_other_sites_cannot_press_our_buttons(simulator, headers, path):
    answer = press(simulator, path, "mode=unavailable", **headers)

    assert (answer.status, answer.error_code) == (403, "other_site")
    assert simulator.send("GET", "/faults").json() == {"faults": []}


def test_the_page_s_own_forms_are_let_through(simulator):
    own = {"Origin": simulator.url, "Sec_Fetch_Site": "same-origin"}

    assert press(simulator, "/behaviour", "mode=unavailable", **own).status == 303


def test_text_from_outside_is_shown_and_never_run(simulator):
    nasty = "<script>alert(1)</script>"
    line = [{"item": nasty, "description": nasty, "amount": "720.45"}]
    simulator.send("POST", "/ledger", [invoice(number="<i>n</i>", job=nasty[:30], lines=line, company=nasty)])
    simulator.send("POST", "/customers", {"code": "C-1001", "name": nasty})

    for path in ("/", simulator.ledger()[0]["url"], f"/?q={nasty}"):
        page = show(simulator, path)
        assert nasty in page.text
        assert "script" not in {tag for tag, _ in page.tags}
        assert "i" not in {tag for tag, _ in page.tags}


def test_nothing_is_run_or_fetched_from_elsewhere(simulator):
    simulator.create()

    answer = simulator.send("GET", "/")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    page = Page(answer.text())
    assert page.attributes("link", "href") == ["/style.css"]
    assert {tag for tag, attrs in page.tags if "style" in attrs or "onclick" in attrs} == set()
    assert simulator.send("GET", "/style.css").headers["Content-Type"] == "text/css; charset=utf-8"


def test_the_markup_is_sound(simulator):
    simulator.misbehave("two_matches")
    seed(simulator, 60)

    page = show(simulator)

    assert page.open == []
    assert page.attributes("html", "lang") == ["en"]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inputs = [attrs["id"] for tag, attrs in page.tags if tag in ("input", "select") and attrs.get("type") != "hidden"]
    assert set(inputs) == set(page.attributes("label", "for"))
    assert (
        len(page.attributes("main", "id"))
        == len(page.attributes("h1", "id"))
        == len(page.attributes("caption", "id"))
        == 1
    )


def test_an_address_that_does_not_exist_is_told_in_the_visitor_s_terms(simulator):
    page, program = (simulator.send("GET", "/nope", Accept=accept) for accept in ("text/html", "application/json"))

    assert (page.status, "There is nothing at this address." in page.text()) == (404, True)
    assert (program.status, program.error_code) == (404, "not_found")


def test_a_total_below_zero_is_a_credit_note(simulator):
    credit = invoice(number="PC-017") | {
        "total": "-90.00",
        "lines": [{**line, "amount": "-100.00", "retainage": "-10.00"} for line in invoice()["lines"][:1]],
    }
    assert simulator.send("POST", "/ledger", [credit, invoice()]).status == 201

    assert show(simulator).text.count("Credit note") == 1
