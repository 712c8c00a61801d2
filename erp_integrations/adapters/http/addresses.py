"""Which addresses a deployment lets us speak to: the name as written, and the IP address it really leads to."""

import ipaddress
from urllib.parse import urlsplit

from ..base import NotSent, OutboundRules

NAT64 = ipaddress.ip_network("64:ff9b::/96")
FORBIDDEN_IN_URL = frozenset(' \\<>"{}|^`') | {chr(code) for code in (*range(33), 127)}


def check_url(url: str, rules: OutboundRules) -> None:
    """Raise NotSent for an address that is malformed or that the rules do not let us speak to."""
    if not url.isascii() or FORBIDDEN_IN_URL.intersection(url):
        raise not_allowed("The address holds characters that do not belong there.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError as error:
        raise not_allowed(str(error)) from None
    if not host or parts.username is not None or parts.password is not None:
        raise not_allowed("The address must name a host and no sign-in.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_named(host, port, rules.http_hosts)):
        raise not_allowed("Only https is allowed to this host.")
    if rules.hosts and not is_named(host, port, rules.hosts):
        raise not_allowed("This host is not among those that the deployment allows.")
    if rules.ports and port not in rules.ports:
        raise not_allowed(f"Port {port} is not among those that the deployment allows.")


def is_named(host: str, port: int, names: tuple[str, ...]) -> bool:
    bare = host.lower().rstrip(".")
    written = f"[{bare}]" if ":" in bare else bare
    return any(name.lower() in (bare, written, f"{written}:{port}") for name in names)


def check_ip(address: str, host: str, port: int, rules: OutboundRules) -> None:
    """Raise NotSent when `host` leads to an address that is not public, unless the rules name that host."""
    if not is_public(address) and not is_named(host, port, rules.private_hosts):
        raise not_allowed("The host leads to a private address.")


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def not_allowed(why: str) -> NotSent:
    return NotSent(why, code="ADDRESS_NOT_ALLOWED")
