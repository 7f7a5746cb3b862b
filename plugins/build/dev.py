"""See the site while you write it: `make dev`, or `python -m plugins.build.dev`.

Builds into preview/ with drafts shown, serves that on this machine only, and builds anew whenever
content/, theme/, plugins/ or pelicanconf.py changes. output/ is never touched. Each build is a
process of its own, so a broken story or plugin stops that build and nothing else: what is wrong is
said once, the last good site stays, and the next change is waited for. `PORT=8001` for another port.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from watchfiles import DefaultFilter, watch

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PORT = "8000"
PREVIEW = "preview"
FOLDERS = ("content", "theme", "plugins")
SETTINGS = "pelicanconf.py"
# Seconds between looks at the settings file, which editors replace: a watch on it would be lost.
LOOK_EVERY = 0.5


class Handler(SimpleHTTPRequestHandler):
    """Serve the preview as a host would: 404.html for what is missing, no lists of files."""

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer only who asks for this machine by name.

        Any web page can have its own host name lead to 127.0.0.1 and then read what is served
        there (DNS rebinding), and here are drafts.
        """
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if name not in (HOST, "localhost"):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        return super().send_head()

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Have a folder without index.html be missing."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page, if it has one for this."""
        page = Path(self.directory, f"{int(code)}.html")
        if not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        """Have the browser ask again every time."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests: what matters on this screen is the build."""


class Preview:
    """The preview and whether it is as it should be."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._said = ""

    def build(self) -> None:
        """Build the preview; say what is wrong, once, and when it is right again."""
        command = [sys.executable, "-m", "pelican", "--settings", SETTINGS, "--output", PREVIEW]
        command += ["--extra-settings", "SHOW_UNPUBLISHED=true"]
        done = subprocess.run(command, cwd=self._root, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False)
        wrong = done.stderr.strip() if done.returncode else ""
        if done.stderr and not wrong:
            print(done.stderr, file=sys.stderr, end="", flush=True)
        if wrong and wrong == self._said:
            print("Still the same problems.", file=sys.stderr, flush=True)
        elif wrong:
            print(wrong, file=sys.stderr, flush=True)
        self._said = wrong


def changes(root: Path) -> Iterator[None]:
    """Give a turn for the first build, and for each moment when something has changed since.

    What changes during a build counts: the watch goes on meanwhile.
    """
    folders = [root / name for name in FOLDERS if (root / name).is_dir()]
    stamp: object = None
    for changed in watch(
        *folders,
        watch_filter=DefaultFilter(),
        rust_timeout=int(LOOK_EVERY * 1000),
        yield_on_timeout=True,
    ):
        before, stamp = stamp, stamp_of(root / SETTINGS)
        if changed or stamp != before:
            yield


def stamp_of(path: Path) -> object:
    """Give what differs when a file is changed or replaced; it may be missing for a moment."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return "missing"
    return status.st_mtime_ns, status.st_ino, status.st_size


def open_server(folder: Path, port: str) -> ThreadingHTTPServer:
    """Open the port; raise SystemExit in words if it cannot be had."""
    if not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise SystemExit(f"PORT={port!r} is not a port. Use a number from 1024 to 65535.")
    handler = partial(Handler, directory=str(folder))
    try:
        return ThreadingHTTPServer((HOST, int(port)), handler)
    except OSError as refused:
        other = "PORT=8001 make dev"
        raise SystemExit(f"Port {port}: {refused.strerror}. Choose another: {other}") from refused


def main(root: Path = ROOT) -> None:
    """Build, serve and build anew until Ctrl-C."""
    port = os.environ.get("PORT") or PORT
    server = open_server(root / PREVIEW, port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Preview on http://{HOST}:{port}/ (Ctrl-C ends it)", flush=True)
    preview = Preview(root)
    try:
        for _ in changes(root):
            preview.build()
    except KeyboardInterrupt:
        print("\nThe preview has ended; output/ was not touched.", flush=True)
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
