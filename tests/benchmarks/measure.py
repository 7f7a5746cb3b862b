"""Run a program and see what it takes: time on the clock, processor time, memory.

Processor time is that of the program and of every process it started and waited for (wait4).

Memory is the most that the program and its children held at one moment. On Linux it is sampled,
twenty times a second at most and never for more than a twentieth of a core: the resident memory
of a lone process, and for several the sum of their proportional shares (PSS), so that what
forked workers share is counted once. Elsewhere, and when a program is over before it could be
sampled, it is the largest single process as wait4 knows it.

What others did meanwhile is known on Linux: the share of all processors' time that neither idled
nor went to the program. Times are to be trusted only where that is small.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OFTEN = 0.05  # seconds between two samples
PROC = Path("/proc")
MAX_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
SIZE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Taken:
    """What one run took. memory: bytes. status: the exit status, or None where it was stopped.

    others: the share of the machine that other programs took meanwhile, from 0 to 1.
    """

    wall: float
    cpu: float
    memory: int
    status: int | None
    others: float = 0


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float, log: Path) -> Taken:
    """Run a program in a folder, its words in the file `log`; stop it when it takes longer than limit seconds."""
    with log.open("wb") as said:
        busy, began = busy_time(), time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        watch = Watch(process.pid, limit)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall, busy = time.perf_counter() - began, busy_time() - busy
    watch.over.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
    cpu = usage.ru_utime + usage.ru_stime
    memory = watch.most if watch.samples > 2 else usage.ru_maxrss * MAX_RSS_UNIT
    others = max(busy - cpu, 0) / (wall * (os.cpu_count() or 1))
    return Taken(wall, cpu, memory, None if watch.stopped else process.returncode, round(others, 3))


def busy_time() -> float:
    """Give the seconds that all processors together have worked; 0 where that cannot be known."""
    try:
        with (PROC / "stat").open(encoding="ascii") as lines:
            ticks = [int(tick) for tick in next(lines).split()[1:9]]
    except OSError:
        return 0
    user, nice, system, _idle, _waiting, *interrupts = ticks
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Looks at a process and its children while they run."""

    def __init__(self, number: int, limit: float) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.deadline = time.monotonic() + limit
        self.over = threading.Event()
        self.most = self.samples = 0
        self.stopped = False

    def run(self) -> None:
        """Sample until the program is over, or stop it."""
        pause = OFTEN
        while not self.over.wait(pause):
            if time.monotonic() > self.deadline:
                self.stopped = True
                os.killpg(self.number, signal.SIGKILL)
                return
            began = time.thread_time()
            held = memory_of(self.number)
            self.most = max(self.most, held)
            self.samples += held > 0
            pause = max(OFTEN, 20 * (time.thread_time() - began))


def memory_of(number: int) -> int:
    """Give what a process and its children hold now, in bytes; 0 where that cannot be known."""
    try:
        numbers = list(family(number))
        if len(numbers) == 1:
            return int((PROC / str(number) / "statm").read_text(encoding="ascii").split()[1]) * SIZE
        return sum(map(share, numbers))
    except OSError:  # over, or no /proc
        return 0


def family(number: int) -> Iterator[int]:
    """Give a process and all below it."""
    yield number
    for path in (PROC / str(number) / "task").glob("*/children"):
        for child in path.read_text(encoding="ascii").split():
            yield from family(int(child))


def share(number: int) -> int:
    """Give the memory of a process, each page divided by the number of processes that share it."""
    try:
        text = (PROC / str(number) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:  # over
        return 0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return int(found[0]) * 1024 if found else 0
