"""Share work among processes: as many as there are cores, `JOBS=1` for none.

This process works, and forks of it do, so that whatever is known here is known there. Each takes a block
of items from one queue until there is none left. What a process fails at, or did not live to do, is done
once more here, in the ordinary way: an error reaches the editor as if there were one process only. The
results are the same, in whatever order they come, for any number.
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
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from plugins.story.problems import Problem, SiteError

Item = TypeVar("Item")
HEADER = struct.Struct("<II")  # the item's number, the length of its result
BLOCK = struct.Struct("<II")  # the numbers of its first item and of the one after its last
BLOCKS = 16  # for each process
MOST_BLOCKS = 400  # what any system's pipe holds (POSIX: 512 bytes and more, in practice 4,096)
OFTEN = 4  # items after which a process that works looks what others have done
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
        for number, result in together(items, work, workers):
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


def together(items: Sequence[Item], work: Callable[[Item], Any], workers: int) -> Iterator[tuple[int, Any]]:
    """Give what this process and others get done."""
    queue = queue_of(len(items), workers)
    pipes: dict[int, int] = {}  # where to read: the process that writes there
    with swept():  # what was there before stays as it is: to look at it is to copy it
        try:
            for _ in range(workers - 1):
                reading, writing = os.pipe()
                with warnings.catch_warnings():  # the progress line's thread holds nothing that a worker needs
                    warnings.simplefilter("ignore", DeprecationWarning)
                    process = os.fork()
                if process == 0:
                    for other in (reading, *pipes):
                        os.close(other)
                    be_worker(items, work, queue, writing)
                os.close(writing)
                pipes[reading] = process
            with selectors.DefaultSelector() as selector:
                buffers = {pipe: bytearray() for pipe in pipes}
                for pipe in pipes:
                    selector.register(pipe, selectors.EVENT_READ)
                for number in numbers_in(queue):
                    yield from ((number, result) for result in attempted(work, items[number]))
                    if number % OFTEN == 0:
                        yield from arrived(selector, buffers, timeout=0)
                while selector.get_map():
                    yield from arrived(selector, buffers)
        finally:
            os.close(queue)
            end(pipes)


def attempted(work: Callable[[Item], Any], item: Item) -> list[Any]:
    """Give the result; nothing where the work fails, for then it is done once more in its turn."""
    with contextlib.suppress(Exception):
        return [work(item)]
    return []


def queue_of(count: int, workers: int) -> int:
    """Make a queue of all items' numbers: a pipe that many may read; each read takes a block."""
    reading, writing = os.pipe()
    size = -(-count // min(BLOCKS * workers, MOST_BLOCKS))
    os.set_blocking(writing, False)  # it holds more than there is to write
    for start in range(0, count, size):
        os.write(writing, BLOCK.pack(start, min(start + size, count)))
    os.close(writing)
    return reading


def numbers_in(queue: int) -> Iterator[int]:
    """Take blocks from the queue and give the items' numbers, until all are taken."""
    while block := os.read(queue, BLOCK.size):
        yield from range(*BLOCK.unpack(block))


def be_worker(items: Sequence[Item], work: Callable[[Item], Any], queue: int, pipe: int) -> None:
    """Do what there is to do and end the process; stop at the first item that fails."""
    try:
        gc.enable()
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # without a reader there is nothing left to do
        with contextlib.suppress(Exception, SystemExit), open(pipe, "wb", buffering=AT_ONCE) as out:
            for number in numbers_in(queue):
                result = marshal.dumps(work(items[number]))
                out.write(HEADER.pack(number, len(result)))
                out.write(result)
    finally:
        os._exit(0)


def arrived(
    selector: selectors.BaseSelector, buffers: dict[int, bytearray], timeout: float | None = None
) -> Iterator[tuple[int, Any]]:
    """Give the results that have come; wait for them so long, or until there are some."""
    for key, _ in selector.select(timeout):
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
