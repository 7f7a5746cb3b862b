"""Real nginx, Caddy and Apache, set up by the snippets in docs/hosting.md, send the site as it must be sent."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from tests.curtain import servers
from tests.curtain.servers import Place, Server
from tests.newsroom import Site
from tests.tools import MISSING, need

NAME = "news.example.org"
STORY = "/2024/03/ferry.html"
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
BROTLI = {
    "modules": f"load_module {MODULE};",
    "gzip_static on;": "gzip_static on; brotli_static on;",
}
HOSTS = ["nginx", *(pytest.param(name, marks=pytest.mark.slow) for name in ("caddy", "apache"))]
# Which protocols a host speaks, and what a host that speaks another one changes in its snippet.
PROTOCOLS = {"nginx": ("--http1.1", "--http2"), "caddy": ("--http1.1", "--http2"), "apache": ("--http1.1",)}
KEPT_ALIVE = {
    "nginx": {"keepalive_timeout 0": "keepalive_timeout 75"},
    "caddy": {"header Connection close": ""},
    "apache": {"KeepAlive Off": "KeepAlive On"},
}
TYPES = {
    "/": "text/html; charset=utf-8",
    STORY: "text/html; charset=utf-8",
    "/robots.txt": "text/plain; charset=utf-8",
    "/hello.txt": "text/plain; charset=utf-8",
    "/worker.js": "text/javascript; charset=utf-8",
    "/feeds/all.atom.xml": "xml",
    "/sitemap.xml": "xml",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
    "/images/pier.jpg": "image/jpeg",
    "/copies/issue.epub": "application/epub+zip",
    "/copies/issue.zip": "application/zip",
}
SAFE = {
    "cache-control": "max-age=300",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
POLICY = "default-src 'self' 'unsafe-inline' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
MOST_OF_HEADERS = 922


@dataclass(frozen=True)
class Answer:
    """What a host answers. headers: by name in small letters; head: all of them as they came."""

    status: int
    headers: dict[str, str]
    body: bytes
    head: str


@dataclass(frozen=True)
class Host:
    """A host that runs. name: of the program."""

    name: str
    server: Server
    place: Place

    def curl(self, *words: str, to: str = NAME) -> subprocess.CompletedProcess[bytes]:
        """Run curl, which finds the host by its name and believes its certificates."""
        ports = (self.server.secure, self.server.plain)
        found = [word for port in ports for word in ("--resolve", f"{to}:{port}:127.0.0.1")]
        command = [need("curl"), "--silent", "--show-error", "--insecure", "--max-time", "20", *found, *words]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done

    def address(self, path: str) -> str:
        """Give the address of a path."""
        return f"https://{NAME}:{self.server.secure}{path}"

    def ask(self, path: str, *words: str) -> Answer:
        """Ask for a path."""
        return answer(self.curl("--include", *words, self.address(path)).stdout)


def answer(data: bytes) -> Answer:
    """Take an answer apart."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body, head.decode("latin-1"))


@pytest.fixture(scope="module", params=HOSTS)
def host(request: pytest.FixtureRequest, lasting_place: Callable[[Site], Place], lantern: Site) -> Iterator[Host]:
    """Each host in turn, with the small site and what an editor left in it."""
    place = lasting_place(lantern)
    (place.root / ".secret").write_text("hidden", encoding="utf-8")
    (place.root / "2024/.git").mkdir()
    (place.root / "2024/.git/config").write_text("hidden", encoding="utf-8")
    (place.root / "plain.txt").write_text("No copy lies beside this text. " * 100, encoding="utf-8")
    brotli_too = BROTLI if request.param == "nginx" else {}
    if brotli_too and not MODULE.is_file():
        pytest.skip(f"{MODULE.name} {MISSING} libnginx-mod-http-brotli-static")
    with getattr(servers, request.param)(place, **brotli_too) as server:
        yield Host(request.param, server, place)


def test_files_come_with_their_types(host: Host) -> None:
    answers = {path: host.ask(path) for path in TYPES}

    assert {path: each.status for path, each in answers.items()} == dict.fromkeys(TYPES, 200)
    types = {path: each.headers["content-type"].lower() for path, each in answers.items()}
    assert {path: kind for path, kind in types.items() if not is_kind(kind, TYPES[path])} == {}


def is_kind(kind: str, wanted: str) -> bool:
    """Say whether a type is as wanted; the charset of what is no page may be left out, and XML has several names."""
    if wanted == "xml":
        return kind.partition(";")[0].endswith("xml")
    kind, wanted = (each.replace("application/javascript", "text/javascript") for each in (kind, wanted))
    return kind == wanted or (not wanted.startswith("text/html") and kind == wanted.partition(";")[0])


@pytest.mark.parametrize("ending", ["gz", "br"])
def test_the_copies_made_at_publish_are_sent(host: Host, ending: str) -> None:
    for path, protocol in product(("/", STORY, "/sitemap.xml", "/worker.js"), PROTOCOLS[host.name]):
        copy = host.place.root / f"{'index.html' if path == '/' else path[1:]}.{ending}"
        encoding = {"gz": "gzip", "br": "br"}[ending]

        found = host.ask(path, protocol, "--header", f"Accept-Encoding: {encoding}")

        assert found.status == 200
        assert found.headers["content-encoding"] == encoding
        assert found.body == copy.read_bytes()
        assert "accept-encoding" in found.headers["vary"].lower()


def test_browsers_get_the_smaller_copy(host: Host) -> None:
    found = host.ask(STORY, "--header", "Accept-Encoding: gzip, deflate, br, zstd")

    assert found.headers["content-encoding"] == "br"


def test_who_asks_for_nothing_compressed_gets_nothing_compressed(host: Host, lantern: Site) -> None:
    found = host.ask(STORY)

    assert "content-encoding" not in found.headers
    assert found.body == lantern.files[STORY[1:]]
    assert "accept-encoding" in found.headers["vary"].lower()


def test_what_has_no_copy_is_compressed_as_it_is_sent(host: Host) -> None:
    found = host.ask("/plain.txt", "--header", "Accept-Encoding: gzip")

    assert found.headers["content-encoding"] == "gzip"
    assert gzip.decompress(found.body) == (host.place.root / "plain.txt").read_bytes()


def test_headers_are_strict_everywhere_and_short(host: Host) -> None:
    for path in ("/", STORY, "/images/pier.jpg", "/no/such/page"):
        found = host.ask(path, "--header", "Accept-Encoding: gzip")

        assert found.headers["content-security-policy"] == POLICY, path
        wanted = SAFE if found.status == 200 else {name: SAFE[name] for name in SAFE if name != "cache-control"}
        assert {name: found.headers.get(name) for name in wanted} == wanted, path
        assert len(found.head) <= MOST_OF_HEADERS
        assert "set-cookie" not in found.headers


def test_the_worker_is_asked_for_anew_each_time(host: Host) -> None:
    assert host.ask("/worker.js").headers["cache-control"] == "no-cache"


def test_what_has_not_changed_is_not_sent_again(host: Host) -> None:
    for encoding in ("identity", "gzip", "br"):
        asked = ("--header", f"Accept-Encoding: {encoding}")
        first = host.ask(STORY, *asked)
        again = host.ask(STORY, *asked, "--header", f"If-None-Match: {first.headers['etag']}")

        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", ["/x", "/no/such/page.html", "/2024/99/", "/2024/03/x/y/z", "/2024/03/ferry"])
def test_what_is_not_there_is_answered_by_the_404_page(host: Host, lantern: Site, path: str) -> None:
    found = host.ask(path)
    compressed = host.ask(path, "--header", "Accept-Encoding: gzip")

    assert found.status == compressed.status == 404
    assert found.body == gzip.decompress(compressed.body) == lantern.files["404.html"]
    assert found.headers["content-type"].lower() == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/.secret", "/2024/.git/config", "/.git/", "/2024/.git"])
def test_hidden_files_are_not_there(host: Host, lantern: Site, path: str) -> None:
    found = host.ask(path)

    assert (found.status, found.body) == (404, lantern.files["404.html"])


def test_folders_are_not_listed(host: Host) -> None:
    assert host.ask("/images/").status in (403, 404)


def test_a_folder_without_its_slash_leads_to_it(host: Host) -> None:
    found = host.ask("/harbour")

    assert found.status in (301, 308)
    assert found.headers["location"] in ("/harbour/", host.address("/harbour/"))


def test_http_leads_to_https(host: Host) -> None:
    found = answer(host.curl("--include", f"http://{NAME}:{host.server.plain}{STORY}").stdout)

    assert found.status in (301, 308)
    there = found.headers["location"].replace(f":{host.server.secure}", "").replace(f":{host.server.plain}", "")
    assert there == f"https://{NAME}{STORY}"


def test_a_connection_ends_after_each_page(host: Host) -> None:
    for protocol in PROTOCOLS[host.name]:
        assert connections(host, protocol) == [1, 1, 1]


def test_no_host_speaks_what_it_would_not_end(host: Host) -> None:
    done = host.curl("--http2", "--output", "/dev/null", "--write-out", "%{http_version}", host.address("/")).stdout

    assert f"--http{done.decode()}" in PROTOCOLS[host.name]


def connections(host: Host, protocol: str) -> list[int]:
    """Ask for three pages in one go; give how many connections were opened for each."""
    pages = [word for path in ("/", STORY, "/about.html") for word in ("--output", "/dev/null", host.address(path))]
    return [int(line) for line in host.curl(protocol, "--write-out", "%{num_connects}\n", *pages).stdout.split()]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nginx", "caddy", "apache"])
def test_without_that_line_a_connection_is_kept(place: Callable[[Site], Place], lantern: Site, name: str) -> None:
    here = place(lantern)
    with getattr(servers, name)(here, **KEPT_ALIVE[name]) as server:
        for protocol in PROTOCOLS[name]:
            assert connections(Host(name, server, here), protocol) == [1, 0, 0]


def test_a_file_of_headers_says_the_same(lantern: Site) -> None:
    lines = lantern.text("_headers").split("/worker.js")[0].splitlines()[1:]
    said = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    assert said == SAFE | {"content-security-policy": POLICY}
