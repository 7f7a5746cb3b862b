"""What can be wrong with names, quotations, events and storylines, each with the exact words that say so."""

# ruff: noqa: E501 - a message stands on one line, as it is printed
from __future__ import annotations

from pathlib import Path

import pytest

from plugins.story.desk import read_desk
from plugins.story.problems import SiteError
from tests.bad.paper import BAD, GOOD, HEAD, RULES, lay_out
from tests.bad.test_inputs import Bad, files, lines_of

ANN = "glossary/ann-ray.md"
GLOSSARY: dict[str, str | bytes] = {
    ANN: "Title: Ann Ray\nKind: person\nRole: 2020-- | mayor\n\nMayor of the harbour.\n",
    "storylines/pier.md": "Title: Pier\n\nWater.\n",
    "articles/2025/08/pier.md": HEAD.replace("Bad", "Pier") + "Storyline: pier\n\nText.\n",
    "glossary/pier-treaty.md": "Title: Pier Treaty\nKind: treaty\nAlso: Treaty of the Pier\n\nA paper.\n",
}


def entry(fields: str, *said: str, text: str = "A mayor.") -> Bad:
    """An entry with more fields, which begin on line 3."""
    return files({ANN: f"Title: Ann Ray\nKind: person\n{fields}\n{text}\n"}, *(f"{ANN}:{each}" for each in said))


def marked(text: str, *said: str, title: str = "Bad") -> Bad:
    """A story with a text that begins on line 5."""
    head = HEAD.replace("Bad", title)
    return files({BAD: f"{head}\n{text}\n"}, *(f"{BAD}:{each}" for each in said))


def quoted(row: str, *said: str, more: str = "") -> Bad:
    """A story with a quotation on line 4, a text that says "low water" on line 6 or 7, and more of it two lines below."""
    text = f'{HEAD}Quotation: {row}\n\nShe sees "low\xa0water" there.\n\n\n{more}'
    return files({BAD: text}, *(f"{BAD}:{each}" for each in said))


def above(field: str, *said: str) -> Bad:
    """A story with one more field, on line 4."""
    return files({BAD: f"{HEAD}{field}\n\nText.\n"}, *(f"{BAD}:{each}" for each in said))


def line(fields: str, *said: str) -> Bad:
    """A storyline with more fields, which begin on line 3."""
    path = "storylines/pier.md"
    return files({path: f"Title: Pier\nSummary: It rises.\n{fields}\n\nWater.\n"}, *(f"{path}:{each}" for each in said))


CASES: dict[str, Bad] = {
    "a name that has no entry": marked(
        "Here.\n\nSaid [Ann](glossary:ann-rey).",
        "7: there is no entry 'ann-rey'. Did you mean 'ann-ray'? Name a file of content/glossary/ without '.md'.",
    ),
    "a mark that stands on another's name": marked(
        "[Anne Ray](glossary:ann-ray).",
        "5: 'Anne Ray' is not a name of 'Ann Ray' (content/glossary/ann-ray.md). Write 'Ann Ray', or add the name there in Also.",
        "5: 'Anne Ray' is not how we spell it. Write 'Ann Ray'.",
    ),
    "a person's name spelt otherwise in running text": marked(
        "One.\n\nTwo, says Anne Ray.", "7: 'Anne Ray' is not how we spell it. Write 'Ann Ray'."
    ),
    "a person's name spelt otherwise in a headline": marked(
        "One.", "1: 'Anna Ray' is not how we spell it. Write 'Ann Ray'.", title="Anna Ray resigns"
    ),
    "a spelling that is not ours": Bad(
        {ANN: "Title: Ann Ray\nKind: person\nNot: Rey; Anna Rai\n\nA mayor.\n", BAD: f"{HEAD}\nRey said.\n"},
        (f"content/{BAD}:5: 'Rey' is not how we spell it. Write 'Ann Ray'.",),
    ),
    "seven names in one story": Bad(
        {f"glossary/n{n}.md": f"Title: Name{n}\nKind: weapon\n\nA weapon.\n" for n in range(7)}
        | {BAD: f"{HEAD}\n" + " ".join(f"[Name{n}](glossary:n{n})\n" for n in range(7))},
        (f"content/{BAD}:11: the story explains 7 names. Mark 6 at most: those that readers may not know.",),
    ),
    "a name marked in a standfirst": files(
        {BAD: f"{HEAD}Summary: Said [Ann Ray](glossary:ann-ray).\n\nText.\n"},
        f"{BAD}:4: 'Ann Ray' is marked as a name. Mark it in the text.",
    ),
    "a name marked on a page": files(
        {"pages/about.md": "Title: About\n\n[Ann Ray](glossary:ann-ray).\n"},
        "pages/about.md:3: names are explained in stories only. Take the mark off.",
    ),
    "an entry of no known kind": files(
        {ANN: "Title: Ann Ray\nKind: persn\n\nA mayor.\n"},
        f"{ANN}:2: Kind: 'persn' is not known. Did you mean 'person'? Write one of: person, organisation, treaty, weapon.",
    ),
    "an entry without a kind": files(
        {ANN: "Title: Ann Ray\n\nA mayor.\n"},
        f"{ANN}:1: Kind is missing. Add a line 'Kind: …' (person, organisation, treaty, weapon).",
    ),
    "a role that ends before it begins": entry(
        "Role: 2012--2008 | mayor\n",
        "3: Role: '2012--2008' ends before it begins. Write the earlier date first.",
    ),
    "a role whose time is no span": entry(
        "Role: 2012 | mayor\n", "3: Role: '2012' is not a span of time. Write 2008--2012, 2020-- or --2012."
    ),
    "a role with a date that is none": entry(
        "Role: May 2012-- | mayor\n",
        "3: Role: 'May 2012' is not a day, month or year. Write 2025-08-04, 2025-08, 2025 or c. 1979, from 1700 to 2200.",
    ),
    "a role without words": entry(
        "Role: 2012-- |\n", "3: Role: '2012-- |' has no words. Write '2008--2012 | president of Russia'."
    ),
    "a treaty with a role": files(
        {"glossary/pier-treaty.md": "Title: Pier Treaty\nKind: treaty\nRole: 2012-- | mayor\n\nA paper.\n"},
        "glossary/pier-treaty.md:3: Role: only a person has a role. Say it in the text.",
    ),
    "two entries with one name": files(
        {"glossary/zed.md": "Title: Zed\nKind: person\nAlso: ann ray\n\nA mayor.\n"},
        "glossary/zed.md:3: 'ann ray' is a name of content/glossary/ann-ray.md too. Keep it in one of the two.",
    ),
    "an entry without a text": entry(
        "", "4: the entry has no text. Say in a sentence or two who or what it is.", text=""
    ),
    "a definition of two paragraphs": entry(
        "",
        "4: a definition is one paragraph of text. Write a sentence or two, without headings or lists.",
        text="A.\n\nB.",
    ),
    "a definition that is a list": entry(
        "",
        "4: a definition is one paragraph of text. Write a sentence or two, without headings or lists.",
        text="- A.\n- B.",
    ),
    "a definition with a link": entry(
        "",
        "4: a definition holds no links. Give the address in a line 'Source: …'.",
        text="A [mayor](https://a.example/).",
    ),
    "a definition that is too long": entry(
        "", "4: the definition is 241 characters long. Keep it to 240 at most.", text="x" * 241
    ),
    "a quotation whose words the story does not say": quoted(
        "ann-ray | high water | 2025-08-04",
        "4: the story does not say 'high water'. Give the words as they stand in the text, or delete the line.",
    ),
    "a quotation of somebody without an entry": quoted(
        "ann | low water | 2025-08-04",
        "4: there is no entry 'ann'. Did you mean 'ann-ray'? Name a file of content/glossary/ without '.md'.",
    ),
    "a quotation of a treaty": quoted(
        "pier-treaty | low water | 2025-08-04",
        "4: 'Pier Treaty' is a treaty and says nothing. Name the person or the organisation.",
    ),
    "a quotation without a day": quoted(
        "ann-ray | low water",
        "4: Quotation: 'ann-ray | low water' is not a quotation. Write 'speaker | words | 2025-08-04 | where | https://…', the speaker as the file in content/glossary/.",
    ),
    "a quotation of the future": quoted(
        "ann-ray | low water | 2025-09",
        "4: 'low water' is dated after the story (2025-08-05). Correct one of the two.",
    ),
    "a quotation at no address": quoted(
        "ann-ray | low water | 2025-08-04 | http://a.example/",
        "4: Quotation: 'http://a.example/' is not https. Write the whole address, as in https://example.org/story.",
    ),
    "a quotation made in two places": quoted(
        "ann-ray | low water | 2025-08-04 | on the pier | at sea",
        "4: Quotation: 'at sea' comes after another of its sort. Keep one of the two.",
    ),
    "a quotation given twice": quoted(
        "ann-ray | low water | 2025-08-04\nQuotation: ann-ray | low  water | 2025-08-04",
        "5: 'low  water' is quoted twice. Keep one of the two.",
    ),
    "a figure of words that nobody is quoted with": quoted(
        "ann-ray | low water | 2025-08-04",
        "10: there is no quotation 'lo water'. Did you mean 'low water'? Add a line 'Quotation: who | words | date'.",
        more="``` quotation\nlo water\n```\n",
    ),
    "a figure of two lines": quoted(
        "ann-ray | low water | 2025-08-04",
        "9: a quotation has 2 lines. Write the words, as in a line 'Quotation: …', on one line.",
        more="``` quotation\nlow\nwater\n```\n",
    ),
    "three quotations as figures": quoted(
        "ann-ray | low water | 2025-08-04",
        "18: the story shows 3 quotations. Show 2 at most; the rest stand in the text.",
        more="``` quotation\nlow water\n```\n\n" * 3,
    ),
    "a quotation on a page": files(
        {"pages/about.md": "Title: About\n\n``` quotation\nlow water\n```\n"},
        "pages/about.md:4: only stories show quotations. Write it as a Markdown quotation: > …",
    ),
    "a storyline that is not there": above(
        "Storyline: peer",
        "4: there is no storyline 'peer'. Did you mean 'pier'? Name a file of content/storylines/ without '.md'.",
    ),
    "a storyline written as a title": above(
        "Storyline: The pier",
        "4: Storyline: 'The pier' is not the name of a file. Write it as in inf-treaty, without '.md'.",
    ),
    "a storyline named twice": above("Storyline: pier, pier", "4: Storyline: 'pier' is named twice. Name it once."),
    "a storyline without stories": files(
        {"storylines/tide.md": "Title: Tide\n\nWater.\n"},
        "storylines/tide.md:1: no story belongs to the storyline. Write 'Storyline: tide' above a story, or delete the file.",
    ),
    "a link to a storyline of which nothing is published": files(
        {
            "storylines/tide.md": "Title: Tide\n\nWater.\n",
            "articles/2025/08/tide.md": f"{HEAD.replace('Bad', 'Tide')}Storyline: tide\nStatus: draft\n\nText.\n",
            "pages/about.md": "Title: About\n\n[Tide](../storylines/tide.md).\n",
        },
        "pages/about.md:3: the link leads to 'storylines/tide.md', of which no story is published. Publish one first, or remove the link.",
    ),
    "a start that is another's story": line(
        "Start: articles/2025/08/good.md",
        "3: 'articles/2025/08/good.md' is no story of the storyline. Did you mean 'articles/2025/08/pier.md'? Name one, as in 'articles/2025/08/story.md'.",
    ),
    "an event without words": line(
        "Event: 2025-08-04",
        "3: Event: '2025-08-04' is not an event. Write '2025-08-04 | what happened | who, which | https://…'; the last two may be left out.",
    ),
    "an event at a minute": line(
        "Event: 2025-08-04 14:10 | It rose",
        "3: Event: '2025-08-04 14:10' is not a day, month or year. Write 2025-08-04, 2025-08, 2025 or c. 1979, from 1700 to 2200.",
    ),
    "an event on about a day": line(
        "Event: c. 2025-08-04 | It rose",
        "3: Event: 'c. 2025-08-04' is a day, and only about. Write c. with a year or a month.",
    ),
    "an event of somebody without an entry": line(
        "Event: 2025-08 | It rose | ann-rey",
        "3: there is no entry or storyline 'ann-rey'. Did you mean 'ann-ray'? Name files of content/glossary/ or content/storylines/ without '.md'.",
    ),
    "an event at no address": line(
        "Event: 2025-08 | It rose | ann-ray | http://a.example/",
        "3: Event: 'http://a.example/' is not https. Write the whole address, as in https://example.org/story.",
    ),
    "an event that is too long": line(
        f"Event: 2025-08 | {'x' * 161}", "3: Event: its line is 161 characters long. Keep it to 160 at most."
    ),
    "an event that belongs to nothing": above(
        "Event: 2025-08 | It rose", "4: the event belongs to nothing. Name who took part, or its storyline."
    ),
    "an event entered twice": line(
        "Event: 2025-08 | It rose\nEvent: 2025-08 | it rose",
        "4: the event stands in content/storylines/pier.md:3 too. Keep one of the two, and name there all that it belongs to.",
    ),
    "more events than a page holds": line(
        "\n".join(f"Event: {1800 + year} | It rose" for year in range(31)),
        "33: the storyline 'pier' has more than 30 events. Leave the least of them out, or begin another storyline.",
    ),
    "a name that is an entry and a storyline": Bad(
        {
            "glossary/pier.md": "Title: Pier\nKind: weapon\n\nA pier.\n",
            "storylines/pier.md": "Title: Pier\nEvent: 2025 | It rose | pier\n\nWater.\n",
        },
        ("content/storylines/pier.md:2: 'pier' is an entry and a storyline. Give one of the two another Slug.",),
    ),
    "an entry that takes a page's address": files(
        {"glossary/other.md": "Title: Other\nKind: person\nSlug: ann-ray\n\nA mayor.\n"},
        "glossary/other.md:3: the address 'glossary/ann-ray.html' is taken by content/glossary/ann-ray.md. Change the Slug of one of them.",
    ),
}


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in CASES.items()])
def test_what_is_wrong_is_refused_in_these_words(tmp_path: Path, bad: Bad) -> None:
    desk = read_desk(lay_out(tmp_path / "content", {**GOOD, **GLOSSARY, **bad.files}), RULES)

    assert lines_of(SiteError(desk.problems)) == list(bad.said)


def test_the_good_files_are_not_refused(tmp_path: Path) -> None:
    story = (
        f"{HEAD}\n[Ann Ray](glossary:ann-ray) signed the [Treaty of the Pier](glossary:pier-treaty). Ann Ray left.\n"
    )

    desk = read_desk(lay_out(tmp_path / "content", {**GOOD, **GLOSSARY, BAD: story}), RULES)

    assert list(map(str, desk.problems)) == []
