"""Where an address leads, as a browser reads it, whatever it looks like to us."""

from __future__ import annotations

import re

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
