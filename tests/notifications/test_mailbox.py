"""The mailbox as it runs in the demo: a process of its own, mails by SMTP, pages by HTTP."""

import http.client
import json
import smtplib
import socket
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.notifications.awkward import AWKWARD_MAILS

OPENER = build_opener(ProxyHandler({}))


class Mailbox:
    def __init__(self, line):
        web, smtp = line.split()
        self.url, self.smtp_port = web.rstrip("/"), urlsplit(smtp).port

    def get(self, path):
        """Status, headers and text of a page."""
        return self.open(Request(self.url + path))

    def post(self, path, **headers):
        return self.open(Request(self.url + path, data=b"", headers=headers))

    def open(self, request):
        try:
            with OPENER.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode(errors="replace")
        except HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def messages(self, **query):
        return json.loads(self.get(f"/messages.json?{urlencode(query)}")[2])

    def send(self, content, *recipients):
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as client:
            client.sendmail("no-reply@tieout.example", recipients or ["ana@harborvine.example"], content)


@pytest.fixture(scope="module")
def running():
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "notifications.mailbox", "--http-port", "0", "--smtp-port", "0"]
        with subprocess.Popen([*command, "--maildir", folder], stdout=subprocess.PIPE, text=True) as process:
            yield Mailbox(process.stdout.readline())
            process.terminate()
            assert process.wait(10) == 0


@pytest.fixture
def mailbox(running):
    running.post("/empty")
    return running


def mail(
    subject="Rejected: PC-011 #9", text="Fix it: https://tieout.example/c/1/.", html=None, to="ana@harborvine.example"
):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Tieout <no-reply@tieout.example>", to, subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_an_empty_mailbox_says_what_to_do(mailbox):
    status, _, page = mailbox.get("/")

    assert status == 200
    assert "Reject an invoice in Tieout" in page
    assert "Empty the mailbox" not in page
    assert mailbox.messages() == []


def test_a_mail_is_listed_and_shown_whole(mailbox):
    message = mail(html="<html><head></head><body><a href='https://tieout.example/'>Open</a></body></html>")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="G702 März.pdf")
    mailbox.send(message.as_bytes())

    [found] = mailbox.messages()
    page = mailbox.get(f"/messages/{found['id']}")[2]
    attachment = mailbox.get(f"/messages/{found['id']}/attachments/1")

    assert (found["from"], found["to"]) == ("Tieout <no-reply@tieout.example>", ["ana@harborvine.example"])
    assert (found["subject"], found["attachments"]) == ("Rejected: PC-011 #9", ["G702 März.pdf"])
    assert found["text"] == "Fix it: https://tieout.example/c/1/.\n"
    assert f'<a href="/messages/{found["id"]}">' in mailbox.get("/")[2]
    assert '<a href="https://tieout.example/c/1/" rel="noreferrer">https://tieout.example/c/1/</a>.' in page
    assert '<iframe title="HTML part of the mail"' in page
    assert attachment[2] == "%PDF"
    assert attachment[1]["Content-Disposition"] == "attachment; filename*=UTF-8''G702%20M%C3%A4rz.pdf"


def test_the_html_part_can_neither_act_nor_ask_for_anything(mailbox):
    mailbox.send(mail(html="<html><head><title>x</title></head><script>alert(1)</script></html>").as_bytes())
    [found] = mailbox.messages()

    _, headers, html = mailbox.get(f"/messages/{found['id']}/html")
    page = mailbox.get(f"/messages/{found['id']}")[2]

    policy = headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert policy[-1] == "sandbox allow-popups allow-popups-to-escape-sandbox"
    assert ' sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert '<head><base target="_blank"><title>' in html


def test_values_of_a_mail_are_escaped(mailbox):
    mailbox.send(mail(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>").as_bytes())
    [found] = mailbox.messages()

    for path in ("/", f"/messages/{found['id']}"):
        page = mailbox.get(path)[2]
        assert "<script" not in page
        assert "<img" not in page


def test_the_newest_mail_comes_first_and_recipients_filter(mailbox):
    for number, to in enumerate(["ana@x.example", "priya@x.example", "ana@x.example"]):
        mailbox.send(mail(subject=f"Mail {number}", to=to).as_bytes(), to)

    page = mailbox.get("/?to=ana%40x.example")[2]

    assert [each["subject"] for each in mailbox.messages()] == ["Mail 2", "Mail 1", "Mail 0"]
    assert [each["subject"] for each in mailbox.messages(to="ANA@x.example")] == ["Mail 2", "Mail 0"]
    assert [each["subject"] for each in mailbox.messages(limit=1)] == ["Mail 2"]
    assert "<h1>Mails to ana@x.example</h1>" in page
    assert "Mail 1" not in page
    assert '<option value="priya@x.example">' in page
    assert "No mail for nobody@x.example" in mailbox.get("/?to=nobody%40x.example")[2]


def test_long_lists_come_in_pages(mailbox):
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        for number in range(51):
            client.sendmail("a@x.example", ["b@x.example"], mail(subject=f"Mail {number}.").as_bytes())

    first, second, beyond = (mailbox.get(f"/?page={page}")[2] for page in ("1", "2", "99"))

    assert first.count("<tr>") == 51
    assert "Mail 50." in first
    assert '<a href="/?page=2">Older mails</a>' in first
    assert "Mail 0." in second
    assert beyond == second


def test_emptying_takes_a_press_on_our_own_page(mailbox):
    mailbox.send(mail().as_bytes())

    assert mailbox.get("/empty")[0] == 405
    assert mailbox.post("/empty", Origin="https://evil.example")[0] == 403
    assert mailbox.post("/empty", **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert len(mailbox.messages()) == 1
    assert mailbox.post("/empty", Origin=mailbox.url)[0] == 200
    assert mailbox.messages() == []


@pytest.mark.parametrize("content", AWKWARD_MAILS)
def test_no_mail_breaks_a_page(mailbox, content):
    mailbox.send(content)

    [found] = mailbox.messages()
    paths = ["/", f"/messages/{found['id']}", f"/messages/{found['id']}/source", f"/messages/{found['id']}/html"]

    assert [mailbox.get(path)[0] for path in paths[:3]] == [200, 200, 200]
    assert mailbox.get(paths[3])[0] in (200, 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/messages/0123456789abcdef", 404),
        ("/messages/../../etc/passwd", 404),
        ("/messages/0123456789abcdef/attachments/9", 404),
        ("/?page=0", 200),
        ("/?page=99999999999999999999", 200),
        ("/?to=%00%ff%F0%9F%99%82", 200),
        ("/?" + "a=1&" * 50, 400),
        ("//[", 404),
        ("/messages.json?limit=-1", 200),
        ("/style.css", 200),
    ],
)
def test_no_address_breaks_the_server(mailbox, path, status):
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(mailbox.url).port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert answer.status == status


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /empty HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", b"413"),
        (b"POST /empty HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /empty HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"413"),
        (b"POST /empty HTTP/1.1\r\nHost: x\r\nOrigin: http://[\r\n\r\n", b"403"),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
    ],
)
def test_no_request_breaks_the_server(mailbox, request_bytes, status):
    with socket.create_connection(("127.0.0.1", urlsplit(mailbox.url).port), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = connection.recv(1000)

    assert answer.split(b" ")[1] == status


def test_a_taken_port_is_told_in_a_sentence(running, tmp_path):
    command = [sys.executable, "-m", "notifications.mailbox", "--http-port", "0", "--maildir", str(tmp_path)]

    done = subprocess.run([*command, "--smtp-port", str(running.smtp_port)], capture_output=True, text=True, timeout=20)

    assert done.returncode == 1
    assert done.stderr.startswith("The mailbox cannot start:")
    assert "Traceback" not in done.stderr
