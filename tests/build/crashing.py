"""Write editions of marked files and kill the writer: a process of its own for test_exchange.py.

    python crashing.py steps FOLDER exchange|renames    kill before every single file operation
    python crashing.py moments FOLDER NUMBER            kill after that many random waits

Prints how many kills there were and how often each edition was found; fails with what was wrong.
Children are forked, so that a kill costs milliseconds; pytest's own process may have threads.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from plugins.build import exchange
from plugins.build.exchange import PLACEHOLDER, PLACEHOLDER_TEXT, Swap, Workshop, survey, swap_folders

NAMES = ("index.html", "404.html", "arms/index.html", "2025/08/a.html", "2025/08/b.html", "2025/08/б.html")
# What changes or reads files; the rest (imports, compiling) is none of an exchange's business.
STEPS = ("open", "os.", "shutil.", "tempfile.", "fcntl.", "ctypes.")


def write_edition(output: Path, mark: str, swap: Swap = swap_folders) -> None:
    """Put out an edition in which every file says the mark."""
    with Workshop(output, say=lambda words: None, swap=swap) as workshop:
        for name in NAMES:
            path = workshop.spare / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(mark * 5_000, encoding="utf-8")
        workshop.exchange()


def mark_of(output: Path) -> str:
    """Give the mark of the edition that is in a folder; raise ValueError unless it is whole."""
    if sorted(survey(output)) != sorted(NAMES):
        raise ValueError(f"not the files of an edition: {sorted(survey(output))}")
    texts = {(output / name).read_text(encoding="utf-8") for name in NAMES}
    if len(texts) != 1 or len(next(iter(texts))) != 5_000:
        raise ValueError("a mixture of editions")
    if (output / PLACEHOLDER).read_text(encoding="utf-8") != PLACEHOLDER_TEXT:
        raise ValueError("another .gitignore")
    return next(iter(texts))[0]


def no_swap(one: Path, other: Path) -> bool:
    """Stand for a file system that cannot exchange."""
    return False


def in_child(work: Callable[[], None]) -> int:
    """Begin some work in a child process; give its number."""
    child = os.fork()
    if child:
        return child
    work()
    os._exit(0)


def kill_self_before(step: int) -> None:
    """Have this process die by SIGKILL just before a file operation, counted from now."""
    left = itertools.count(step, -1)

    def count_down(event: str, _: object) -> None:
        if event.startswith(STEPS) and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_down)


def survived(child: int) -> bool:
    """Wait for a child; say whether it came to its end; raise if it failed otherwise."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -signal.SIGKILL):
        raise ValueError(f"the writer ended with {code}")
    return code == 0


def look(output: Path, allowed: str) -> str:
    """Check what a kill left; give the mark that is in place, or "" for none."""
    if not output.exists():
        if not json.loads((output.with_name(".output-workshop") / "journal").read_text(encoding="utf-8")):
            raise ValueError("no edition and no journal")
        return ""
    mark = mark_of(output)
    if mark not in allowed:
        raise ValueError(f"edition {mark}, not one of {allowed}")
    return mark


def is_clean(project: Path) -> bool:
    """Say whether Git sees no change."""
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return not subprocess.run(command, cwd=project, check=True, capture_output=True).stdout


def is_tidy(output: Path) -> bool:
    """Say whether a whole build has left nothing beside the edition that grows."""
    return {each.name for each in output.with_name(".output-workshop").iterdir()} == {
        PLACEHOLDER,
        "files",
        "lock",
    }


def kill_at_every_step(project: Path, swap: Swap) -> Counter[str]:
    """Kill a build before its first, second, third … file operation, until one is through."""
    output, found, marks = project / "output", Counter[str](), itertools.cycle("abcd")
    last = next(marks)
    write_edition(output, last, swap)
    for step in itertools.count():
        new, healed = next(marks), next(marks)

        def build(step: int = step, new: str = new) -> None:
            kill_self_before(step)
            write_edition(output, new, swap)

        is_through = survived(in_child(build))
        mark = look(output, last + new)
        found[{last: "last", new: "new", "": "none"}[mark]] += 1
        if mark and not is_clean(project):
            raise ValueError(f"git status is not clean after step {step}")
        write_edition(output, healed, swap)
        last = look(output, healed)
        if not is_tidy(output):
            raise ValueError(f"the build after step {step} left something")
        if is_through:
            return found
    raise AssertionError


def kill_at_moments(project: Path, number: int) -> Counter[str]:
    """Kill a process that writes one edition after the other, after random waits."""
    output, found, chance = project / "output", Counter[str](), random.Random(20250805)
    began = time.monotonic()
    write_edition(output, "a")
    usual = time.monotonic() - began

    def build() -> None:
        for mark in itertools.cycle("ba"):
            write_edition(output, mark)

    for _ in range(number):
        child = in_child(build)
        time.sleep(chance.uniform(0, usual * 4))
        os.kill(child, signal.SIGKILL)
        survived(child)
        found[look(output, "ab")] += 1
    write_edition(output, "c")
    if look(output, "c") and not is_tidy(output):
        raise ValueError("the last build left something")
    return found


if __name__ == "__main__":
    how, folder, what = sys.argv[1:]
    # A kill is no power cut: waiting for the disk, and for whatever else writes to it, shows nothing.
    exchange.flush = exchange.os.fsync = lambda _: None
    if how == "steps":
        kills = kill_at_every_step(Path(folder), swap_folders if what == "exchange" else no_swap)
    else:
        kills = kill_at_moments(Path(folder), int(what))
    print(json.dumps({"kills": kills.total(), **kills}))
