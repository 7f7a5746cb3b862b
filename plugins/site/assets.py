"""The stylesheet, the scripts and the icon that each page carries inside, and the policy that
allows only them.

Styles are the files of theme/css/<layer>/ in the order of the layers; scripts are one file per
behaviour in theme/js/. Both are in the page itself: on a connection that is cut after sixteen
kilobytes a second file may never come.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from markupsafe import Markup

LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities")
# The media types of pictures.
TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s+")
AROUND = re.compile(r" ?([{};,>]) ?")
STRING = re.compile(r"""("[^"]*"|'[^']*')""")


def stylesheet(theme: Path, accent: dict[str, str]) -> str:
    """Join and shrink the theme's styles, with the site's accent colours in them."""
    files = [path for layer in LAYERS for path in sorted((theme / "css" / layer).glob("*.css"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    shrunk = shrink_css(text)
    return shrunk.replace("ACCENT_LIGHT", accent["light"]).replace("ACCENT_DARK", accent["dark"])


def shrink_css(text: str) -> str:
    """Drop comments and white space that means nothing; strings stay as they are."""
    parts = STRING.split(COMMENT.sub("", text))
    return "".join(part if at % 2 else shrink_plain(part) for at, part in enumerate(parts)).strip()


def shrink_plain(text: str) -> str:
    """Shrink CSS that holds no string. A space before a colon stays: it may part two selectors."""
    return AROUND.sub(r"\1", SPACE.sub(" ", text)).replace(": ", ":").replace(";}", "}")


def shrink_js(text: str) -> str:
    """Drop comments on lines of their own, indentation and empty lines."""
    lines = (line.strip() for line in COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@lru_cache(maxsize=64)
def csp_hash(text: str) -> str:
    """Give the source expression that allows one inline style or script (CSP Level 3, 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def icon(accent: dict[str, str]) -> Markup:
    """Draw the site's icon, the needle on the dial, as an address that costs no request."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>"
        "<path stroke='#888' d='M1 2v4M7 2v4'/>"
        f"<path stroke='{accent['light']}' d='M4 0v8'/></svg>"
    )
    return Markup("data:image/svg+xml," + quote(svg, safe=" =:/'"))


@dataclass
class Policy:
    """The Content-Security-Policy of a page: `{{ policy("reminder") }}` names its scripts, `{{ policy }}` none.

    own: what else the page may use of the site's own files, as in own=["connect", "worker"].
    pictures: where its pictures may come from. `{{ policy.sealed }}` is the policy of a page without a site.
    """

    style: str
    scripts: dict[str, str] = field(default_factory=dict)

    @property
    def sealed(self) -> Markup:
        """The policy of a copy that travels: nothing but what is inside it."""
        return self(pictures="data:")

    def __call__(self, *names: str, own: Sequence[str] = (), pictures: str = "'self' data:") -> Markup:
        allowed = " ".join(csp_hash(self.scripts[name]) for name in names)
        rules = [
            "default-src 'none'",
            f"style-src {csp_hash(self.style)}",
            f"img-src {pictures}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
        rules += [f"script-src {allowed}"] if allowed else []
        return Markup("; ".join([*rules, *(f"{each}-src 'self'" for each in own)]))

    def __html__(self) -> Markup:
        return self()


def data_address(data: bytes, path: str) -> str:
    """Give the address that holds a picture's bytes itself."""
    kind = TYPES[PurePosixPath(path).suffix.lower()]
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def read_scripts(theme: Path) -> dict[str, str]:
    """Read the theme's scripts by name, shrunk."""
    paths = sorted((theme / "js").glob("*.js"))
    return {path.stem: shrink_js(path.read_text(encoding="utf-8")) for path in paths}


def script_element(scripts: dict[str, str], name: str) -> Markup:
    """Give the element that carries a script. Raise KeyError where the theme has no such file."""
    return Markup(f"<script>{scripts[name]}</script>")
