"""A web host for the tests: it serves built newspapers from memory, under any folder, as a plain static host does."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from tests.newsroom import Site

MISSING = "404.html"


class Host:
    """Several newspapers on one host. mounts: a site by the folder it lies in, as in "/" or "/a/b/".

    An address that ends in "?hold=WORD" is sent up to that word; the rest waits for `go_on`.
    cut: after so many bytes every answer stops like that, and nothing says that it has. headers: sent with each.
    """

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.mounts: dict[str, Site] = {}
        self.go_on = threading.Event()
        self.cut: int | None = None
        self.headers: dict[str, str] = {}

    def mount(self, folder: str, site: Site) -> str:
        """Put a newspaper into a folder; give the address of the folder."""
        self.mounts[folder] = site
        return f"{self.origin}{folder}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Give status, type and bytes of an address; the newspaper's own 404 page where nothing is there."""
        folder = max((each for each in self.mounts if path.startswith(each)), key=len, default="")
        if not folder:
            return 404, "text/plain", b""
        files = self.mounts[folder].files
        name = unquote(path.removeprefix(folder))
        name = f"{name}index.html" if name == "" or name.endswith("/") else name
        found = name if name in files else MISSING
        return (200 if name in files else 404), kind(found), files[found]


def kind(name: str) -> str:
    """Give the media type of a file, by its name."""
    found = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


@contextmanager
def serving() -> Iterator[Host]:
    """Run a host until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, media, data = host.answer(parts.path)
            self.send_response(status)
            self.send_header("Content-Type", media)
            for name, value in host.headers.items():
                self.send_header(name, value)
            self.end_headers()
            word = unquote(parts.query.removeprefix("hold=")) if parts.query.startswith("hold=") else ""
            at = data.index(word.encode()) if word else len(data) if host.cut is None else min(host.cut, len(data))
            self.wfile.write(data[:at])
            if at < len(data):
                self.wfile.flush()
                host.go_on.wait(20)
                self.wfile.write(data[at:])

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host = Host(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
