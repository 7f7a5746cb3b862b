"""Run a module as `python -m` does, in a fork of a process that has imported Pelican already.

Importing Pelican and what it needs is most of what a build of a few files takes. A fork is a process of
its own all the same: its settings, plugins, signals and end are nobody else's. Nothing of the newsroom's
own code is imported before it forks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

OWN = ("PYTHONPATH", "PYTHONUTF8", "PYTHONTZPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")  # the same in a fork
PATIENCE = 300  # seconds
LIBRARIES = (
    *("pelican", "jinja2.ext", "markdown", "markdown.extensions.extra", "smartypants"),
    *("typogrify.filters", "PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.WebPImagePlugin", "nh3", "brotli"),
    *("zopfli.zopfli", "tomllib", "sqlite3", "xml.etree.ElementTree", "importlib.metadata", "concurrent.futures"),
)


class Forks:
    """The process that forks, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(
        self, module: str, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], is_merged: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a module; give its exit status and what it said. is_merged: its errors among the rest."""
        if any(name.startswith("PYTHON") and name not in OWN for name in env):  # what only an interpreter can heed
            return subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=cwd,
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if is_merged else subprocess.PIPE,
                encoding="utf-8",
                timeout=PATIENCE,
                check=False,
            )
        process = self._process = self._process or begin()
        assert process.stdin
        assert process.stdout
        with tempfile.TemporaryDirectory() as folder:
            said = [f"{folder}/out", f"{folder}/out" if is_merged else f"{folder}/err"]
            order = {"module": module, "arguments": [*arguments], "cwd": str(cwd), "env": {**env}, "said": said}
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            status = int(process.stdout.readline())
            out, err = (Path(each).read_text(encoding="utf-8") for each in said)
        return subprocess.CompletedProcess([module, *arguments], status, out, err)

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.communicate()
            self._process = None


def begin() -> subprocess.Popen[str]:
    """Start a process that forks."""
    return subprocess.Popen(
        [sys.executable, __file__],
        env=os.environ | {"PYTHONUTF8": "1", "PYTHONTZPATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


FORKS = Forks()


def serve() -> dict[str, Any] | None:
    """Fork for each order; give it in the fork. None when there are no more."""
    import gc
    import importlib
    import signal

    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        child = os.fork()
        if not child:
            return order
        patience = threading.Timer(PATIENCE, os.kill, (child, signal.SIGKILL))
        patience.start()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        patience.cancel()
        patience.join()
        print(status, flush=True)
    return None


def become(order: dict[str, Any]) -> None:
    """Have this process be as if it had been started like that."""
    import time

    places = [os.devnull, *order["said"]]
    for number, path in enumerate(places):
        opened = os.open(path, (os.O_WRONLY | os.O_CREAT | os.O_APPEND) if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    os.chdir(order["cwd"])
    own = str(Path(__file__).parent)
    sys.path[:] = [
        str(Path.cwd()),
        *filter(None, order["env"].get("PYTHONPATH", "").split(os.pathsep)),
        *(each for each in sys.path if each != own),
    ]
    sys.argv[1:] = order["arguments"]


if __name__ == "__main__":
    ordered = serve()
    if ordered:
        import runpy

        become(ordered)
        runpy.run_module(ordered["module"], run_name="__main__", alter_sys=True)
