"""The preview: served as a host would, built anew on a change, never lost over a mistake."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from plugins.build.dev import Handler, open_server
from tests.build.small_site import LAST, STORY, SmallSite

MAIN = "import pathlib; from plugins.build.dev import main; main(pathlib.Path.cwd())"


@pytest.fixture
def port():
    """Give a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path="/", host=None):
    """Ask a server of this machine; give the status and the text."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if host:
        request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def wait_until(is_so, seconds=20):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Watched:
    """`make dev` in a small site."""

    def __init__(self, site, port):
        self.site, self.port, self.said = site, port, []
        command = site.command()
        command |= {"args": [sys.executable, "-c", MAIN], "env": {**command["env"], "PORT": str(port)}}
        self.process = subprocess.Popen(
            **command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stdout))
        self.reader.start()

    def shows(self, text, path="/flood.html"):
        try:
            return text in get(self.port, path)[1]
        except urllib.error.URLError:
            return False

    def has_said(self, text):
        return sum(text in line for line in self.said)

    def end(self):
        os.killpg(self.process.pid, signal.SIGINT)
        status = self.process.wait(timeout=10)
        self.reader.join()
        self.process.stdout.close()
        return status


def test_a_broken_story_is_said_once_and_the_last_good_site_stays_until_it_is_mended(tmp_path, port):
    site = SmallSite(tmp_path)
    site.write("theme/templates/404.html", "Nothing here.")
    site.set('DIRECT_TEMPLATES = ["index", "404"]')
    dev = Watched(site, port)
    try:
        wait_until(lambda: dev.shows("The river rose."))
        missing = get(port, "/a/b/missing.html")

        site.write("content/articles/flood.md", "Title: No date\n\nText.\n")
        wait_until(lambda: dev.has_said("could not find information about 'date'"))
        time.sleep(1)
        broken = get(port, "/flood.html"), dev.has_said("nothing was published")

        site.write("content/articles/flood.md", STORY.replace("rose", "fell"))
        wait_until(lambda: dev.shows("The river fell."))

        replaced = tmp_path / "settings"
        replaced.write_text((tmp_path / "pelicanconf.py").read_text() + "SITENAME = 'New'\n", encoding="utf-8")
        site.write("theme/templates/index.html", "{{ SITENAME }}")
        replaced.replace(tmp_path / "pelicanconf.py")
        wait_until(lambda: dev.shows("New", "/"))
    finally:
        status = dev.end()

    assert missing == (404, "Nothing here.")
    assert broken == ((200, "<h1>Flood</h1><p>The river rose.</p>"), 1)
    assert status == 0
    assert dev.said[-1] == "The preview has ended; output/ was not touched.\n"
    assert site.texts() == LAST


def test_a_port_that_is_taken_is_said_in_words(tmp_path, port):
    site = SmallSite(tmp_path)
    with open_server(tmp_path, str(port)):
        command = site.command()
        command |= {"args": [sys.executable, "-c", MAIN], "env": {**command["env"], "PORT": str(port)}}
        done = subprocess.run(**command, capture_output=True, check=False, timeout=20)

    assert done.returncode == 1
    assert done.stderr == f"Port {port}: Address already in use. Choose another: PORT=8001 make dev\n"


@pytest.mark.parametrize("port", ["http", "-1", "0", "65536", "８０"])
def test_what_is_no_port_is_refused(tmp_path, port):
    with pytest.raises(SystemExit, match="is not a port"):
        open_server(tmp_path, port)


@pytest.fixture
def served(tmp_path):
    """Serve a folder; give its port."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "arms").mkdir()
    (tmp_path / "index.html").write_text("Front", encoding="utf-8")
    (tmp_path / "arms" / "index.html").write_text("Arms", encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", (200, "Front")),
        ("/arms/", (200, "Arms")),
        ("/arms", (200, "Arms")),
        ("/arms/index.html?a=1", (200, "Arms")),
    ],
)
def test_a_page_is_served(served, path, answer):
    assert get(served, path) == answer


@pytest.mark.parametrize("path", ["/empty/", "/missing", "/arms/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"])
def test_what_is_not_there_is_not_found(served, path):
    assert get(served, path)[0] == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:8000", 200), ("evil.example", 421), ("evil.example:8000", 421)],
)
def test_drafts_are_shown_only_to_who_asks_for_this_machine_by_name(served, host, status):
    assert get(served, "/", host)[0] == status
