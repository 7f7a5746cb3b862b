"""Leave a note for the front door (plugins/build/door.py): what a build saw, and what it said.

A note is left only where all that the edition depends on can be seen from outside: settings files
that do nothing but name values, no code from elsewhere, nothing changed while the build began.
"""

from __future__ import annotations

import ast
import contextlib
import marshal
import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pelican

from plugins.build import door
from plugins.build.record import Trees

SETTLED = 10.0  # seconds: code that changed so lately may not be the code that was imported
NEVER_PUBLISH = "private/never-publish.txt"
# All that a settings file may import and call, to be one that gives the same values each time.
IMPORTS = {"sys", "pathlib", "jinja2", "plugins.build.press", "plugins.site.settings", "pelicanconf"}
CALLS = {"Path", "dict", "list", "tuple", "set", "frozenset", "str", "int", "sorted", "len"}
METHODS = {"resolve", "insert", "mkdir", "join", "split", "lower", "upper", "strip", "replace", "format"}
OF_SYS = {"path"}


class Marks(NamedTuple):
    """What code, theme and settings looked like when a build began. files: single files, by their stamps."""

    trees: list[str]
    code: bytes
    files: list[str]
    stamps: list[str]


def marks_of(settings: Mapping[str, Any]) -> Marks | None:
    """Look at code, theme and settings; None where there is something that the door could not see."""
    trees = [str(Path(__file__).parents[1]), str(Path(settings["THEME"]).absolute())]
    files = code_files(trees[0])
    if files is None:
        return None
    files.append(str(Path(settings["PATH"]).absolute().parent / NEVER_PUBLISH))
    try:
        marks = Marks(trees, door.of_code(trees), files, door.of_files(files))
        changed = [line.rpartition("\0")[2] for tree in trees for line in door.stamps(tree)]
    except OSError:
        return None
    lately = (time.time() - SETTLED) * 1e9
    times = (int(each) for line in (*changed, *marks.stamps) if line for each in line.split(" ")[1::2])
    return marks if all(each < lately for each in times) else None


def code_files(plugins: str) -> list[str] | None:
    """Give the settings files; None if one does more than name values, or other code came from elsewhere."""
    usual = tuple(f"{each}/" for each in (Path(os.__file__).parent, Path(pelican.__file__).parents[1], plugins))
    found = []
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not file or module is sys.modules["__main__"] or file.startswith(usual):
            continue
        if not is_plain(Path(file)):
            return None
        found.append(str(Path(file).absolute()))
    return sorted(set(found))


def is_plain(file: Path) -> bool:
    """Say whether a settings file names values and does nothing else: no clock, file or machine asked."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    return all(map(is_harmless, ast.walk(tree)))


def is_harmless(node: ast.AST) -> bool:
    """Say whether a piece of a settings file gives the same in each build."""
    if isinstance(node, ast.Import):
        return all(each.name in IMPORTS for each in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module in IMPORTS and not node.level
    if isinstance(node, ast.Call):
        called = node.func
        return called.id in CALLS if isinstance(called, ast.Name) else getattr(called, "attr", "") in METHODS
    if isinstance(node, ast.Attribute):
        is_sys = isinstance(node.value, ast.Name) and node.value.id == "sys"
        return node.attr in OF_SYS if is_sys else node.attr in {*METHODS, "parent", "parents", "name", "stem", "path"}
    if isinstance(node, ast.Name):
        return node.id == "__file__" or not node.id.startswith("__")
    return not isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.Try | ast.With | ast.Delete
    )


def leave(
    marks: Marks,
    *,
    content: Path,
    output: Path,
    workshop: Path,
    trees: Trees,
    said: Iterable[tuple[str, str]],
) -> None:
    """Leave the note; without one the next build only takes longer. trees: what content and edition look like."""
    arguments = sys.argv[1:]
    beside = str(Path(pelican.__file__).parents[1])
    note = {
        **marks._asdict(),
        "caller": door.caller(arguments),
        "beside": beside,
        "packages": door.packages(beside),
        "path": str(content.absolute()),
        "output": str(output),
        "workshop": str(workshop),
        "token": trees.token,
        "before": trees.folder,
        "while": trees.rest["while"],
        "said": list(said),
    }
    payload = marshal.dumps(note)
    with contextlib.suppress(OSError):
        Path(door.FOLDER).mkdir(exist_ok=True, parents=True)
        fresh = f"{door.name_of(arguments)}.new"
        with Path(fresh).open("wb") as file:
            file.write(door.checked(payload) + payload)
        Path(fresh).replace(door.name_of(arguments))
