"""Build newspapers one after another: a process of its own for tests/bad, started by paper.py.

Each line of input is an order in JSON: the newspaper's folder, its settings file, NOW and JOBS. Each
line of output is how the build ended. All newspapers are built by the same plugins, the checkout's
own, so that signals may stay connected; a process for each would take three times as long.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import sys
from pathlib import Path
from typing import TextIO

from pelican.settings import read_settings

TEMPLATES = Path(__file__).parents[1] / "templates.py"
CONF = ("pelicanconf", "publishconf")


def build(root: str, settings_file: str, now: str, jobs: str) -> dict[str, object]:
    """Build a newspaper in its own folder; give its exit status and what it said."""
    os.chdir(root)
    os.environ.update(NOW=now, JOBS=jobs)
    path = [root, *sys.path]
    for name in CONF:
        sys.modules.pop(name, None)
    out, err = io.StringIO(), io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), on_path(path):
        try:
            settings = read_settings(settings_file)
            settings["PELICAN_CLASS"](settings).run()
        except SystemExit as ended:
            status = 1 if ended.code else 0
            print(ended.code or "", file=err)
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


@contextlib.contextmanager
def on_path(path: list[str]):
    """Have Python look for modules in other folders for a while."""
    usual = sys.path
    sys.path = path
    try:
        yield
    finally:
        sys.path = usual


def main(orders: TextIO, answers: TextIO) -> None:
    """Answer orders until there are none."""
    # Not imported: a build looks at all modules, and this one is none of a newspaper's.
    runpy.run_path(str(TEMPLATES))["remember"](Path(os.environ["TESTS_SHARED"]) / "templates")
    for line in orders:
        order = json.loads(line)
        answer = build(order["root"], order["settings"], order["now"], order["jobs"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
