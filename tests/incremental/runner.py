"""Build a site again and again, each build a fork of one process that has imported everything already.

python -m tests.incremental.runner   (in the site's folder; reads one JSON object a line)
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "ready"
COMMANDS = {"plugins.build.dev", "plugins.site.check", "plugins.story.new"}  # what no build imports


def environment() -> dict[str, str]:
    """Give the environment of each build: this one, without what decides about time and work, and what make sets."""
    ours = {name: value for name, value in os.environ.items() if name not in ("NOW", "JOBS", "PYTEST_CURRENT_TEST")}
    return ours | {"PYTHONUTF8": "1", "PYTHONTZPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}


class Runner:
    """A process in a site's folder that builds on demand."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(folder)],
            cwd=folder,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self._process.stdout.readline().strip() == READY

    def build(
        self, settings: str, output: str, *, options: Sequence[str] = (), kill_after: float = 0, **environment: str
    ) -> tuple[int, str]:
        """Build; give the exit status and what was said. kill_after: seconds until it is killed."""
        arguments = ["-s", settings, "-o", output, *options]
        order = {"arguments": arguments, "environment": environment, "kill_after": kill_after}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status, said = json.loads(self._process.stdout.readline())
        return status, said

    def end(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=30)


def modules_of(folder: Path) -> set[str]:
    """Name every module of a newspaper's plugins."""
    files = [path.relative_to(folder).with_suffix("") for path in (folder / "plugins").rglob("*.py")]
    return {".".join(file.parts).removesuffix(".__init__") for file in files}


def serve(folder: Path) -> None:
    """Build what is asked for, until nothing more is."""
    sys.path.insert(0, str(folder))
    import pelican

    modules = {name: importlib.import_module(name) for name in sorted(modules_of(folder) - COMMANDS)}
    # Not imported: what is neither Python's, a package's nor the newspaper's own keeps the door shut.
    runpy.run_path(str(ROOT / "tests" / "templates.py"))["remember"](Path(os.environ["TESTS_SHARED"]) / "templates")
    # The disks that tests run on tell moments apart that lie this near: no need to wait two seconds.
    modules["plugins.build.express"].YOUNG = 50_000_000
    modules["plugins.build.library"].YOUNG = 50_000_000
    modules["plugins.build.doorstep"].SETTLED = 0.05
    door = modules["plugins.build.door"]
    gc.freeze()
    said = folder / ".said"
    print(READY, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if process == 0:
            descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            os.environ.update(order["environment"])
            if order["kill_after"]:
                signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
                signal.setitimer(signal.ITIMER_REAL, order["kill_after"])
            status = 70
            arguments = sys.argv[1:] = [*order["arguments"], "--fatal=warnings"]
            try:
                lines, handed = door.look(arguments)
                if lines:
                    print("By the door.")
                    sys.stdout.flush()
                    door.say(lines, 0)
                else:
                    if handed:
                        sys._xoptions["door"] = handed
                    pelican.main(arguments)
                status = 0
            except SystemExit as ended:
                if isinstance(ended.code, str):
                    print(ended.code, file=sys.stderr)
                status = ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, waited = os.waitpid(process, 0)
        print(
            json.dumps([os.waitstatus_to_exitcode(waited), said.read_text(encoding="utf-8", errors="replace")]),
            flush=True,
        )


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
