"""Publish the pictures that published stories show, without their metadata, and content/extra/."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plugins.site.pictures import NotAPicture, publishable, refused_attachment, size
from plugins.story.clean import refused_svg
from plugins.story.desk import Desk, Document, label, walk
from plugins.story.links import PICTURE_LINK
from plugins.story.problems import Problem


@dataclass(frozen=True)
class Picture:
    """A picture as it is published. width and height: in pixels."""

    data: bytes
    width: int
    height: int


def pictures_of(desk: Desk, documents: Iterable[Document]) -> dict[str, Picture]:
    """Read and clean the pictures that documents show, by path below content/.

    Raise nothing: what is wrong with a file is added to the desk's problems.
    """
    paths = {
        link.target: (document, link.line)
        for document in documents
        for link in document.links
        if link.kind == PICTURE_LINK
    }
    found: dict[str, Picture] = {}
    for path in sorted(paths):
        data = (desk.root / path).read_bytes()
        file = label(desk.root, path)
        if path.lower().endswith(".svg"):
            desk.problems += refused_svg(data.decode("utf-8", "replace"), path=file)
        try:
            found[path] = Picture(publishable(data, path), *size(data))
        except NotAPicture as error:
            desk.problems.append(Problem(file, 1, error.wrong, error.remedy))
    return found


def extra_files(desk: Desk) -> dict[str, bytes]:
    """Read the files of content/extra/ that go out as they are, by their path in output/."""
    found: dict[str, bytes] = {}
    for path in walk(desk.root, "extra", desk.problems):
        data = (desk.root / path).read_bytes()
        wrong = refused_attachment(data, path)
        if wrong:
            remedy = "Save it without its author's data."
            desk.problems.append(Problem(label(desk.root, path), 1, wrong, remedy))
        found[path.removeprefix("extra/")] = data
    return found


def write_bytes(folder: Path, path: str, data: bytes) -> None:
    """Write a file of the edition, making its folders."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
