"""What happens to an archive between two builds: the rows of the benchmark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.benchmarks.contestant import Contestant

# Makes the change of this number and says what must be seen afterwards: a page, and words on it.
Change = Callable[[Contestant, int], tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """One line of the table. ours_alone: no peer has such a thing."""

    name: str
    words: str
    change: Change
    ours_alone: bool = False


def forget_all(contestant: Contestant, number: int) -> tuple[str, str]:
    """Leave nothing of an earlier build."""
    contestant.forget()
    return change_nothing(contestant, number)


def change_nothing(contestant: Contestant, number: int) -> tuple[str, str]:
    """Leave everything as it is."""
    return f"{contestant.archive.path(0)}.html", "<h1"


def edit_body(contestant: Contestant, number: int) -> tuple[str, str]:
    """Add a paragraph to a story in the middle of the archive."""
    story = contestant.archive.story(contestant.archive.size // 2 + number)
    words = f"Edit {number}: this paragraph was added"
    contestant.write(replace(story, body=(*story.body, f"{words} after the story had been published for some years.")))
    return f"{story.path}.html", words


def edit_headline(contestant: Contestant, number: int) -> tuple[str, str]:
    """Write another headline over a story in the middle of the archive, its address kept."""
    story = contestant.archive.story(contestant.archive.size // 3 + number)
    contestant.write(replace(story, title=f"Inquiry {number} finds what the council had missed"))
    return f"{story.path}.html", f"Inquiry {number} finds"


def add_story(contestant: Contestant, number: int) -> tuple[str, str]:
    """Publish a story that is newer than all others."""
    story = contestant.archive.story(contestant.archive.size + number)
    contestant.write(story)
    return "index.html", story.path


def edit_template(contestant: Contestant, number: int) -> tuple[str, str]:
    """Print one more paragraph on every story."""
    mark = f"Every story says this since edit {number}."
    contestant.edit_template(mark)
    return f"{contestant.archive.path(0)}.html", mark


ROWS = (
    Row("cold", "cold", forget_all),
    Row("nothing", "nothing changed", change_nothing),
    Row("body", "one body edited", edit_body),
    Row("headline", "one headline edited", edit_headline),
    Row("added", "one story added", add_story),
    Row("template", "one template edited", edit_template),
    Row("publish", "make publish, the first", change_nothing, ours_alone=True),
    Row("again", "make publish, nothing changed", change_nothing, ours_alone=True),
)
PUBLISHING = ("publish", "again")
