"""Where the client may connect: the address as written, the address it leads to, and who proves to be there."""

import datetime
import ipaddress
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from erp_integrations.adapters.base import Connection, Deadlines, NotSent, OutboundRules
from erp_integrations.adapters.http import HttpClient
from erp_integrations.adapters.http.addresses import is_public
from tests.erp_integrations.adapters.wire import Fault, Wire, answer, anything, read_request

STRICT = OutboundRules()


def request(url, rules=STRICT, deadlines=None):
    client = HttpClient(Connection({}, rules=rules, deadlines=deadlines or Deadlines(1, 1, 2)), url)
    return client.request("GET", "/x")


def refusal(url, rules=STRICT):
    with pytest.raises(NotSent) as told:
        request(url, rules)
    return told.value.code


@pytest.fixture
def server():
    wire = Wire("http://127.0.0.1:1", strikes=anything, fault=Fault(passes_on=False, says=answer("200 OK", b"{}")))
    yield wire
    wire.close()


@pytest.fixture
def names(monkeypatch):
    """`names["erp.example"] = "127.0.0.1"` makes a name lead somewhere; what is not named is looked up as ever."""
    known = {}
    real = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **keywords):
        answers = known.get(host, host)
        found = [real(one, *arguments, **keywords) for one in ([answers] if isinstance(answers, str) else answers)]
        return [entry for entries in found for entry in entries]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:db8::1",
    "2001::1",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize(("address", "public"), [(one, False) for one in PRIVATE] + [(one, True) for one in PUBLIC])
def test_what_counts_as_public(address, public):
    assert is_public(address) is public


WRITTEN = [
    "https://127.0.0.1:{port}",
    "https://localhost:{port}",
    "https://localhost.:{port}",
    "https://0.0.0.0:{port}",
    "https://2130706433:{port}",
    "https://0x7f.1:{port}",
    "https://0177.0.0.1:{port}",
    "https://127.1:{port}",
    "https://[::1]:{port}",
    "https://[::ffff:127.0.0.1]:{port}",
    "https://[64:ff9b::7f00:1]:{port}",
    "https://10.0.0.1",
    "https://169.254.169.254",
    "https://erp.example:{port}",
]


@pytest.mark.parametrize("url", WRITTEN)
def test_a_private_address_is_never_connected_to(server, names, url):
    names["erp.example"] = "127.0.0.1"

    assert refusal(url.format(port=server.url.rpartition(":")[2])) == "ADDRESS_NOT_ALLOWED"
    assert server.requests == []


MALFORMED = [
    "",
    "erp.example",
    "ftp://erp.example",
    "gopher://erp.example:70/_",
    "file:///etc/passwd",
    "https://",
    "https://good.example@127.0.0.1",
    "https://user:pass@erp.example",
    "https://@erp.example",
    "https://erp.example\\@evil.example",
    "https://erp.example/ x",
    "https://erp.example/\r\nX-Evil: 1",
    "https://erp.example/\x00",
    "https://[::1",
    "https://erp.example:99999",
    "https://erp.example:port",
    "https://erp.exämple",
    "http://erp.example",
]


@pytest.mark.parametrize("url", MALFORMED)
def test_an_address_that_is_malformed_or_without_tls_is_not_used(url):
    assert refusal(url) == "ADDRESS_NOT_ALLOWED"


def test_a_host_is_allowed_by_name_or_by_name_and_port(server):
    port = int(server.url.rpartition(":")[2])
    for name in ("127.0.0.1", f"127.0.0.1:{port}"):
        allowed = OutboundRules(http_hosts=(name,), private_hosts=(name,))
        assert request(server.url, allowed).status == 200

    other_port = OutboundRules(http_hosts=("127.0.0.1",), private_hosts=(f"127.0.0.1:{port + 1}",))
    without_tls_only = OutboundRules(http_hosts=("127.0.0.1",))
    private_only = OutboundRules(private_hosts=("127.0.0.1",))
    for rules in (other_port, without_tls_only, private_only):
        assert refusal(server.url, rules) == "ADDRESS_NOT_ALLOWED"


def test_only_hosts_and_ports_of_the_deployment_s_list(server):
    open_rules = {"http_hosts": ("127.0.0.1",), "private_hosts": ("127.0.0.1",)}
    port = int(server.url.rpartition(":")[2])

    assert request(server.url, OutboundRules(**open_rules, hosts=("127.0.0.1",), ports=(port,))).status == 200
    assert refusal(server.url, OutboundRules(**open_rules, hosts=("erp.example",))) == "ADDRESS_NOT_ALLOWED"
    assert refusal(server.url, OutboundRules(**open_rules, ports=(443,))) == "ADDRESS_NOT_ALLOWED"


def test_a_path_cannot_lead_to_another_host(server):
    client = HttpClient(Connection({}, rules=OutboundRules(http_hosts=("127.0.0.1",))), "http://127.0.0.1")

    for path in ("@evil.example/", ".evil.example/", ":1@evil.example/"):
        with pytest.raises(NotSent):
            client.request("GET", path)


def test_one_private_address_among_public_ones_is_enough_to_refuse(names):
    names["erp.example"] = ["93.184.216.34", "127.0.0.1"]

    assert refusal("https://erp.example") == "ADDRESS_NOT_ALLOWED"


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(server, monkeypatch):
    """Rebinding: allowed at the first look, private at the second. There is no second."""
    asked = []
    real = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **keywords):
        asked.append(host)
        return real("127.0.0.1", *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    url = server.url.replace("127.0.0.1", "erp.example")

    status = request(url, OutboundRules(http_hosts=("erp.example",), private_hosts=("erp.example",))).status

    assert (status, asked) == (200, ["erp.example"])


def test_whoever_really_answers_is_checked_too(server, names, monkeypatch):
    """The name leads to a public address, and the connection still ends up at a private one."""
    names["erp.example"] = "93.184.216.34"
    real = socket.socket.connect
    here = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    monkeypatch.setattr(socket.socket, "connect", lambda self, target: real(self, here))

    assert refusal("http://erp.example", OutboundRules(http_hosts=("erp.example",))) == "ADDRESS_NOT_ALLOWED"
    assert server.requests == []


def test_a_name_that_leads_nowhere_is_not_sent(monkeypatch):
    def getaddrinfo(*arguments, **keywords):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    assert refusal("https://erp.example") == "UNREACHABLE"


def test_a_look_up_that_hangs_is_left_behind(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **keywords: answered.wait(5))

    with pytest.raises(NotSent) as told:
        request("https://erp.example", deadlines=Deadlines(connect_s=0.1, read_s=1, total_s=2))

    answered.set()
    assert told.value.technical == "erp.example could not be looked up in time."


# Who proves to be there


def certificate(folder, name="localhost", valid_days=1):
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    built = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(now + datetime.timedelta(days=valid_days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = built.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(pem + secret)
    (folder / "ca.pem").write_bytes(pem)
    return folder


@pytest.fixture
def tls_server(tmp_path):
    """`tls_server(folder)` answers one caller over TLS with the folder's certificate; without one, never speaks."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(context):
        caller, _ = listener.accept()
        try:
            with context.wrap_socket(caller, server_side=True) if context else caller as secured:
                read_request(secured)
                secured.sendall(answer("200 OK", b"{}"))
        except (OSError, ConnectionError):
            caller.close()

    def start(folder=None):
        context = None
        if folder:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / "both.pem")
        threading.Thread(target=serve, args=(context,), daemon=True).start()
        return f"https://localhost:{listener.getsockname()[1]}"

    yield start
    listener.close()


def trusting(folder):
    return OutboundRules(private_hosts=("localhost", "127.0.0.1"), ca_bundle=str(folder / "ca.pem"))


def test_a_certificate_that_the_deployment_trusts_is_accepted(tls_server, tmp_path):
    folder = certificate(tmp_path)

    assert request(tls_server(folder), trusting(folder)).status == 200


def test_a_certificate_that_nobody_vouches_for_is_not(tls_server, tmp_path):
    url = tls_server(certificate(tmp_path))

    assert refusal(url, OutboundRules(private_hosts=("localhost",))) == "TLS_FAILED"


@pytest.mark.parametrize("made", [{"name": "erp.example"}, {"valid_days": -1}], ids=["wrong name", "expired"])
def test_a_certificate_that_is_wrong_is_not(tls_server, tmp_path, made):
    folder = certificate(tmp_path, **made)

    assert refusal(tls_server(folder), trusting(folder)) == "TLS_FAILED"


def test_a_handshake_that_never_ends_is_cut(tls_server):
    rules = OutboundRules(private_hosts=("localhost",))

    with pytest.raises(NotSent):
        request(tls_server(), rules, Deadlines(connect_s=0.2, read_s=5, total_s=0.5))
