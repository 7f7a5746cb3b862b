"""The newsroom's list of what must never be published: looked for in all that goes out, and never quoted."""

# ruff: noqa: E501 - a message stands on one line, as it is printed
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plugins.edition.leaks import Seen, digest_of
from plugins.story.problems import Problem
from tests.bad.paper import Paper, PressRoom, picture

NOW = "2025-09-01 12:00"
LIST = "# People\nAnna Example\n\n# Projects\nOperation Teapot\n  AE  \nПримерова\n"
STORY = "articles/2025/08/story.md"
HEAD = "Title: A story\nDate: 2025-08-05 09:00\nCategory: Arms\n"
FILES: Mapping[str, str | bytes] = {
    STORY: f"{HEAD}\nText.\n",
    "articles/2025/08/other.md": "Title: Another\nDate: 2025-08-04 09:00\nCategory: Press\n\nText.\n",
    "pages/about.md": "Title: About us\n\nWho we are.\n",
}
REMEDY = "Rewrite the passage or take it out; the entry stands in the list at that number."


def hit(where: str, entry: int = 1) -> str:
    return f"{where}: entry {entry} of the never-publish list is here. {REMEDY}"


def write_list(paper: Paper, text: str) -> Paper:
    """Give a newspaper its list."""
    (paper.root / "private").mkdir(exist_ok=True)
    (paper.root / "private" / "never-publish.txt").write_text(text, encoding="utf-8")
    return paper


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory, press_room: PressRoom) -> Paper:
    """A newspaper that has a list and has put out an edition."""
    paper = write_list(Paper.found(tmp_path_factory.mktemp("listed"), FILES), LIST)
    done = press_room.build(paper, now=NOW)
    assert done.status == 0, done.err
    return paper


@pytest.fixture
def paper(tmp_path: Path, listed: Paper) -> Paper:
    """Another such newspaper, to be spoilt."""
    return listed.copy(tmp_path / "paper")


def text(words: str) -> dict[str, str | bytes]:
    """A story with a text that begins on line 5."""
    return {STORY: f"{HEAD}\n{words}\n"}


def fields(words: str) -> dict[str, str | bytes]:
    """A story with more fields, which begin on line 4."""
    return {STORY: f"{HEAD}{words}\n\nText.\n"}


AT_4, AT_5 = f"content/{STORY}:4", f"content/{STORY}:5"
HITS: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "in a text": (text("We met Anna Example."), [hit(AT_5)]),
    "in a text, on its own line": (text("One.\n\nTwo.\n\nWe met Anna Example."), [hit(f"content/{STORY}:9")]),
    "in capitals": (text("ANNA EXAMPLE"), [hit(AT_5)]),
    "in emphasis": (text("We met An*na* **Example**."), [hit(AT_5)]),
    "as entities": (text("We met &#65;nna&nbsp;Ex&shy;ample."), [hit(AT_5)]),
    "with a soft hyphen": (text("We met An\u00adna Exam\u200bple."), [hit(AT_5)]),
    "in full width": (text("Ａｎｎａ Ｅｘａｍｐｌｅ"), [hit(AT_5)]),
    "with accents": (text("Ánna Éxample"), [hit(AT_5)]),
    "over two lines": (text("We met Anna\nExample."), [hit(AT_5)]),
    "in code": (text("`anna_example`"), [hit(AT_5)]),
    "in a link": (text("[x](https://example.org/%41nna-Example)"), [hit(AT_5)]),
    "in the title of a link": (text('[x](https://example.org/ "Anna Example")'), [hit(AT_5)]),
    "in a heading, and so in its anchor": (text("## Anna Example\n\nText."), [hit(AT_5)]),
    "in a drawing": (
        text("``` ranges\nTitle: t\nDescription: d\n5 km: Operation Teapot\n```"),
        [hit(f"content/{STORY}:8", 2)],
    ),
    "in a headline, and so in lists and feeds": (
        {STORY: HEAD.replace("A story", "Anna Example speaks") + "\nText.\n"},
        [hit(f"content/{STORY}:1")],
    ),
    "in a standfirst": (fields("Summary: Anna Example speaks."), [hit(AT_4)]),
    "in a kicker": (fields("Kicker: Anna Example"), [hit(AT_4)]),
    "as a topic": (fields("Tags: Operation Teapot"), [hit(AT_4, 2)]),
    "as an author": (fields("Authors: Anna Example"), [hit(AT_4)]),
    "in a source": (fields("Source: Anna Example | | https://example.org"), [hit(AT_4)]),
    "in a correction": (fields("Correction: 2025-08-06 10:00 UTC | Anna Example spoke."), [hit(AT_4)]),
    "in a slug": (fields("Slug: anna-example"), [hit(AT_4)]),
    "in an alias": (fields("Aliases: 2024/anna-example.html"), [hit(AT_4)]),
    "in the name of a story's file": (
        {"articles/2025/08/anna-example.md": f"{HEAD}\nText.\n"},
        [hit("content/articles/2025/08/anna-example.md:1")],
    ),
    "in the name of a picture": (
        {**text("![A pier.](../../../images/anna-example.jpg)"), "images/anna-example.jpg": picture()},
        [hit(AT_5)],
    ),
    "in the words for a picture": (
        {**text("![Anna Example.](../../../images/pier.jpg)"), "images/pier.jpg": picture()},
        [hit(AT_5)],
    ),
    "on a page": ({"pages/about.md": "Title: About us\n\nAnna Example.\n"}, [hit("content/pages/about.md:3")]),
    "in a withdrawn story's reason": (
        fields("Status: withdrawn\nReason: Anna Example asked."),
        [hit(f"content/{STORY}:5")],
    ),
    "in the text of an extra file": ({"extra/notes.txt": "Anna Example\n"}, [hit("content/extra/notes.txt:1")]),
    "in the name of an extra file": ({"extra/anna-example.txt": "x\n"}, [hit("content/extra/anna-example.txt:1")]),
    "as a word of two letters": (text("So says AE."), [hit(AT_5, 3)]),
    "in another script": (text("Говорит ПРИМЕРОВА."), [hit(AT_5, 4)]),
    "twice, by two entries": (text("Anna Example.\n\nOperation Teapot."), [hit(AT_5), hit(f"content/{STORY}:7", 2)]),
}


@pytest.mark.parametrize(("files", "said"), HITS.values(), ids=HITS.keys())
def test_an_entry_is_found_and_named_by_its_number_and_place_alone(
    paper: Paper, press_room: PressRoom, files: Mapping[str, str | bytes], said: list[str]
) -> None:
    output = paper.output

    done = press_room.build(paper.write(files), now=NOW)

    assert (done.status, done.problems) == (1, said)
    assert paper.output == output
    names = [name for name in files if "anna-example" in name]
    words = (done.out + done.err).lower().replace(*names[:1], "") if names else (done.out + done.err).lower()
    assert [entry for entry in ("anna", "teapot", "примерова") if entry in words] == []


@pytest.mark.parametrize("jobs", [2, 3])
def test_an_entry_is_found_by_whichever_process_looks(paper: Paper, press_room: PressRoom, jobs: int) -> None:
    story = "Title: Story {0}\nDate: 2025-08-05 09:0{0}\nCategory: Arms\n\nWe met Anna Example.\n"
    paper.write({f"articles/2025/08/story-{number}.md": story.format(number) for number in range(9)})

    done = press_room.build(paper, now=NOW, jobs=jobs)

    assert (done.status, done.problems) == (
        1,
        [hit(f"content/articles/2025/08/story-{number}.md:5") for number in range(9)],
    )


def test_an_entry_in_the_settings_is_told_once_and_with_its_line(paper: Paper, press_room: PressRoom) -> None:
    line = len(paper.set('TAGLINE = "News by Anna Example"').read("pelicanconf.py").splitlines())

    assert press_room.build(paper, now=NOW).problems == [hit(f"pelicanconf.py:{line}")]


PASSES: dict[str, Mapping[str, str | bytes]] = {
    "in a draft": fields("Status: draft\nKicker: Anna Example"),
    "in a held story": {STORY: HEAD.replace("2025-08", "2199-08") + "\nAnna Example.\n"},
    "in a skipped story": {STORY: f"{HEAD}Status: skip\n\nAnna Example.\n"},
    "in the text of a withdrawn story": {STORY: f"{HEAD}Status: withdrawn\nReason: x\n\nAnna Example.\n"},
    "in the metadata of a picture": {
        **text("![A pier.](../../../images/pier.jpg)"),
        "images/pier.jpg": picture("JPEG", comment=b"Anna Example"),
    },
    "in a picture that nothing shows": {"images/anna-example.jpg": picture()},
    "as a part of another word": text("A paean to aerials."),
    "as two words apart": text("Anna, for Example"[:4] + " gave an example."),
}


@pytest.mark.parametrize("files", PASSES.values(), ids=PASSES.keys())
def test_what_is_not_published_or_not_the_entry_passes(
    paper: Paper, press_room: PressRoom, files: Mapping[str, str | bytes]
) -> None:
    done = press_room.build(paper.write(files), now=NOW)

    assert done.status == 0, done.err
    assert "never-publish: 4 entries, none found." in done.notes


# --- The list ---------------------------------------------------------------------------------------


def notes(paper: Paper, press_room: PressRoom) -> list[str]:
    done = press_room.build(paper, now=NOW)
    assert done.status == 0, done.err
    return [note for note in done.notes if note.startswith("never-publish")]


@pytest.mark.parametrize(
    ("list_", "said"),
    [
        pytest.param(None, "never-publish: no list: nothing checked.", id="no list"),
        pytest.param("# nothing yet\n", "never-publish: 0 entries, none found.", id="an empty list"),
        pytest.param("Anna Example\n", "never-publish: 1 entry, none found.", id="one entry"),
        pytest.param(LIST, "never-publish: 4 entries, none found.", id="four entries"),
        pytest.param("\ufeffAnna Example\r\nBo Ek\r\n", "never-publish: 2 entries, none found.", id="from Windows"),
    ],
)
def test_each_build_says_what_was_looked_for(paper: Paper, press_room: PressRoom, list_: str | None, said: str) -> None:
    if list_ is None:
        (paper.root / "private" / "never-publish.txt").unlink()
    else:
        write_list(paper, list_)

    assert notes(paper, press_room) == [said]


def test_a_list_that_is_required_and_missing_stops_the_build(paper: Paper, press_room: PressRoom) -> None:
    output = paper.output
    (paper.root / "private" / "never-publish.txt").unlink()

    done = press_room.build(paper.set("NEVER_PUBLISH_REQUIRED = True"), now=NOW)

    assert (done.status, done.problems) == (
        1,
        [
            "private/never-publish.txt:1: there is no list of what must never be published, and the settings require one. "
            "Put the list there; docs/publishing.md shows one."
        ],
    )
    assert paper.output == output


def test_a_list_that_is_required_and_there_does_not_stop_the_build(paper: Paper, press_room: PressRoom) -> None:
    assert notes(paper.set("NEVER_PUBLISH_REQUIRED = True"), press_room) == ["never-publish: 4 entries, none found."]


@pytest.mark.parametrize(
    ("list_", "said"),
    [
        pytest.param(
            b"Anna Example\na\n",
            "private/never-publish.txt:2: entry 2 has fewer than two letters or digits. Write a name or a word, or remove the line.",
            id="one letter",
        ),
        pytest.param(
            b"# x\n---\n",
            "private/never-publish.txt:2: entry 1 has fewer than two letters or digits. Write a name or a word, or remove the line.",
            id="no letter",
        ),
        pytest.param(
            "Anna Example\n\nÁNNA-EXAMPLE\n".encode(),
            "private/never-publish.txt:3: entry 2 says the same as entry 1. Remove one of them.",
            id="twice",
        ),
        pytest.param(
            b"Anna Example\nM\xfcller\n",
            "private/never-publish.txt:2: the line is not UTF-8. Save the list as UTF-8.",
            id="Latin-1",
        ),
    ],
)
def test_a_list_that_would_find_everything_or_nothing_is_refused_without_quoting_it(
    paper: Paper, press_room: PressRoom, list_: bytes, said: str
) -> None:
    (paper.root / "private" / "never-publish.txt").write_bytes(list_)

    assert press_room.build(paper, now=NOW).problems == [said]


# --- Only what changed ------------------------------------------------------------------------------


@dataclass
class Counting:
    """Looks files through by counting them; finds something in those that say so."""

    looked: list[str] = field(default_factory=list)

    def look(self, path: str, data: bytes) -> list[Problem]:
        self.looked.append(path)
        return [Problem(path, 1, "Wrong.", "Mend it.")] if b"wrong" in data else []


def look(cache: Path, key: str, files: Mapping[str, bytes]) -> list[str]:
    """Look files through as a build does; give those that were opened."""
    seen, counting = Seen(cache, key), Counting()
    for path, data in files.items():
        digest = digest_of(path, data)
        if seen.is_clean(digest) or not counting.look(path, data):
            seen.add(digest)
    seen.keep()
    return counting.looked


def test_only_what_has_changed_is_looked_through_again(tmp_path: Path) -> None:
    cache = tmp_path / "leaks.txt"
    files = {"a.html": b"a", "b.html": b"b", "c.html": b"wrong"}

    assert look(cache, "key", files) == ["a.html", "b.html", "c.html"]
    assert look(cache, "key", files) == ["c.html"]
    assert look(cache, "key", files | {"b.html": b"B", "d.html": b"a"}) == ["b.html", "c.html", "d.html"]
    assert look(cache, "other key", files) == ["a.html", "b.html", "c.html"]


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"key", b"\n\n\n"], ids=["empty", "binary", "cut", "lines"])
def test_a_damaged_memory_is_none(tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "leaks.txt"
    look(cache, "key", {"a.html": b"a"})
    cache.write_bytes(damage)

    assert look(cache, "key", {"a.html": b"a"}) == ["a.html"]


def test_a_new_entry_is_looked_for_in_what_has_not_changed(paper: Paper, press_room: PressRoom) -> None:
    write_list(paper, f"{LIST}Another\n")

    assert press_room.build(paper, now=NOW).problems == [hit("content/articles/2025/08/other.md:1", 5)]


def test_a_memory_of_another_edition_hides_nothing(paper: Paper, press_room: PressRoom) -> None:
    paper.write(text("We met Anna Example."))
    assert press_room.build(paper, now=NOW).status == 1

    assert press_room.build(paper, now=NOW).problems == [hit(AT_5)]


# --- Traces of the machine --------------------------------------------------------------------------


def test_the_folder_of_the_newspaper_is_found(paper: Paper, press_room: PressRoom) -> None:
    paper.write(text(f"See `{paper.root}/notes.txt`."))

    assert (
        press_room.build(paper, now=NOW)
        .problems[0]
        .startswith(f"content/{STORY}:5: the project's folder of the building machine")
    )


def test_the_user_of_the_machine_is_found_in_a_comment(paper: Paper) -> None:
    done = paper.write({"extra/notes.txt": "One.\n<!-- by zsomebody -->\n"}).html(USER="zsomebody", LOGNAME="zsomebody")

    assert done.problems == [
        "content/extra/notes.txt:2: the user name of the building machine is in it. "
        "Find where it comes from and take it out."
    ]
