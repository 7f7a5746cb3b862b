"""Where an address leads, as a browser reads it, whatever it looks like to us."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$", re.IGNORECASE)
_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))


def target(address: str) -> tuple[str, bool]:
    """Read an address as a browser does: its scheme ("" if relative), and if it names a host.

    Browsers drop spaces and controls around an address, and tabs and line breaks inside it, and
    take a backslash for a slash: https://url.spec.whatwg.org/#concept-basic-url-parser.
    """
    read = re.sub(r"[\t\n\r]", "", address.strip(_CONTROLS_AND_SPACE))
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", read)
    rest = read[match.end() :] if match else read
    return match[1].lower() if match else "", rest.replace("\\", "/").startswith("//")


def wrong_with_address(text: str) -> str:
    """Say what is wrong with an outside address, in a sentence; empty where nothing is.

    RFC 3986 decides what is well formed; plain http is taken for onion hosts only, which
    encrypt by themselves.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return f"{text!r} is not a well-formed address."
    del port
    if re.search(r"[\s<>\"{}|\\^`\x00-\x1f]|%(?![0-9A-Fa-f]{2})", text) or not ascii_host(host):
        return f"{text!r} is not a well-formed address."
    if "@" in parts.netloc:
        return f"{text!r} holds a user name."
    if parts.scheme != "https" and not (parts.scheme == "http" and host.endswith(".onion")):
        return f"{text!r} is not https."
    return ""


def ascii_host(host: str) -> bool:
    """Say whether a host has the shape of a public name (RFC 1123), its letters encoded by IDNA."""
    try:
        return HOST.match(host.encode("idna").decode("ascii")) is not None
    except UnicodeError:
        return False
