"""Share work among processes: as many as there are cores, `JOBS=1` for none.

Each process is a fork of this one, so that whatever is known here is known there. It does every n-th
block of items: what lies together in memory is looked at by one process, so that only one has its own
copy of it. What a process fails at, or did not live to do, is done once more here, in the ordinary way:
an error reaches the editor as if there were one process only. The results are the same, in the same
order, whatever the number.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import selectors
import signal
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from plugins.story.problems import Problem, SiteError

Item = TypeVar("Item")
HEADER = struct.Struct("<II")  # the item's number, the length of its result
BLOCK = 64  # items at most that one process does one after the other
FEW = 8  # items for one process; a fork costs as much as reading two stories
AT_ONCE = 1 << 20


def jobs_wanted() -> int:
    """Say how many processes may work. Raise SiteError where JOBS is no number."""
    wanted = os.environ.get("JOBS", "").strip()
    if not wanted:
        usable = getattr(os, "sched_getaffinity", None)
        return len(usable(0)) if usable else os.cpu_count() or 1
    if not wanted.isdecimal() or not 0 < int(wanted) < 1000:
        raise SiteError([Problem("JOBS", 1, f"JOBS={wanted!r} is no number of processes.", "Use 1 or more.")])
    return int(wanted)


def shared(items: Sequence[Item], work: Callable[[Item], Any], jobs: int) -> Iterator[tuple[int, Any]]:
    """Do work on each item; give the items' numbers and results as they come.

    A result must be what `marshal` can write. An exception is raised here, as if nothing were shared.
    """
    workers = min(jobs, len(items) // FEW) if hasattr(os, "fork") else 1
    missing = set(range(len(items)))
    if workers > 1:
        for number, result in from_workers(items, work, workers):
            missing.discard(number)
            yield number, result
    with swept():
        for number in sorted(missing):
            yield number, work(items[number])


@contextlib.contextmanager
def swept() -> Iterator[None]:
    """Have rings of rubbish looked for, but not among what was there before: Markdown makes many."""
    was_swept = gc.isenabled()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        gc.unfreeze()
        if not was_swept:
            gc.disable()


def from_workers(items: Sequence[Item], work: Callable[[Item], Any], workers: int) -> Iterator[tuple[int, Any]]:
    """Give what the workers get done."""
    gc.freeze()  # the collector would touch, and so copy, every page of memory that is shared
    pipes: dict[int, int] = {}  # where to read: the process that writes there
    try:
        for first in range(workers):
            reading, writing = os.pipe()
            with warnings.catch_warnings():  # the progress line's thread holds nothing that a worker needs
                warnings.simplefilter("ignore", DeprecationWarning)
                process = os.fork()
            if process == 0:
                for other in (reading, *pipes):
                    os.close(other)
                be_worker(items, work, numbers_of(first, workers, len(items)), writing)
            os.close(writing)
            pipes[reading] = process
        yield from collected(list(pipes))
    finally:
        end(pipes)
        gc.unfreeze()


def numbers_of(worker: int, workers: int, count: int) -> Iterator[int]:
    """Give the numbers of a worker's items."""
    size = max(1, min(BLOCK, count // (4 * workers)))
    for start in range(worker * size, count, workers * size):
        yield from range(start, min(start + size, count))


def be_worker(items: Sequence[Item], work: Callable[[Item], Any], numbers: Iterable[int], pipe: int) -> None:
    """Do one worker's share and end the process; stop at the first item that fails."""
    try:
        gc.enable()
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # without a reader there is nothing left to do
        with contextlib.suppress(Exception, SystemExit), open(pipe, "wb", buffering=AT_ONCE) as out:
            for number in numbers:
                result = marshal.dumps(work(items[number]))
                out.write(HEADER.pack(number, len(result)))
                out.write(result)
    finally:
        os._exit(0)


def collected(pipes: list[int]) -> Iterator[tuple[int, Any]]:
    """Read results until every pipe has ended."""
    buffers = {pipe: bytearray() for pipe in pipes}
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                data = os.read(key.fd, AT_ONCE)
                if not data:
                    selector.unregister(key.fd)
                buffers[key.fd] += data
                yield from taken(buffers[key.fd])


def taken(buffer: bytearray) -> Iterator[tuple[int, Any]]:
    """Take the whole results out of a buffer."""
    at = 0
    while at + HEADER.size <= len(buffer):
        number, length = HEADER.unpack_from(buffer, at)
        end_at = at + HEADER.size + length
        if end_at > len(buffer):
            break
        yield number, marshal.loads(bytes(buffer[at + HEADER.size : end_at]))
        at = end_at
    del buffer[:at]


def end(pipes: dict[int, int]) -> None:
    """End the workers, if any still work, and wait for them."""
    for pipe, process in pipes.items():
        os.close(pipe)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)
