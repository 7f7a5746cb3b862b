"""Publish the pictures that published stories show, without their metadata, and content/extra/.

Beside each lie its renditions (plugins/site/renditions.py), which pages show.

Every picture that a document shows is checked when the desk is read, with everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from plugins.site.attachments import refused_attachment
from plugins.site.pictures import KINDS, NotAPicture, publishable, size
from plugins.site.renditions import Darkroom, Drawn, Rendition, is_named_like_one
from plugins.story.desk import Desk, Document, is_own_file, label, walk
from plugins.story.links import PICTURE_LINK
from plugins.story.problems import Problem
from plugins.story.svg import drawn_size, refused_svg

EXTRA = "extra"
DRAWING = ".svg"


@dataclass(frozen=True)
class Picture:
    """A picture as it is published. width and height: in pixels, 0 where a drawing has none.

    drawn: what is published beside it, made of its path and its bytes alone.
    """

    path: str
    data: bytes
    width: int
    height: int
    drawn: Drawn = field(default_factory=Drawn)

    @property
    def shown(self) -> Rendition:
        """What is shown wherever there is no choice: in feeds, in copies, and by old browsers."""
        return self.drawn.own or Rendition(self.path, self.data, self.width, self.height)

    @property
    def files(self) -> dict[str, bytes]:
        """Everything that is published of it, by path."""
        return {self.path: self.data} | {each.path: each.data for each in self.drawn.files}


def check_media(desk: Desk) -> list[Problem]:
    """Report every picture and extra file that may not go out as it is."""
    shown = [path for path in shown_by(desk.documents.values()) if is_own_file(desk.root, path)]
    problems: list[Problem] = []
    for path in [*shown, *walk(desk.root, EXTRA, problems)]:
        problems += unfit(desk, path)
    return problems


def unfit(desk: Desk, path: str) -> Iterator[Problem]:
    """Report what is wrong with one file."""
    file, data = label(desk.root, path), (desk.root / path).read_bytes()
    ending = PurePosixPath(path).suffix.lower()
    try:
        if ending == DRAWING:
            yield from refused_svg(data.decode("utf-8"), path=file, cleaned=publishable)
        elif is_named_like_one(path):
            yield Problem(file, 1, f"{path!r} has a name that the site gives.", "Give it one without '-' and a width.")
        elif ending in KINDS:
            publishable(data, path)
        elif wrong := refused_attachment(data, path):
            yield Problem(file, 1, wrong, "Save it without its author's data, or leave it out.")
    except UnicodeDecodeError:
        yield Problem(file, 1, "the drawing is not UTF-8 text.", "Save it as UTF-8.")
    except NotAPicture as error:
        yield Problem(file, 1, error.wrong, error.remedy)


def shown_by(documents: Iterable[Document]) -> list[str]:
    """Give the pictures that documents show, by their paths below content/, each once."""
    links = (link for document in documents for link in document.links)
    return sorted({link.target for link in links if link.kind == PICTURE_LINK})


def pictures_of(desk: Desk, documents: Iterable[Document]) -> dict[str, Picture]:
    """Give the pictures that documents show as they are published, by path below content/."""
    darkroom = darkroom_of(desk)
    found = {path: picture(path, (desk.root / path).read_bytes(), darkroom) for path in shown_by(documents)}
    darkroom.tidy()
    return found


def darkroom_of(desk: Desk) -> Darkroom:
    """Give what draws the desk's pictures."""
    return Darkroom(desk.root.absolute().parent)


def picture(path: str, data: bytes, darkroom: Darkroom) -> Picture:
    """Make one checked picture ready to be published."""
    if path.lower().endswith(DRAWING):
        return Picture(path, data, *drawn_size(data.decode("utf-8")))
    published = publishable(data, path)
    return Picture(path, published, *size(data), darkroom.drawn(path, published))


def extra_files(desk: Desk) -> dict[str, bytes]:
    """Read the checked files of content/extra/ as they go out, by their path in output/."""
    found: dict[str, bytes] = {}
    for path in walk(desk.root, EXTRA, []):
        data = (desk.root / path).read_bytes()
        is_picture = PurePosixPath(path).suffix.lower() in KINDS
        found[path.removeprefix(f"{EXTRA}/")] = publishable(data, path) if is_picture else data
    return found


def write_bytes(folder: Path, path: str, data: bytes) -> None:
    """Write a file of the edition, making its folders."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
