"""The front door says that nothing has changed only where nothing has."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plugins.build import doorstep
from tests.incremental.runner import environment
from tests.incremental.small_archive import SmallArchive
from tests.newsroom import ROOT

BY_THE_DOOR = "By the door."
BY_DOOR_THEN_NOT = {}, {"JOBS": "1"}


@pytest.fixture
def archive(tmp_path):
    small = SmallArchive(tmp_path)
    yield small
    small.end()


def opened(archive, **environment):
    """Build; say whether the door answered."""
    status, said = archive.runner.build("pelicanconf.py", "output", **({"NOW": archive.now} | environment))
    assert status == 0, said
    assert "Edition  " in said
    return BY_THE_DOOR in said


def settle(archive):
    """Build until there is nothing to do."""
    for _ in range(3):
        time.sleep(0.06)
        if opened(archive):
            return
    raise AssertionError("the door never answers")


def timeless(lines):
    """Give what was said but for the seconds it took."""
    return [re.sub(r"in [\d.]+ s$", "", line) for line in lines]


def restored(path: Path, text: bytes) -> None:
    """Change a file and set its time of change back."""
    status = path.stat()
    path.write_bytes(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def swapped(path: Path) -> None:
    """Change a text, keeping its size and its time of change."""
    restored(path, path.read_bytes()[:-20] + path.read_bytes()[-20:].swapcase())


def test_the_door_answers_for_a_build_that_has_nothing_to_do(archive):
    settle(archive)
    soon, plainly = (
        archive.runner.build("pelicanconf.py", "output", NOW=archive.now, **more)[1] for more in BY_DOOR_THEN_NOT
    )

    assert soon.splitlines()[0] == BY_THE_DOOR
    assert timeless(soon.splitlines()[1:]) == timeless(plainly.splitlines())


@pytest.mark.slow
def test_the_door_overlooks_no_change(archive):
    root = archive.root
    first = archive.stories()[0]
    summary = re.compile(rb"(?<=^Summary: ).", re.MULTILINE)
    changes = {
        "a story": lambda: restored(first, summary.sub(lambda at: at[0].swapcase(), first.read_bytes())),
        "a picture": lambda: swapped(root / "content/images/dot.png") or archive.paint(3),
        "a file more": lambda: archive.write("extra/more.txt", "More.\n"),
        "a file less": lambda: (root / "content/extra/more.txt").unlink(),
        "a template": lambda: restored(
            root / "theme/templates/list.html", (root / "theme/templates/list.html").read_bytes() + b"{##}"
        ),
        "a plugin": lambda: restored(
            root / "plugins/site/words.py", (root / "plugins/site/words.py").read_bytes().replace(b"word", b"wOrd", 1)
        ),
        "a setting": lambda: archive.setting(random.Random(1)),
        "the list of what must never be published": lambda: (
            (root / "private").mkdir(exist_ok=True),
            (root / "private/never-publish.txt").write_text("Zanzibar\n", encoding="utf-8"),
        ),
        "the edition": lambda: swapped(archive.output / "index.html"),
        "a lost page": lambda: (archive.output / "about.html").unlink(),
        "the placeholder": lambda: (archive.output / ".gitignore").unlink(),
        "a killed build": lambda: (root / ".output-workshop/next-x").mkdir(),
        "the note": lambda: [path.write_bytes(path.read_bytes()[:-1]) for path in root.glob(".cache/door-*")],
    }
    for what, change in changes.items():
        settle(archive)
        change()
        assert not opened(archive), what
        assert archive.files() == archive.stock()[2], what


def test_what_the_door_hands_on_is_built_as_ever_and_without_what_it_never_uses(archive):
    start = archive.root / "plugins/build/start.py"
    loaded = "    print(set(STAND_INS) & set(sys.modules))\n"
    archive.edit(start, r"(?m)^    pelican\.main\(\)$", f"{loaded}    pelican.main()\n{loaded}")
    settle(archive)
    story = archive.stories()[0]
    story.write_text(story.read_text(encoding="utf-8") + "\nOne word more.\n", encoding="utf-8")
    arguments = ["-s", "pelicanconf.py", "-o", "output", "--fatal=warnings"]

    done = subprocess.run(
        [sys.executable, "-I", "-S", "plugins/build/door.py", *arguments],
        cwd=archive.root,
        env=environment() | {"NOW": archive.now},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    first, *_, last = done.stdout.splitlines()
    assert (done.returncode, first, last) == (0, "set()", "set()"), done.stdout + done.stderr
    assert archive.files() == archive.stock()[2]


@pytest.mark.slow
def test_another_environment_goes_the_long_way(archive):
    others = {"NOW": "2025-06-02 12:00", "TZ": "Asia/Tokyo", "PYTHONOPTIMIZE": "1", "JOBS": "1", "ANYTHING": "else"}
    for name, value in others.items():
        settle(archive)
        assert not opened(archive, **{name: value}), name


@pytest.mark.slow
def test_another_build_at_work_is_waited_for(archive):
    import fcntl

    settle(archive)
    with (archive.root / ".output-workshop/lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, said = archive.build(kill_after=0.5)

    assert status < 0
    assert BY_THE_DOOR not in said


@pytest.mark.slow
def test_an_embargo_that_passes_is_noticed(archive):
    archive.now = ""
    due = time.gmtime(time.time() + 61)  # the minute after the next
    fields = f"Title: Soon\nDate: {time.strftime('%Y-%m-%d %H:%M', due)}\nCategory: Arms\nTags: Radio\n"
    archive.write("articles/2025/01/soon.md", f"{fields}\nText.\n")
    settle(archive)
    note = next(archive.root.glob(".cache/door-*"))

    first, end = doorstep.marshal.loads(note.read_bytes()[32:])["while"]

    assert first < time.time() < end < time.time() + 62


@pytest.mark.parametrize(
    "line",
    [
        "import datetime\n",
        "from os import environ\n",
        "import helpers\n",
        "TAGLINE = open('tagline.txt').read()\n",
        "TAGLINE = Path('tagline.txt').read_text()\n",
        "TAGLINE = sys.argv[0]\n",
        "TAGLINE = __import__('time').ctime()\n",
        "TAGLINE = (lambda: 1)()\n",
        "if Path('x').exists():\n    TAGLINE = 'x'\n",
    ],
)
def test_settings_that_ask_anything_have_no_door(tmp_path, line):
    conf = tmp_path / "conf.py"
    plain = (ROOT / "pelicanconf.py").read_text(encoding="utf-8")
    conf.write_text(plain, encoding="utf-8")
    assert doorstep.is_plain(conf)

    conf.write_text(plain + line, encoding="utf-8")

    assert not doorstep.is_plain(conf)
