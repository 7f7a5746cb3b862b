"""The forms that hosts come in: where a newspaper lies, what a folder gives, and what becomes of a file's name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from tests.browser.host import MISSING, kind

INDEX = "index.html"
ONION = "longwavelongwavelongwavelongwavelongwavelongwavelongwav2.onion"


class Answer(NamedTuple):
    """What a host answers. location: where it sends the reader instead, or empty."""

    status: int
    data: bytes = b""
    location: str = ""
    media: str = "text/html; charset=utf-8"


Files = Mapping[str, bytes]
Find = Callable[[Files, str], Answer]


def sent(files: Files, name: str) -> Answer:
    """Send a file, or the 404 page."""
    return Answer(200, files[name], media=kind(name)) if name in files else Answer(404, files[MISSING])


def usual(files: Files, name: str) -> Answer:
    """Give a folder's index."""
    return sent(files, f"{name}{INDEX}" if name == "" or name.endswith("/") else name)


def root_only(files: Files, name: str) -> Answer:
    """Give an index for the root alone."""
    return sent(files, name or INDEX)


def dropping(files: Files, name: str) -> Answer:
    """Drop `.html` and `index.html` from every address."""
    if name.endswith(INDEX):
        return Answer(308, location=name.removesuffix(INDEX))
    if name.endswith(".html"):
        return Answer(308, location=name.removesuffix(".html"))
    return usual(files, name if name in files or name == "" or name.endswith("/") else f"{name}.html")


def adding(files: Files, name: str) -> Answer:
    """Add `.html` to what has no end, and `index.html` to a folder."""
    if name == "" or name.endswith("/"):
        return Answer(301, location=f"{name}{INDEX}")
    is_bare = name not in files and "." not in name
    return Answer(301, location=f"{name}.html") if is_bare else sent(files, name)


def in_any_case(files: Files, name: str) -> Answer:
    """Know no capital letters, as some disks do."""
    return usual({each.lower(): data for each, data in files.items()}, name.lower())


@dataclass(frozen=True)
class Form:
    """One form. folder: where the newspaper lies. start: where a reader begins. host: the name it is read by."""

    find: Find = usual
    folder: str = "/"
    start: str = ""
    host: str = "127.0.0.1"

    def answer(self, files: Files, path: str) -> Answer:
        """Answer for a path of the host."""
        if not path.startswith(self.folder):
            return Answer(404, b"The host's own page.")
        found = self.find(files, unquote(path.removeprefix(self.folder)))
        return found._replace(location=self.folder + found.location) if 300 < found.status < 400 else found


FORMS = {
    "root": Form(),
    "folder": Form(folder="/any/sub/folder/"),
    "no-folder-indexes": Form(sent, start=INDEX),
    "root-document-only": Form(root_only),
    "drops-html": Form(dropping),
    "adds-html": Form(adding),
    "any-case": Form(in_any_case),
    "onion": Form(host=ONION),
    "ipfs": Form(folder="/ipfs/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/"),
}


@contextmanager
def serving(form: Form, files: Files) -> Iterator[int]:
    """Serve a newspaper by a host of some form; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = form.answer(files, urlsplit(self.path).path)
            self.send_response(found.status)
            if found.location:
                self.send_header("Location", found.location)
            self.send_header("Content-Type", found.media)
            self.end_headers()
            self.wfile.write(found.data)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
