"""Real web servers on this machine, set up as docs/hosting.md says: its snippets, with ports and folders put in."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.newsroom import ROOT
from tests.tools import need

HOSTING = ROOT / "docs/hosting.md"


@dataclass(frozen=True)
class Place:
    """Where a server finds its files. home: for its own. root: what it serves. chain, key: its certificates."""

    home: Path
    root: Path
    chain: Path
    key: Path


@dataclass(frozen=True)
class Server:
    """A server that runs. secure, plain: its ports for https and http."""

    secure: int
    plain: int


def snippet(language: str) -> str:
    """Give the one block of a language in docs/hosting.md."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", HOSTING.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


def replaced(text: str, **by: str) -> str:
    """Replace words that a snippet must hold, whatever stands in the docs around them."""
    for old, new in by.items():
        assert old in text, f"docs/hosting.md no longer says {old!r}"
        text = text.replace(old, new)
    return text


def files(place: Place) -> dict[str, str]:
    """Give what stands for the files that every snippet names."""
    return {
        "/etc/ssl/news/chain.pem": str(place.chain),
        "/etc/ssl/news/key.pem": str(place.key),
        "/srv/news/output": str(place.root),
    }


def free_ports() -> tuple[int, int]:
    """Find two ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(2)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return sockets[0].getsockname()[1], sockets[1].getsockname()[1]


@contextmanager
def running(command: list[str], server: Server, home: Path) -> Iterator[Server]:
    """Run a server until the end of the block; fail with what it said if it does not start."""
    said = home / "said"
    with said.open("wb") as log:
        environment = os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            for _ in range(200):
                if listens(server.secure) and listens(server.plain):
                    break
                assert process.poll() is None, said.read_text(encoding="utf-8", errors="replace")
                time.sleep(0.05)
            else:
                raise AssertionError(said.read_text(encoding="utf-8", errors="replace"))
            yield server
        finally:
            process.terminate()
            process.wait(20)


def listens(port: int) -> bool:
    """Say whether somebody answers at a port."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


NGINX = """\
{user}
daemon off;
pid {home}/pid;
error_log stderr;
worker_processes 1;
{modules}
events {{ worker_connections 64; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format asked '$status $request_uri $server_protocol';
    access_log {home}/asked asked;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
{snippet}
}}
"""


@contextmanager
def nginx(place: Place, *, modules: str = "", **changes: str) -> Iterator[Server]:
    """Run nginx as the docs say, with changes made to the snippet."""
    server = Server(*free_ports())
    text = replaced(
        replaced(snippet("nginx"), **changes),
        **{
            "listen 443 ": f"listen 127.0.0.1:{server.secure} ",
            "listen 80;": f"listen 127.0.0.1:{server.plain};",
            **files(place),
        },
    )
    user = "user root;" if os.geteuid() == 0 else ""
    file = place.home / "nginx.conf"
    file.write_text(NGINX.format(user=user, home=place.home, modules=modules, snippet=text), encoding="utf-8")
    with running([need("nginx"), "-p", str(place.home), "-c", str(file)], server, place.home) as started:
        yield started


@contextmanager
def caddy(place: Place, **changes: str) -> Iterator[Server]:
    """Run Caddy as the docs say, with changes made to the snippet."""
    server = Server(*free_ports())
    ports = f"{{\n    admin off\n    http_port {server.plain}\n    https_port {server.secure}\n    servers {{"
    text = replaced(
        replaced(snippet("caddyfile"), **changes),
        **{"{\n    servers {": ports, **files(place)},
    )
    file = place.home / "Caddyfile"
    file.write_text(text, encoding="utf-8")
    command = [need("caddy"), "run", "--config", str(file), "--adapter", "caddyfile"]
    with running(command, server, place.home) as started:
        yield started


APACHE = """\
ServerName localhost
ServerRoot {home}
PidFile {home}/pid
ErrorLog {home}/errors
LogFormat "%>s %U %H" asked
CustomLog {home}/asked asked
{user}
{modules}
Include /etc/apache2/mods-available/mime.conf
Listen 127.0.0.1:{plain}
Listen 127.0.0.1:{secure}
{snippet}
"""
MODULES = "mpm_event authz_core alias deflate dir filter headers log_config mime negotiation rewrite setenvif ssl http2"
BUILT_IN = {"log_config"}


@contextmanager
def apache(place: Place, **changes: str) -> Iterator[Server]:
    """Run Apache as the docs say, with changes made to the snippet."""
    server = Server(*free_ports())
    text = replaced(
        replaced(snippet("apache"), **changes),
        **{"*:80": f"127.0.0.1:{server.plain}", "*:443": f"127.0.0.1:{server.secure}", **files(place)},
    )
    modules = [
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
        for name in MODULES.split()
        if name not in BUILT_IN
    ]
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    file = place.home / "apache.conf"
    text = APACHE.format(
        home=place.home,
        user=user,
        modules="\n".join(modules),
        plain=server.plain,
        secure=server.secure,
        snippet=text,
    )
    file.write_text(text, encoding="utf-8")
    with running([need("apache2"), "-X", "-f", str(file)], server, place.home) as started:
        yield started
