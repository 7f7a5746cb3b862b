"""Promise 5, fails closed: a table of what can be wrong in a newsroom's files, each with the exact words that say so."""

# ruff: noqa: E501 - a message stands on one line, as it is printed
from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plugins.site.media import check_media
from plugins.site.settings import checked
from plugins.story.desk import desk_read, read_desk
from plugins.story.problems import SiteError
from tests.bad.paper import BAD, GOOD, HEAD, RULES, Built, Paper, PressRoom, lay_out, picture

SetUp = Callable[[Path], None]
TEXT = "\nText.\n"
AFTER_THE_NOTE = (
    "After the note stand document, wire, outlet, interview, 'anonymous: why', 'archived 2025-08-06 https://…' "
    "or 'not seen: what'."
)
PUBLISHED_NOTHING = ": nothing was published. "


@dataclass(frozen=True)
class Bad:
    """What is wrong. files: below content/, beside the good ones. said: of all of it, sorted.

    set_up: does to the folder of content what writing files cannot.
    """

    files: Mapping[str, str | bytes]
    said: tuple[str, ...]
    set_up: SetUp = field(default=lambda content: None)

    def lay_out(self, content: Path) -> Path:
        """Write the good files and the bad ones."""
        lay_out(content, {**GOOD, **self.files})
        self.set_up(content)
        return content


def story(fields: str, *said: str) -> Bad:
    """A story with more fields, which begin on line 4. said: from the line number on."""
    return Bad({BAD: f"{HEAD}{fields}{TEXT}"}, at_bad(said))


def instead(old: str, new: str, *said: str) -> Bad:
    """A story with one of its three fields changed."""
    return Bad({BAD: HEAD.replace(old, new) + TEXT}, at_bad(said))


def text(body: str, *said: str) -> Bad:
    """A story with a text that begins on line 5."""
    return Bad({BAD: f"{HEAD}\n{body}\n"}, at_bad(said))


def files(files: Mapping[str, str | bytes], *said: str, set_up: SetUp = lambda content: None) -> Bad:
    """Any files. said: whole lines without "content/"."""
    return Bad(files, tuple(f"content/{each}" for each in said), set_up)


def data(table: bytes, *said: str) -> Bad:
    """A story with a chart of bars, whose rows lie in a file beside it."""
    chart = f"{HEAD}\n``` chart bars\nTitle: t\nDescription: d\nData: x.csv\n```\n"
    return files({BAD: chart, "articles/2025/08/x.csv": table}, *said)


def at_bad(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"content/{BAD}:{each}" for each in said)


def lines_of(error: SiteError) -> list[str]:
    """Give the lines of a message, without the one that counts them."""
    return str(error).split("\n")[:-1]


CASES: dict[str, Bad] = {
    # Fields: unknown, missing, twice
    "a misspelt field is refused with the nearest one": story(
        "Statuss: draft\n",
        "4: unknown field 'Statuss'. Did you mean 'Status'?",
    ),
    "a field that nobody knows is refused": story(
        "Zebra: 1\n",
        "4: unknown field 'Zebra'. Delete it; docs/writing.md lists the fields.",
    ),
    "two misspelt fields in one story are both told in one run": files(
        {BAD: "Titel: Bad\nDate: 2025-08-05 09:00\nCategory: Arms\nSumary: A.\n\nText.\n"},
        "articles/2025/08/bad.md:1: Title is missing. Add a line 'Title: …' (one line of plain text).",
        "articles/2025/08/bad.md:1: unknown field 'Titel'. Did you mean 'Title'?",
        "articles/2025/08/bad.md:4: unknown field 'Sumary'. Did you mean 'Summary'?",
    ),
    "problems of two files are told in one run": files(
        {BAD: HEAD + "Kiker: A\n\nText.\n", "pages/about.md": "Title: About\nOrdre: 1\n\nText.\n"},
        "articles/2025/08/bad.md:4: unknown field 'Kiker'. Did you mean 'Kicker'?",
        "pages/about.md:2: unknown field 'Ordre'. Did you mean 'Order'?",
    ),
    "a field of pages is unknown above a story": story(
        "Template: support\n",
        "4: unknown field 'Template'. Delete it; docs/writing.md lists the fields.",
    ),
    "a field of stories is unknown above a page": files(
        {"pages/about.md": "Title: About\nDate: 2025-08-05\n\nText.\n"},
        "pages/about.md:2: unknown field 'Date'. Delete it; docs/writing.md lists the fields.",
    ),
    "a story without a title is refused": instead(
        "Title: Bad\n",
        "",
        "1: Title is missing. Add a line 'Title: …' (one line of plain text).",
    ),
    "a story without a date is refused": instead(
        "Date: 2025-08-05 09:00\n",
        "",
        "1: Date is missing. Add a line 'Date: …' (2025-08-05 14:10, in UTC).",
    ),
    "a story without a section is refused": instead(
        "Category: Arms\n",
        "",
        "1: Category is missing. Add a line 'Category: …' (one of the site's sections).",
    ),
    "an empty title is refused": instead(
        "Title: Bad",
        "Title:",
        "1: Title: it is empty. Fill it in or delete the line.",
    ),
    "a title that nobody can see is refused": instead(
        "Bad",
        "\u200b\xa0",
        "1: Title: it is empty. Fill it in or delete the line.",
    ),
    "a title longer than a line is refused": instead(
        "Bad",
        "x" * 301,
        "1: Title: it is 301 characters long. Keep it to 300 at most.",
    ),
    "an empty file is refused": files(
        {BAD: ""},
        "articles/2025/08/bad.md:1: Category is missing. Add a line 'Category: …' (one of the site's sections).",
        "articles/2025/08/bad.md:1: Date is missing. Add a line 'Date: …' (2025-08-05 14:10, in UTC).",
        "articles/2025/08/bad.md:1: Title is missing. Add a line 'Title: …' (one line of plain text).",
        "articles/2025/08/bad.md:2: the story has no text. Write it, or set 'Status: draft'.",
    ),
    "a file without fields is refused": files(
        {BAD: "Just words.\n\nText.\n"},
        "articles/2025/08/bad.md:1: 'Just words.' is not a field. Write 'Name: value', and leave a blank line between the fields and the text.",
        "articles/2025/08/bad.md:1: Category is missing. Add a line 'Category: …' (one of the site's sections).",
        "articles/2025/08/bad.md:1: Date is missing. Add a line 'Date: …' (2025-08-05 14:10, in UTC).",
        "articles/2025/08/bad.md:1: Title is missing. Add a line 'Title: …' (one line of plain text).",
    ),
    "a title given twice is refused": story(
        "Title: Again\n",
        "4: Title is given a second time (first on line 1). Keep one of the two.",
    ),
    "a date given twice is refused": story(
        "Date: 2025-08-06 09:00\n",
        "4: Date is given a second time (first on line 2). Keep one of the two.",
    ),
    "a field name in other letters counts as given twice": story(
        "CATEGORY: Press\n",
        "4: Category is given a second time (first on line 3). Keep one of the two.",
    ),
    "both Author and Authors are refused": story(
        "Author: Bo Ek\nAuthors: Ann Lund\n",
        "4: Author and Authors are both given. Name everybody in Authors.",
    ),
    "a field without a space after its colon is refused": story(
        "Kicker:News\n",
        "4: 'Kicker:News' is not a field. Write 'Name: value', and leave a blank line between the fields and the text.",
    ),
    "a line among the fields that is none is refused": story(
        "Kicker\n",
        "4: 'Kicker' is not a field. Write 'Name: value', and leave a blank line between the fields and the text.",
    ),
    "an indented field is refused": story(
        " Kicker: News\n",
        "4: 'Kicker: News' is not a field. Write 'Name: value', and leave a blank line between the fields and the text.",
    ),
    "an address among the fields is refused": story(
        "https://example.org/\n",
        "4: 'https://example.org/' is not a field. Write 'Name: value', and leave a blank line between the fields and the text.",
    ),
    "a field below the empty line is refused, not printed": text(
        "Status: draft",
        "5: 'Status: draft' stands below the line that ends the fields. Take the empty line above it away, or begin the text with other words.",
    ),
    "fields below the empty line are all told": text(
        "Status: draft\nSlug: other\n\nText.",
        "5: 'Status: draft' stands below the line that ends the fields. Take the empty line above it away, or begin the text with other words.",
        "6: 'Slug: other' stands below the line that ends the fields. Take the empty line above it away, or begin the text with other words.",
    ),
    "a fence that is not closed does not hide the text": files(
        {BAD: "---\nTitle: Bad\nDate: 2025-08-05 09:00\nCategory: Arms\nWords\n\nText.\n"},
        "articles/2025/08/bad.md:5: 'Words' is not a field. Write 'Name: value', and leave a blank line between the fields and the text.",
    ),
    "empty lines above the fields change no line number": files(
        {BAD: "\n\nTitle: Bad\nDate: 2025-08-05 09:00\nCategory: Arms\nStatuss: draft\n\nText.\n"},
        "articles/2025/08/bad.md:6: unknown field 'Statuss'. Did you mean 'Status'?",
    ),
    # Dates
    "an ambiguous date is refused": instead(
        "2025-08-05 09:00",
        "03/04/2026",
        "2: Date: '03/04/2026' is not a date. It can be read in two ways: write the year first, as in 2025-08-05 14:10.",
    ),
    "a date with dots is refused": instead(
        "2025-08-05 09:00",
        "3.4.2026",
        "2: Date: '3.4.2026' is not a date. It can be read in two ways: write the year first, as in 2025-08-05 14:10.",
    ),
    "a date in words is refused": instead(
        "2025-08-05 09:00",
        "5 August 2025",
        "2: Date: '5 August 2025' is not a date. Write it as 2025-08-05 14:10 (UTC).",
    ),
    "a date of tomorrow is refused": instead(
        "2025-08-05 09:00",
        "tomorrow",
        "2: Date: 'tomorrow' is not a date. Write it as 2025-08-05 14:10 (UTC).",
    ),
    "a date without a nought is refused": instead(
        "2025-08-05 09:00",
        "2025-8-5 09:00",
        "2: Date: '2025-8-5 09:00' is not a date. Write two digits each: 2025-08-05 09:00.",
    ),
    "a time without a nought is refused": instead(
        "2025-08-05 09:00",
        "2025-08-05 9:00",
        "2: Date: '2025-08-05 9:00' is not a date. Write two digits each: 2025-08-05 09:00.",
    ),
    "an empty date is refused": instead(
        "2025-08-05 09:00",
        "",
        "2: Date: '' is not a date. Write it as 2025-08-05 14:10 (UTC).",
    ),
    "a day that is not in the calendar is refused": instead(
        "2025-08-05 09:00",
        "2025-02-30",
        "2: Date: '2025-02-30' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    "a leap day of a common year is refused": instead(
        "2025-08-05 09:00",
        "2025-02-29",
        "2: Date: '2025-02-29' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    "a thirteenth month is refused": instead(
        "2025-08-05",
        "2025-13-05",
        "2: Date: '2025-13-05 09:00' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    "a twenty-fifth hour is refused": instead(
        "09:00",
        "25:00",
        "2: Date: '2025-08-05 25:00' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    "a time zone by its letters is refused": instead(
        "09:00",
        "09:00 MSK",
        "2: Date: '2025-08-05 09:00 MSK' is not a date. Write it as 2025-08-05 14:10 (UTC).",
    ),
    "a year before newspapers is refused": instead(
        "2025-08-05",
        "0206-08-05",
        "2: Date: the year of '0206-08-05 09:00' is out of range. Write a year from 1700 to 2200.",
    ),
    "a year far ahead is refused": instead(
        "2025-08-05",
        "9999-08-05",
        "2: Date: the year of '9999-08-05 09:00' is out of range. Write a year from 1700 to 2200.",
    ),
    "digits of another script are refused": instead(
        "2025-08-05",
        "٢٠٢٥-٠٨-٠٥",
        "2: Date: '٢٠٢٥-٠٨-٠٥ 09:00' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    "an update before publication is refused": story(
        "Modified: 2025-08-04 23:59\n",
        "4: Modified: 2025-08-04 23:59 is before Date (2025-08-05 09:00). Correct one of the two.",
    ),
    "an update on the day without a time is before a date with one": story(
        "Modified: 2025-08-05\n",
        "4: Modified: 2025-08-05 00:00 is before Date (2025-08-05 09:00). Correct one of the two.",
    ),
    "an impossible update is refused": story(
        "Modified: 2025-06-31\n",
        "4: Modified: '2025-06-31' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    # Sections, slugs, states, languages
    "a misspelt section is refused": instead(
        "Arms",
        "Armss",
        "3: Category: 'Armss' is not a section. Did you mean 'Arms'? The sections are Arms, Press.",
    ),
    "a section that there is not is refused": instead(
        "Arms",
        "Gardening",
        "3: Category: 'Gardening' is not a section. The sections are Arms, Press.",
    ),
    "a slug with capitals and spaces is refused": story(
        "Slug: Foo Bar\n",
        "4: Slug: 'Foo Bar' is not a slug. Use lower-case letters a-z, digits and single hyphens.",
    ),
    "a slug that climbs out of its folder is refused": story(
        "Slug: ../../index\n",
        "4: Slug: '../../index' is not a slug. Use lower-case letters a-z, digits and single hyphens.",
    ),
    "a slug with two hyphens is refused": story(
        "Slug: a--b\n",
        "4: Slug: 'a--b' is not a slug. Use lower-case letters a-z, digits and single hyphens.",
    ),
    "a slug in another script is refused": story(
        "Slug: новость\n",
        "4: Slug: 'новость' is not a slug. Use lower-case letters a-z, digits and single hyphens.",
    ),
    "a slug of a hundred and one letters is refused": story(
        "Slug: " + "a" * 101 + "\n",
        "4: Slug: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…' is too long. Keep it to 100 characters at most.",
    ),
    "a slug at the address of a list is refused": story(
        "Slug: index\n",
        "4: the address '2025/08/index.html' is the site's own. Choose another slug.",
    ),
    "the status of stock Pelican that publishes is refused": story(
        "Status: hidden\n",
        "4: Status: 'hidden' is not known. Write one of: published, draft, withdrawn, skip.",
    ),
    "a misspelt draft is refused, not published": story(
        "Status: drfat\n",
        "4: Status: 'drfat' is not known. Did you mean 'draft'? Write one of: published, draft, withdrawn, skip.",
    ),
    "an empty status is refused": story(
        "Status:\n",
        "4: Status: '' is not known. Write one of: published, draft, withdrawn, skip.",
    ),
    "a language that the site does not have is refused": story(
        "Lang: fr\n",
        "4: Lang: 'fr' is not a language of this site. Write one of: en, ru.",
    ),
    "a language in capitals is refused": story(
        "Lang: RU\n",
        "4: Lang: 'RU' is not a language of this site. Did you mean 'ru'? Write one of: en, ru.",
    ),
    "a withdrawal without a reason is refused": story(
        "Status: withdrawn\n",
        "4: a story is withdrawn without a reason. Add a line 'Reason: …' that tells readers why.",
    ),
    "a reason without a withdrawal is refused": story(
        "Reason: It was wrong.\n",
        "4: Reason: the story is not withdrawn. Delete the line, or write 'Status: withdrawn'.",
    ),
    "a page cannot be withdrawn": files(
        {"pages/about.md": "Title: About\nStatus: withdrawn\n\nText.\n"},
        "pages/about.md:2: only stories can be withdrawn. Write 'Status: draft', or delete the page and name what takes its place in REDIRECTS.",
    ),
    "a page cannot give a reason": files(
        {"pages/about.md": "Title: About\nReason: x\n\nText.\n"},
        "pages/about.md:2: unknown field 'Reason'. Delete it; docs/writing.md lists the fields.",
    ),
    # Names
    "topics as a YAML list are refused": story(
        "Tags: [Missiles, NATO]\n",
        "4: Tags: '[Missiles, NATO]' is a YAML list. Write the names with commas and no brackets.",
    ),
    "topics as a YAML list of lines are refused": story(
        "Tags:\n    - Missiles\n    - NATO\n",
        "4: Tags: '- Missiles - NATO' is a YAML list. Write the names with commas and no brackets.",
    ),
    "authors as a YAML list are refused": story(
        "Authors: [Ann Lund]\n",
        "4: Authors: '[Ann Lund]' is a YAML list. Write the names with commas and no brackets.",
    ),
    "a topic named twice is refused": story(
        "Tags: NATO, NATO\n",
        "4: Tags: 'NATO' is named twice. Name it once.",
    ),
    "topics that are only commas are refused": story(
        "Tags: ,,\n",
        "4: Tags: it is empty. Name at least one, or delete the line.",
    ),
    "a topic without letters is refused": story(
        "Tags: 🔥\n",
        "4: '🔥' makes no address. Use letters or digits.",
    ),
    "an author without letters is refused": story(
        "Authors: ***\n",
        "4: '***' makes no address. Use letters or digits.",
    ),
    "topics that share an address are refused, each with its file": files(
        {BAD: HEAD + "Tags: C\n\nText.\n", "articles/2025/08/c.md": HEAD + "Tags: C++, C#\n\nText.\n"},
        "articles/2025/08/c.md:4: the topics 'C#' and 'C' (content/articles/2025/08/bad.md) have one address, 'c'. Write them alike, or tell them apart by a word.",
        "articles/2025/08/c.md:4: the topics 'C++' and 'C' (content/articles/2025/08/bad.md) have one address, 'c'. Write them alike, or tell them apart by a word.",
    ),
    "a topic in other letters is refused": files(
        {BAD: HEAD + "Tags: missiles\n\nText.\n"},
        "articles/2025/08/good.md:4: the topics 'Missiles' and 'missiles' (content/articles/2025/08/bad.md) have one address, 'missiles'. Write them alike, or tell them apart by a word.",
    ),
    "an author in other letters is refused": files(
        {BAD: HEAD + "Authors: ann lund\n\nText.\n"},
        "articles/2025/08/good.md:5: the authors 'Ann Lund' and 'ann lund' (content/articles/2025/08/bad.md) have one address, 'ann-lund'. Write them alike, or tell them apart by a word.",
    ),
    "Author and Authors are held against each other": files(
        {BAD: HEAD + "Author: Ann  LUND\n\nText.\n"},
        "articles/2025/08/good.md:5: the authors 'Ann Lund' and 'Ann LUND' (content/articles/2025/08/bad.md) have one address, 'ann-lund'. Write them alike, or tell them apart by a word.",
    ),
    "an author is held against the one in the settings": files(
        {BAD: HEAD + "Authors: newsdesk\n\nText.\n", "articles/2025/08/anon.md": HEAD + "\nText.\n"},
        "articles/2025/08/bad.md:4: the authors 'newsdesk' and 'Newsdesk' (content/articles/2025/08/anon.md) have one address, 'newsdesk'. Write them alike, or tell them apart by a word.",
    ),
    # Encodings and what cannot be seen
    "a file in Latin-1 is refused with the line of the first such letter": files(
        {BAD: b"Title: Bad\nDate: 2025-08-05 09:00\nCategory: Arms\nKicker: caf\xe9\n\nText.\n"},
        "articles/2025/08/bad.md:4: this is not UTF-8 text (byte 0xe9). Save the file as UTF-8.",
    ),
    "a file in UTF-16 is refused": files(
        {
            BAD: b"\xff\xfeT\x00i\x00t\x00l\x00e\x00:\x00 \x00B\x00a\x00d\x00\n\x00D\x00a\x00t\x00e\x00:\x00 \x002\x000\x002\x005\x00-\x000\x008\x00-\x000\x005\x00 \x000\x009\x00:\x000\x000\x00\n\x00C\x00a\x00t\x00e\x00g\x00o\x00r\x00y\x00:\x00 \x00A\x00r\x00m\x00s\x00\n\x00\n\x00T\x00e\x00x\x00t\x00.\x00\n\x00"
        },
        "articles/2025/08/bad.md:1: this is not UTF-8 text (byte 0xff). Save the file as UTF-8.",
    ),
    "a file in Windows-1251 is refused": files(
        {BAD: b"Title: Bad\nDate: 2025-08-05 09:00\nCategory: Arms\n\n\xd1\xeb\xee\xe2\xee.\n"},
        "articles/2025/08/bad.md:5: this is not UTF-8 text (byte 0xd1). Save the file as UTF-8.",
    ),
    "a zero byte among the fields is refused": files(
        {BAD: HEAD + "Kicker: a\x00b\n\nText.\n"},
        "articles/2025/08/bad.md:4: the character U+0000 (a control character) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a zero byte in the text is refused": text(
        "a\x00b",
        "5: a hidden control character (U+0000) is not allowed. Remove it, or retype the text around it.",
        "5: the character U+0000 (a control character) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a control character is refused": text(
        "a\x1b[31mb",
        "5: a hidden control character (U+001B) is not allowed. Remove it, or retype the text around it.",
        "5: the character U+001B (a control character) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a vertical tab is refused": text(
        "a\x0bb",
        "5: a hidden control character (U+000B) is not allowed. Remove it, or retype the text around it.",
        "5: the character U+000B (a control character) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a bidi override among the fields is refused": story(
        "Kicker: a\u202egpj.exe\n",
        "4: the character U+202E (right-to-left override) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a bidi isolate in the text is refused with its line": text(
        "One.\n\nTwo \u2066three\u2069.",
        "7: a hidden control character (U+2066) is not allowed. Remove it, or retype the text around it.",
        "7: a hidden control character (U+2069) is not allowed. Remove it, or retype the text around it.",
        "7: the character U+2066 (left-to-right isolate) is not allowed. Delete it; it is invisible in most editors.",
        "7: the character U+2069 (pop directional isolate) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a bidi override as an entity is refused": text(
        "One.\n\nTwo &#8238;three.",
        "7: a hidden control character (U+202E) is not allowed. Remove it, or retype the text around it.",
    ),
    "a zero byte as an entity is refused": text(
        "Two &#0; three.",
        "5: a hidden control character (U+0000) is not allowed. Remove it, or retype the text around it.",
    ),
    "a byte order mark inside is refused": text(
        "a\ufeffb",
        "5: the character U+FEFF (zero width no-break space) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a line separator is refused": text(
        "a\u2028b",
        "5: the character U+2028 (line separator) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a private character is refused": text(
        "a\ue010b",
        "5: the character U+E010 (a control character) is not allowed. Delete it; it is invisible in most editors.",
    ),
    "a letter that another program lost is refused": text(
        "caf�",
        "5: the character U+FFFD (replacement character) is not allowed. Type anew what stood there before the file was saved in another encoding.",
    ),
    # Addresses
    "two stories with one slug are refused with both files": files(
        {BAD: HEAD + "Slug: same\n\nText.\n", "articles/2025/08/other.md": HEAD + "Slug: same\n\nText.\n"},
        "articles/2025/08/other.md:4: the address '2025/08/same.html' is taken by content/articles/2025/08/bad.md. Change the Slug of one of them.",
    ),
    "two files that differ by case are refused": files(
        {"articles/2025/08/Bad.md": HEAD + "\nText.\n", BAD: HEAD + "\nText.\n"},
        "articles/2025/08/bad.md:1: the address '2025/08/bad.html' is taken by content/articles/2025/08/Bad.md. Change the Slug of one of them.",
    ),
    "two folders do not keep one address apart": files(
        {BAD: HEAD + "\nText.\n", "articles/old/bad.md": HEAD + "\nText.\n"},
        "articles/old/bad.md:1: the address '2025/08/bad.html' is taken by content/articles/2025/08/bad.md. Change the Slug of one of them.",
    ),
    "a translation cannot take the address of another story": files(
        {BAD: HEAD + "Lang: ru\nSlug: a\n\nТекст.\n", "articles/2025/08/x.md": HEAD + "Slug: a-ru\n\nText.\n"},
        "articles/2025/08/x.md:4: the address '2025/08/a-ru.html' is taken by content/articles/2025/08/bad.md. Change the Slug of one of them.",
    ),
    "a file name of pictures makes no address": files(
        {"articles/2025/08/🔥.md": HEAD + "\nText.\n"},
        "articles/2025/08/🔥.md:1: the file name '🔥.md' makes no address. Rename the file, or add a line 'Slug: …'.",
    ),
    "two appeals of one slug and language are refused": files(
        {
            "appeals/heron.md": "Title: T\nSlug: gull\nLink: https://heron.example\nLink-Text: L\nWarning-Title: W\nWarning: B.\n\nText.\n"
        },
        "appeals/heron.md:2: the address 'appeal gull (en)' is taken by content/appeals/gull.md. Change the Slug of one of them.",
    ),
    "a page at the address of the front page is refused": files(
        {"pages/index.md": "Title: Index\n\nText.\n"},
        "pages/index.md:1: the address 'index.html' is the site's own. Choose another slug.",
    ),
    "a page at the address of the missing page is refused": files(
        {"pages/x.md": "Title: X\nSlug: 404\n\nText.\n"},
        "pages/x.md:2: the address '404.html' is the site's own. Choose another slug.",
    ),
    "an alias at a story's address is refused": story(
        "Aliases: 2025/08/good.html\n",
        "4: the address '2025/08/good.html' is taken by content/articles/2025/08/good.md. An alias must be an address that no page has now.",
    ),
    "an alias at the story's own address is refused": story(
        "Aliases: 2025/08/bad.html\n",
        "4: the address '2025/08/bad.html' is taken by content/articles/2025/08/bad.md. An alias must be an address that no page has now.",
    ),
    "an alias at a page's address is refused": story(
        "Aliases: about.html\n",
        "4: the address 'about.html' is taken by content/pages/about.md. An alias must be an address that no page has now.",
    ),
    "aliases at the site's own addresses are refused": story(
        "Aliases: index.html, arms/index.html, 2025/08/index.html\n",
        "4: the address '2025/08/index.html' is the site's own. An alias must be an address that no page has now.",
        "4: the address 'arms/index.html' is the site's own. An alias must be an address that no page has now.",
        "4: the address 'index.html' is the site's own. An alias must be an address that no page has now.",
    ),
    "an alias at the page of a topic is refused": story(
        "Aliases: topics/missiles/index.html\n",
        "4: the address 'topics/missiles/index.html' is the site's own. An alias must be an address that no page has now.",
    ),
    "an alias at a numbered page is refused": story(
        "Aliases: arms/page/3/index.html\n",
        "4: the address 'arms/page/3/index.html' is the site's own. An alias must be an address that no page has now.",
    ),
    "an alias named twice is refused": story(
        "Aliases: old.html, old.html\n",
        "4: Aliases: 'old.html' is named twice. Name it once.",
    ),
    "an alias of two stories is refused": files(
        {BAD: HEAD + "Aliases: old.html\n\nText.\n", "articles/2025/08/c.md": HEAD + "Aliases: old.html\n\nText.\n"},
        "articles/2025/08/c.md:4: the address 'old.html' is taken by content/articles/2025/08/bad.md. An alias must be an address that no page has now.",
    ),
    "an alias with a slash before it is refused": story(
        "Aliases: /old.html\n",
        "4: Aliases: '/old.html' is not an address of this site. Write it as in 2025/08/old-name.html, without a slash before it.",
    ),
    "an alias that climbs out is refused": story(
        "Aliases: ../old.html\n",
        "4: Aliases: '../old.html' is not an address of this site. Write it as in 2025/08/old-name.html, without a slash before it.",
    ),
    "an alias on another host is refused": story(
        "Aliases: https://example.org/old.html\n",
        "4: Aliases: 'https://example.org/old.html' is not an address of this site. Write it as in 2025/08/old-name.html, without a slash before it.",
    ),
    # Links
    "a link to a file that is not there is refused": text(
        "[x](no.md)",
        "5: the link to 'articles/2025/08/no.md' leads nowhere. Did you mean 'good.md'? Correct or remove the link.",
    ),
    "a link to a file that is nearly there is refused with its name": text(
        "One.\n\n[x](goood.md)",
        "7: the link to 'articles/2025/08/goood.md' leads nowhere. Did you mean 'good.md'? Correct or remove the link.",
    ),
    "a link to a part that is not there is refused": text(
        "[x](good.md#teh-part)",
        "5: 'articles/2025/08/good.md' has no part '#teh-part'. Did you mean 'the-part'?",
    ),
    "a link to a part of the same text that is not there is refused": text(
        "[x](#nowhere)",
        "5: 'articles/2025/08/bad.md' has no part '#nowhere'. The text has: none.",
    ),
    "a link to a draft is refused": text(
        "[x](draft.md)",
        "5: the link leads to 'articles/2025/08/draft.md', which is not published (draft). Publish it first, or remove the link.",
    ),
    "a link to a held story is refused": text(
        "[x](held.md)",
        "5: the link leads to 'articles/2025/08/held.md', which is not published (held). Publish it first, or remove the link.",
    ),
    "a link to a skipped story is refused": text(
        "[x](skipped.md)",
        "5: the link leads to 'articles/2025/08/skipped.md', which is not published (skip). Publish it first, or remove the link.",
    ),
    "a link to an appeal is refused": text(
        "[x](../../../appeals/gull.md)",
        "5: the link to 'appeals/gull.md' leads nowhere. Correct or remove the link.",
    ),
    "a link to an HTML file is refused": text(
        "[x](good.html)",
        "5: the link 'good.html' leads nowhere. Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
    ),
    "a link from the root is refused": text(
        "[x](/about.html)",
        "5: the link '/about.html' leads nowhere. Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
    ),
    "a link to a folder is refused": text(
        "[x](../07/)",
        "5: the link '../07/' leads nowhere. Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
    ),
    "a link out of content is refused": text(
        "[x](../../../../private/list.md)",
        "5: the link '../../../../private/list.md' leads nowhere. Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
    ),
    "an empty link is refused": text(
        "[x]()",
        "5: the link '' leads nowhere. Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
    ),
    "a link by its reference is refused at the reference": text(
        "[x][1]\n\nMore.\n\n[1]: no.md",
        "9: the link to 'articles/2025/08/no.md' leads nowhere. Did you mean 'good.md'? Correct or remove the link.",
    ),
    "a link by plain http is refused": text(
        "[x](http://example.org/)",
        "5: the link 'http://example.org/' is not https. Write the whole https address.",
    ),
    "a link without a host is refused": text(
        "[x](https:///path)",
        "5: the link 'https:///path' is not a well-formed address. Write the whole https address.",
    ),
    "a link to a host without a dot is refused": text(
        "[x](https://localhost/)",
        "5: the link 'https://localhost/' is not a well-formed address. Write the whole https address.",
    ),
    "a link with a broken percent sign is refused": text(
        "[x](https://example.org/100%)",
        "5: the link 'https://example.org/100%' is not a well-formed address. Write the whole https address.",
    ),
    "a link with a port that is none is refused": text(
        "[x](https://example.org:seven/)",
        "5: a browser reads this otherwise than it is written: '<a href=\"https://example.org:seven/\">'. Close each tag, keep lists, tables and headings out of paragraphs, links out of links, and rows inside a table's head or body.",
        "5: the link 'https://example.org:seven/' is not a well-formed address. Write the whole https address.",
    ),
    "a link with a password is refused": text(
        "[x](https://me:secret@example.org/)",
        "5: the link 'https://me:secret@example.org/' holds a user name. Write the whole https address.",
    ),
    "a link without its scheme is refused": text(
        "[x](//example.org/)",
        "5: an address without its beginning is not allowed: 'href=\"//example.org/\"'. Write it out, from https:// on.",
        "5: the link '//example.org/' is not https. Write the whole https address.",
    ),
    "a link by FTP is refused": text(
        "[x](ftp://example.org/)",
        "5: an address that starts with 'ftp:' is not allowed: 'href=\"ftp://example.org/\"'. Link to a page, or remove it.",
        "5: the link 'ftp://example.org/' is not https. Write the whole https address.",
    ),
    "a link that runs a script is refused": text(
        "[x](javascript:alert(1))",
        "5: an address that starts with 'javascript:' is not allowed: 'href=\"javascript:alert(1)\"'. Link to a page, or remove it.",
        "5: the link 'javascript:alert(1)' is not a well-formed address. Write the whole https address.",
    ),
    "a link that runs a script in odd letters is refused": text(
        "[x](JaVaScRiPt:alert(1))",
        "5: an address that starts with 'javascript:' is not allowed: 'href=\"JaVaScRiPt:alert(1)\"'. Link to a page, or remove it.",
        "5: the link 'JaVaScRiPt:alert(1)' is not a well-formed address. Write the whole https address.",
    ),
    "a link that hides its scheme behind a tab is refused": text(
        '<a href="java&#9;script:alert(1)">x</a>',
        "5: an address that starts with 'javascript:' is not allowed: 'href=\"java&#9;script:alert(1)\"'. Link to a page, or remove it.",
        "5: the link 'java\\tscript:alert(1)' leads nowhere. Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
    ),
    "a link to data is refused": text(
        "[x](data:text/html,<b>)",
        "5: an address that starts with 'data:' is not allowed: 'href=\"data:text/html,&lt;b&gt;\"'. Link to a page, or remove it.",
        "5: the link 'data:text/html,<b>' is not a well-formed address. Write the whole https address.",
    ),
    "a mail address that is none is refused": text(
        "[x](mailto:nobody)",
        "5: the link 'mailto:nobody' is not a well-formed address. Write the whole https address.",
    ),
    "a link by a reference that is not there is refused, not printed": text(
        "See [the treaty][treaty].",
        "5: '[the treaty][treaty]' is not a whole link. Write [words](address), or &#91; where you mean the character '['.",
    ),
    "a link that is not closed is refused, not printed": text(
        "One.\n\nSee [the treaty](good.md and more.",
        "7: '[the treaty](good.md' is not a whole link. Write [words](address), or &#91; where you mean the character '['.",
    ),
    "a link that is not closed is refused in a table": text(
        "| a |\n|---|\n| [x](good.md |",
        "7: '[x](good.md' is not a whole link. Write [words](address), or &#91; where you mean the character '['.",
    ),
    "a dead link in the standfirst is refused": story(
        "Summary: See [this](no.md).\n",
        "4: the link to 'articles/2025/08/no.md' leads nowhere. Did you mean 'good.md'? Correct or remove the link.",
    ),
    "a link to a draft in a note is refused with the line of the note": story(
        "Correction: 2025-08-06 10:00 UTC | One.\nCorrection: 2025-08-07 10:00 UTC | See [this](draft.md).\n",
        "5: the link leads to 'articles/2025/08/draft.md', which is not published (draft). Publish it first, or remove the link.",
    ),
    "a moment that is not in the calendar is refused": text(
        "[then](time:2025-02-30)",
        "5: 'time:2025-02-30' is not a date. Write a day (time:2025-08-04), month (2025-08), year or week (2025-W31).",
    ),
    "a week that the year does not have is refused": text(
        "[then](time:2025-W53)",
        "5: 'time:2025-W53' is not a date. Write a day (time:2025-08-04), month (2025-08), year or week (2025-W31).",
    ),
    "a moment written as HTML that is not in the calendar is refused": text(
        '<time datetime="2025-99-99">then</time>',
        "5: '2025-99-99' is not a date. Write a day (time:2025-08-04), month (2025-08), year or week (2025-W31).",
    ),
    "a moment in words is refused": text(
        "[then](time:Monday)",
        "5: 'time:Monday' is not a date. Write a day (time:2025-08-04), month (2025-08), year or week (2025-W31).",
        "5: the attribute 'datetime' has an impossible value: 'datetime=\"Monday\"'. It must be a date, a time or a week, as in '2025-08-04'.",
    ),
    # Pictures
    "a picture that is not there is refused": text(
        "![A pier](../../../images/no.jpg)",
        "5: there is no picture 'images/no.jpg'. Put the file in content/images/.",
    ),
    "a picture outside its folder is refused": text(
        "![A pier](pier.jpg)",
        "5: the picture 'pier.jpg' is not in content/images/. Put the file there and write '../../../images/name.jpg' (from where this file is).",
    ),
    "a picture without words for it is refused": text(
        "![](../../../images/no.jpg)",
        "5: the picture 'no.jpg' has no text alternative. Write what it shows: ![what it shows](…).",
        "5: there is no picture 'images/no.jpg'. Put the file in content/images/.",
    ),
    "a picture on another host is refused": text(
        "![A pier](https://example.org/pier.jpg)",
        "5: a picture from another host is not allowed: 'src=\"https://example.org/pier.jpg\"'. Put the picture into content/images and name it from there.",
        "5: the picture 'https://example.org/pier.jpg' is not in content/images/. Put the file there and write '../../../images/name.jpg' (from where this file is).",
    ),
    "a picture as data is refused": text(
        "![A pier](data:image/png;base64,AAAA)",
        "5: an address that starts with 'data:' is not allowed: 'src=\"data:image/png;base64,AAAA\"'. Link to a page, or remove it.",
        "5: the picture 'data:image/png;base64,AAAA' is not in content/images/. Put the file there and write '../../../images/name.jpg' (from where this file is).",
    ),
    "a picture of an unknown kind is refused": text(
        "![A pier](../../../images/pier.bmp)",
        "5: the picture '../../../images/pier.bmp' is of no known kind. Use one of .jpg, .jpeg, .png, .webp, .avif, .gif, .svg.",
    ),
    "a picture in the standfirst is refused": story(
        "Summary: ![A pier](../../../images/no.jpg)\n",
        "4: '![A pier](../../../images/no.jpg)' holds a picture. Place it in the text.",
        "4: there is no picture 'images/no.jpg'. Put the file in content/images/.",
    ),
    "a file to take away that is not there is refused": text(
        "[x](../../../extra/report.pdf)",
        "5: there is no file 'extra/report.pdf'. Put it in content/extra/, or remove the link.",
    ),
    "a file to take away that is hidden is refused": files(
        {BAD: HEAD + "\n[x](../../../extra/.report.txt)\n", "extra/.report.txt": "Text.\n"},
        "articles/2025/08/bad.md:5: there is no file 'extra/.report.txt'. Put it in content/extra/, or remove the link.",
    ),
    "a file to take away that an editor left is refused": files(
        {BAD: HEAD + "\n[x](../../../extra/report.txt~)\n", "extra/report.txt~": "Text.\n"},
        "articles/2025/08/bad.md:5: there is no file 'extra/report.txt~'. Put it in content/extra/, or remove the link.",
    ),
    # HTML
    "a script is refused": text(
        "One.\n\n<script>alert(1)</script>",
        "7: a script is not allowed: '<script>'. Remove it.",
    ),
    "a script in the middle of a word is refused": text(
        "wo<script>alert(1)</script>rd",
        "5: a script is not allowed: '<script>'. Remove it.",
    ),
    "an event handler is refused": text(
        '<span onmouseover="alert(1)">x</span>',
        "5: an event handler is not allowed: 'onmouseover=\"alert(1)\"'. Remove it.",
    ),
    "an event handler on a tag of another kind is refused": text(
        '<svg onload="alert(1)"></svg>',
        "5: a drawing written into the text is not allowed: '<svg onload=\"alert(1)\">'. Save it as a file and place it as a picture.",
        "5: an event handler is not allowed: 'onload=\"alert(1)\"'. Remove it.",
    ),
    "a page inside the page is refused": text(
        '<iframe src="https://example.org"></iframe>',
        "5: a page inside the page is not allowed: '<iframe src=\"https://example.org\">'. Remove it, and link to that page instead.",
    ),
    "a form is refused": text(
        '<form action="https://example.org"><input name="q"></form>',
        "5: a form or a part of one is not allowed: '<form action=\"https://example.org\">'. Remove it.",
        "5: a form or a part of one is not allowed: '<input name=\"q\">'. Remove it.",
    ),
    "an object is refused": text(
        '<object data="x.swf"></object>',
        "5: an embedded object is not allowed: '<object data=\"x.swf\">'. Remove it, and link to the file instead.",
    ),
    "a style is refused": text(
        "<style>body{display:none}</style>",
        "5: a style is not allowed: '<style>'. Remove it. How things look is the theme's business.",
    ),
    "a style on a tag is refused": text(
        '<span style="color:red">x</span>',
        "5: a style is not allowed: 'style=\"color:red\"'. Remove it. How things look is the theme's business.",
    ),
    "a stylesheet of another host is refused": text(
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '5: a tag that belongs in a page\'s head is not allowed: \'<link rel="stylesheet" href="https://example.org/x.css">\'. Remove it.',
    ),
    "a base address is refused": text(
        '<base href="https://example.org/">',
        "5: a tag that belongs in a page's head is not allowed: '<base href=\"https://example.org/\">'. Remove it.",
    ),
    "a refresh is refused": text(
        '<meta http-equiv="refresh" content="0;url=https://example.org">',
        '5: a tag that belongs in a page\'s head is not allowed: \'<meta http-equiv="refresh" content="0;url=https://example.org">\'. Remove it.',
    ),
    "a film is refused": text(
        '<video src="https://example.org/x.mp4"></video>',
        "5: sound, film or a choice of pictures is not allowed: '<video src=\"https://example.org/x.mp4\">'. Remove it, and link to the file instead.",
    ),
    "a picture with a second address is refused": text(
        '<img src="no.jpg" srcset="https://example.org/x.jpg 2x" alt="x">',
        "5: the attribute 'srcset' is not allowed on <img>: 'srcset=\"https://example.org/x.jpg 2x\"'. Remove it.",
        "5: the picture 'no.jpg' is not in content/images/. Put the file there and write '../../../images/name.jpg' (from where this file is).",
    ),
    "a link into a new window is refused": text(
        '<a href="good.md" target="_blank">x</a>',
        "5: the attribute 'target' is not allowed on <a>: 'target=\"_blank\"'. Remove it.",
    ),
    "a tag that is not closed is refused": text(
        "One <b>two",
        "5: '<b>' is not closed before '</p>'. Close it with </b> in the same paragraph, inside the tag around it.",
    ),
    "a tag that is closed and not opened is refused": text(
        "One</b> two",
        "5: '</b>' closes a tag that is not open. Remove it, or open the tag before it.",
    ),
    "tags closed in the wrong order are refused": text(
        "<b>One <i>two</b></i>",
        "5: '</i>' closes a tag that is not open. Remove it, or open the tag before it.",
        "5: '<i>' is not closed before '</b>'. Close it with </i> in the same paragraph, inside the tag around it.",
    ),
    "a tag cut off is refused": text(
        "One <b two",
        "5: '<b' begins a tag that never ends. End it with '>', or write &lt; where you mean the character '<'.",
    ),
    "a comment is refused": text(
        "One <!-- a secret --> two",
        "5: a comment is not allowed: '<!-- a secret -->'. Remove it: readers can see comments in the page's source.",
    ),
    "a comment that never ends is refused": text(
        "One <!-- a secret\n\ntwo",
        "5: '<!--' begins a tag that never ends. End it with '>', or write &lt; where you mean the character '<'.",
    ),
    "a processing instruction is refused": text(
        "<?php echo 1 ?>",
        "5: a processing instruction is not allowed: '<?php echo 1 ?>'. Remove it.",
    ),
    "a document type is refused": text(
        "<!DOCTYPE html>",
        "5: a document type or other declaration is not allowed: '<!DOCTYPE html>'. Remove it.",
    ),
    "a box is refused": text(
        "<div>x</div>",
        "5: a box is not allowed: '<div>'. Remove it. How things look is the theme's business.",
    ),
    "a second headline is refused": text(
        "# Big",
        "5: a second headline is not allowed: '<h1 id=\"big\">'. Start a section with '## ' instead.",
    ),
    "a tag that there is not is refused": text(
        "<blink>x</blink>",
        "5: the tag <blink> is not allowed: '<blink>'. Remove it, or write &lt; where you mean '<'.",
    ),
    "a script in the standfirst is refused": story(
        "Summary: <script>alert(1)</script>\n",
        "4: a script is not allowed: '<script>'. Remove it.",
    ),
    "a heading in the standfirst is refused": story(
        "Summary: ## Big\n",
        "4: '## Big' is more than one line of text. Write one paragraph.",
    ),
    "a script in the second note is refused with its line": story(
        "Update: 2025-08-06 10:00 UTC | One.\nUpdate: 2025-08-07 10:00 UTC | <script>x</script>\n",
        "5: a script is not allowed: '<script>'. Remove it.",
    ),
    "a script in an appeal is refused": files(
        {
            "appeals/gull.md": "Title: T\nLink: https://gull.example\nLink-Text: L\nWarning-Title: W\nWarning: B.\n\n<script>x</script>\n"
        },
        "appeals/gull.md:7: a script is not allowed: '<script>'. Remove it.",
    ),
    "a script on a page is refused": files(
        {"pages/about.md": "Title: About\n\n<script>x</script>\n"},
        "pages/about.md:3: a script is not allowed: '<script>'. Remove it.",
    ),
    "a script in a draft is refused": files(
        {
            "articles/2025/08/draft.md": "Title: A draft\nDate: 2025-08-02 09:00\nCategory: Press\nStatus: draft\n\n<script>x</script>\n"
        },
        "articles/2025/08/draft.md:6: a script is not allowed: '<script>'. Remove it.",
    ),
    "a script in the reason of a withdrawal is refused": story(
        "Status: withdrawn\nReason: <script>x</script>\n",
        "5: a script is not allowed: '<script>'. Remove it.",
    ),
    # Drawings and blocks
    "a drawing without a title is refused": text(
        "``` ranges\nDescription: d\n5 km: a\n```",
        "5: a drawing of ranges needs a title. See docs/writing.md, Drawings.",
    ),
    "a drawing without anything is refused": text(
        "``` ranges\n```",
        "5: a drawing of ranges needs 1 to 8 distances. See docs/writing.md, Drawings.",
        "5: a drawing of ranges needs a description. See docs/writing.md, Drawings.",
        "5: a drawing of ranges needs a title. See docs/writing.md, Drawings.",
    ),
    "a drawing with two titles is refused": text(
        "``` ranges\nTitle: t\nTitle: u\nDescription: d\n5 km: a\n```",
        "7: 'Title: u' is not a line of a drawing of ranges. Write 'Title: …', 'Description: …' or '1,000 km: what it is'.",
    ),
    "a drawing with a line that is none is refused with its line": text(
        "One.\n\n``` ranges\nTitle: t\nDescription: d\nfive km: a\n```",
        "7: a drawing of ranges needs 1 to 8 distances. See docs/writing.md, Drawings.",
        "10: 'five km: a' is not a line of a drawing of ranges. Write 'Title: …', 'Description: …' or '1,000 km: what it is'.",
    ),
    "a drawing with a figure that is none is refused": text(
        "``` ranges\nTitle: t\nDescription: d\n5,50 km: a\n6 km: b\n```",
        "8: '5,50 km: a' is not a line of a drawing of ranges. Write 'Title: …', 'Description: …' or '1,000 km: what it is'.",
    ),
    "a drawing of nought is refused": text(
        "``` ranges\nTitle: t\nDescription: d\n0 km: a\n```",
        "5: a drawing of ranges needs distances above zero. See docs/writing.md, Drawings.",
    ),
    "a drawing with a distance twice is refused": text(
        "``` ranges\nTitle: t\nDescription: d\n5 km: a\n5 km: b\n```",
        "5: a drawing of ranges needs each distance once. See docs/writing.md, Drawings.",
    ),
    "a drawing of nine distances is refused": text(
        "``` ranges\nTitle: t\nDescription: d\n1 km: a\n2 km: a\n3 km: a\n4 km: a\n5 km: a\n6 km: a\n7 km: a\n8 km: a\n9 km: a\n```",
        "5: a drawing of ranges needs 1 to 8 distances. See docs/writing.md, Drawings.",
    ),
    # Key points, and who says what
    "two key points are refused": story(
        "Key-point: One.\nKey-point: Two.\n",
        "4: Key-point: there are 2. Write 3 to 5, or none.",
    ),
    "one key point is refused": story("Key-point: One.\n", "4: Key-point: there is 1. Write 3 to 5, or none."),
    "six key points are refused": story(
        "".join(f"Key-point: Point {number}.\n" for number in range(6)),
        "4: Key-point: there are 6. Write 3 to 5, or none.",
    ),
    "a key point given twice is refused": story(
        "Key-point: One.\nKey-point: Two.\nKey-point: One.\n",
        "6: Key-point: 'One.' stands there twice. Keep one of the two.",
    ),
    "a long key point is refused": story(
        f"Key-point: One.\nKey-point: Two.\nKey-point: {'x' * 161}\n",
        "4: Key-point: there are 2. Write 3 to 5, or none.",
        "6: Key-point: it is 161 characters long. Keep it to 160 at most.",
    ),
    "a claim without a side is refused with its line": text(
        "One.\n\n``` claims\nA: x\nJust words.\n```",
        "9: 'Just words.' names no side. Write 'Side: what it says', 'Side: denies it' or 'Side: did not comment'.",
    ),
    "a side that says nothing is refused": text(
        "``` claims\nA: x\nB:\n```",
        "7: 'B' says nothing. Write 'Side: what it says', 'Side: denies it' or 'Side: did not comment'.",
    ),
    "one side alone is refused": text(
        "``` claims\nA: x\nA: y\n```",
        "5: only one side speaks: 'A'. Let another side speak, or say that it 'did not comment'.",
    ),
    "one side alone on a matter is refused with the matter's line": text(
        "``` claims\nOn: tea\nA: x\nB: y\nOn: milk\nA: x\n```",
        "9: only one side speaks: 'A'. Let another side speak, or say that it 'did not comment'.",
    ),
    "claims of nobody are refused": text(
        "``` claims\n```",
        "5: nobody says anything here. Let another side speak, or say that it 'did not comment'.",
    ),
    "seven sides are refused": text(
        "``` claims\n" + "".join(f"Side {number}: x\n" for number in range(7)) + "```",
        "5: 7 sides speak. Keep to 6 at most.",
    ),
    "a denial of nothing is refused": text(
        "``` claims\nA: denies it\nB: did not comment.\n```",
        "5: everybody answers and nobody claims anything. Say what it is about.",
    ),
    "a silence that speaks is refused": text(
        "``` claims\nA: x\nB: y\nB: did not comment\n```",
        "8: 'B' is silent and speaks. Delete one of the lines.",
    ),
    "a side spelt in two ways is refused": text(
        "``` claims\nRussia: x\nRUSSIA: y\n```",
        "7: 'RUSSIA' and 'Russia' are one side. Write the name in one way.",
    ),
    "a claim made twice is refused": text(
        "``` claims\nA: x\nB: y\nA: X.\n```",
        "8: 'A' says the same twice. Keep one of the two.",
    ),
    "claims with two titles are refused": text(
        "``` claims\nTitle: t\nTitle: u\nA: x\nB: y\n```",
        "7: Title is given a second time. Keep one of the two.",
    ),
    "claims of no day are refused": text(
        "``` claims yesterday\nA: x\nB: y\n```",
        "5: 'yesterday' is not a date. Write '``` claims 2025-08-05': the day on which it stood so.",
    ),
    "a claim that links to nowhere is refused with its line": text(
        "``` claims\nA: x\nB: [y](nope.md)\n```",
        "7: the link to 'articles/2025/08/nope.md' leads nowhere. Did you mean 'held.md'? Correct or remove the link.",
    ),
    "a claim with a script is refused with its line": text(
        "``` claims\nA: x\nB: <script>y</script>\n```",
        "7: a script is not allowed: '<script>'. Remove it.",
    ),
    "what is known without a day is refused": text(
        "``` known\nA.\n```",
        "5: a block of what is known needs its day. Write '``` known 2025-08-05': the day on which it stood so.",
    ),
    "what is unknown on a day with a time is refused": text(
        "``` unknown 2025-08-05 14:10\nA.\n```",
        "5: '2025-08-05 14:10' is not a day. Write '``` unknown 2025-08-05': the day on which it stood so.",
    ),
    "nothing known is refused": text(
        "``` known 2025-08-05\n```",
        "5: what we know has 0 sentences. Write 1 to 8, each on a line of its own.",
    ),
    "what is not known twice is refused": text(
        "``` unknown 2025-08-05\nA.\n- a\n```",
        "7: 'a' stands there twice. Keep one of the two.",
    ),
    # Updates
    "an update without a time is refused with its line": text(
        "One.\n\n## 2025-08-05 | a",
        "7: the update of '2025-08-05' has no time or no words. Write '## 2025-08-05 14:10 | what happened'.",
    ),
    "an update without words is refused": text(
        "## 2025-08-05 14:10",
        "5: the update of '2025-08-05 14:10' has no time or no words. Write '## 2025-08-05 14:10 | what happened'.",
    ),
    "an update of an hour that there is not is refused": text(
        "## 2025-08-05 25:10 | a",
        "5: '2025-08-05 25:10' is not a date that exists. Write '## 2025-08-05 14:10 | what happened'.",
    ),
    "two updates of one minute are refused": text(
        "## 2025-08-05 14:10 | a\n\nA.\n\n## 2025-08-05 14:10 UTC | b",
        "9: two updates are of 2025-08-05 14:10 UTC. Give one of them another minute.",
    ),
    "an update before its story is refused": text(
        "## 2025-08-05 08:59 | a",
        "5: the update of 2025-08-05 08:59 is before the story's Date. Correct one of the two.",
    ),
    "an update of tomorrow is refused": text(
        "## 2099-09-01 12:01 | a",
        "5: the update of 2099-09-01 12:01 lies in the future. Correct its time, or add it then.",
    ),
    "an update of a page is refused": files(
        {"pages/about.md": "Title: About\n\n## 2025-08-05 14:10 | a\n"},
        "pages/about.md:3: only stories have updates. Write the heading without a time.",
    ),
    # The front page
    "a package of one story is refused": files(
        {"front.md": "Package: One | articles/2025/08/good.md\n"},
        "front.md:1: Package: 'One | articles/2025/08/good.md' is no package. "
        "Write 'Package: its title | a story's file | another'.",
    ),
    "a package with a story that is not there is refused": files(
        {"front.md": "Package: Two\n    | articles/2025/08/good.md\n    | articles/2025/08/no.md\n"},
        "front.md:1: there is no story 'articles/2025/08/no.md'. Did you mean 'articles/2025/08/good.md'? "
        "Name a file as in 'articles/2025/08/story.md'.",
    ),
    "a story in a package and before it is refused": files(
        {
            "front.md": "Lead: articles/2025/08/good.md\n"
            "Package: Two | articles/2025/08/good.md | articles/2025/08/draft.md\n"
        },
        "front.md:1: 'articles/2025/08/good.md' is named twice. Name it once.",
    ),
    "a story that is to stand until no day is refused": files(
        {"front.md": "Lead: articles/2025/08/good.md until Friday\n"},
        "front.md:1: Lead: 'Friday' is not a date. Write it as 2025-08-05.",
    ),
    # Charts
    "a chart of no known form is refused": text(
        "``` chart pie\nTitle: t\nDescription: d\na | b\nc | 5\n```",
        "5: 'pie' is no form of chart. Write '``` chart' and one of: bars, bands, line, strip, locator.",
    ),
    "a chart of a misspelt form is refused": text(
        "``` chart bar\nTitle: t\nDescription: d\na | b\nc | 5\n```",
        "5: 'bar' is no form of chart. Did you mean 'bars'? Write '``` chart' and one of: bars, bands, line, strip, locator.",
    ),
    "a chart of no form is refused": text(
        "``` chart\nTitle: t\nDescription: d\na | b\nc | 5\n```",
        "5: a chart needs its form. Write '``` chart' and one of: bars, bands, line, strip, locator.",
    ),
    "a chart without title and description is refused": text(
        "``` chart bars\na | b\nc | 5\n```",
        "5: a bars chart needs a line 'Description: …'. See docs/writing.md, Charts.",
        "5: a bars chart needs a line 'Title: …'. See docs/writing.md, Charts.",
    ),
    "a locator around nothing is refused": text(
        "``` chart locator\nTitle: t\nDescription: d\na | b\nc | 5\n```",
        "5: a locator chart needs a line 'Around: …'. See docs/writing.md, Charts.",
    ),
    "a chart with a line that is none is refused with its line": text(
        "``` chart bars\nTitle: t\nDescription: d\nTittle: x\na | b\nc | 5\n```",
        "8: 'Tittle: x' is not a line of a chart. Did you mean 'Title'? Write Title: …, Description: …, Unit: …, Around: …, Data: … or cells parted by '|'.",
    ),
    "a chart with two titles is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\nTitle: u\na | b\nc | 5\n```",
        "8: Title is given a second time. Keep one of the two.",
    ),
    "a chart without rows is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b\n```",
        "5: a bars chart has 0 rows of figures. Write a heading and 1 to 16 rows.",
    ),
    "a chart of seventeen bars is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b\nc0 | 5\nc1 | 5\nc2 | 5\nc3 | 5\nc4 | 5\nc5 | 5\nc6 | 5\nc7 | 5\nc8 | 5\nc9 | 5\nc10 | 5\nc11 | 5\nc12 | 5\nc13 | 5\nc14 | 5\nc15 | 5\nc16 | 5\n```",
        "5: a bars chart has 17 rows of figures. Write a heading and 1 to 16 rows.",
    ),
    "a chart of three columns of bars is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b | c\nd | 5 | 6\n```",
        "8: the heading has 3 cells. A bars chart has 2.",
    ),
    "a row that is too short is refused with its line": text(
        "``` chart bands\nTitle: t\nDescription: d\na | b | c\nd | 5\n```",
        "9: this row has 2 cells and the heading 3. Part the cells by '|'.",
    ),
    "an empty cell is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b\nd |\n```",
        "9: a cell is empty. Fill it in, or delete the row.",
    ),
    "a bar that stands there twice is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b\nd | 5\nD | 6\n```",
        "10: 'D' stands there twice. Write each row once.",
    ),
    "a figure that is none is refused with its line": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b\nd | five\n```",
        "9: 'five' is not a number. Write 1,600 or 1.5, without a unit.",
    ),
    "a bar below nought is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\na | b\nd | -5\n```",
        "9: '-5' is below nought. A bar begins at nought; draw a line instead.",
    ),
    "a band that ends before it begins is refused": text(
        "``` chart bands\nTitle: t\nDescription: d\na | b | c\nd | 6 | 5\n```",
        "9: the band from '6' to '5' is none. Write the lower figure first, and none below nought.",
    ),
    "a line of one point is refused": text(
        "``` chart line\nTitle: t\nDescription: d\na | b\n2020 | 5\n```",
        "5: a line needs two points at least. Add a row, or draw bars.",
    ),
    "a line over words is refused": text(
        "``` chart line\nTitle: t\nDescription: d\na | b\nMay | 5\n2020 | 6\n```",
        "9: 'May' is neither a number nor a date. Write a figure, or a date as 2025, 2025-08 or 2025-08-05.",
    ),
    "a line out of order is refused": text(
        "``` chart line\nTitle: t\nDescription: d\na | b\n2020 | 5\n2019 | 6\n```",
        "10: '2019' does not come after the row before. Put the rows in order.",
    ),
    "a moment that is none is refused": text(
        "``` chart strip\nTitle: t\nDescription: d\na | b\nin May | x\n```",
        "9: 'in May' is not a day, month or year. Write 2025-08-04, 2025-08, 2025 or c. 1979, from 1700 to 2200.",
    ),
    "a day that does not exist is refused in a strip": text(
        "``` chart strip\nTitle: t\nDescription: d\na | b\n2025-02-30 | x\n```",
        "9: '2025-02-30' is not a day, month or year. Write 2025-08-04, 2025-08, 2025 or c. 1979, from 1700 to 2200.",
    ),
    "a place nowhere is refused": text(
        "``` chart locator\nTitle: t\nDescription: d\nAround: X\na | b | c\nd | 5 | up\n```",
        "10: 'up' is no direction. Write one of N, NNE, NE, ENE, E, ESE, SE, SSE, S, SSW, SW, WSW, W, WNW, NW, NNW, or nothing.",
    ),
    "a place at no distance is refused": text(
        "``` chart locator\nTitle: t\nDescription: d\nAround: X\na | b\nd | 0\n```",
        "10: '0' is no distance. Write kilometres above nought.",
    ),
    "a chart with rows and a file is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\nData: x.csv\na | b\nd | 5\n```",
        "5: a chart has rows and a file of data. Keep one of the two.",
    ),
    "a file of data that is not there is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\nData: x.csv\n```",
        "5: there is no file 'x.csv' beside the story. Put it into the same folder.",
    ),
    "a file of data from elsewhere is refused": text(
        "``` chart bars\nTitle: t\nDescription: d\nData: ../x.csv\n```",
        "5: '../x.csv' is no file of data. Name a file beside the story, as in 'ranges.csv'.",
    ),
    "what is wrong in a file of data is told with its own line": data(
        b"a,b\nc,5\nd,five\n",
        "articles/2025/08/x.csv:3: 'five' is not a number. Write 1,600 or 1.5, without a unit.",
    ),
    "a file of data with a row too short is refused": data(
        b"a,b\nc\n",
        "articles/2025/08/x.csv:2: this row has 1 cells and the heading 2. Part the cells by commas.",
    ),
    "a file of data that is no table is refused": data(
        b'a,b\n"c"d,5\n',
        "articles/2025/08/x.csv:2: this is not a table of comma-separated values (',' expected after '\"'). Save it anew as CSV.",
    ),
    "a file of data that is not UTF-8 is refused": data(
        b"a,b\n\xe9,5\n",
        "articles/2025/08/x.csv:2: this is not UTF-8 text (byte 0xe9). Save the file as UTF-8.",
    ),
    "a large file of data is refused": data(
        b"a,b\n" + b"c,5\n" * 5000,
        "articles/2025/08/x.csv:1: it has 20004 bytes. Keep it to 16384 at most.",
    ),
    "a file of data that no chart reads is refused": files(
        {"articles/2025/08/x.csv": "a,b\nc,5\n"},
        "articles/2025/08/x.csv:1: no chart reads 'x.csv'. Write 'Data: x.csv' in a chart of a story in its folder, or delete it.",
    ),
    "a block with a misspelt kind is refused": text(
        "``` clams\nA: x\n```",
        "5: unknown block 'clams'. Did you mean 'claims'?",
    ),
    "a drawing that is not closed is refused": text(
        "``` ranges\nTitle: t\nDescription: d\n5 km: a\n\nText.",
        "5: '``` ranges' opens a block that is not closed. Close it with a line '```'.",
    ),
    "a misspelt drawing is refused, not printed": text(
        "``` range\nTitle: t\nDescription: d\n5 km: a\n```",
        "5: unknown block 'range'. Did you mean 'ranges'?",
    ),
    "an indented drawing is refused, not printed": text(
        "   ``` ranges\n   Title: t\n   ```",
        "5: a block begins at the start of a line. Take the spaces before it away.",
    ),
    "a code block that is not closed is refused": text(
        "```\nprint(1)\n\nText.",
        "5: '```' opens a block that is not closed. Close it with a line '```'.",
    ),
    "a text nested too deeply is refused": text(
        "1. " * 3000,
        "5: lists or quotations are nested too deeply. Take them apart.",
    ),
    # Sources, notes, appeals, pages, the front page
    "a source without an address is refused": story(
        "Source: The Gull\n",
        "4: Source: 'The Gull' is not a source. Write 'name | 2025-08-05 | https://… | note'; date and note may be empty.",
    ),
    "a source without a name is refused": story(
        "Source: | 2025-08-05 | https://gull.example\n",
        "4: Source: '| 2025-08-05 | https://gull.example' is not a source. Write 'name | 2025-08-05 | https://… | note'; date and note may be empty.",
    ),
    "a source by plain http is refused": story(
        "Based-on: The Gull | | http://gull.example\n",
        "4: Based-on: 'http://gull.example' is not https. Write the whole address, as in https://example.org/story.",
    ),
    "a source that runs a script is refused": story(
        "Based-on: The Gull | | javascript:alert(1)\n",
        "4: Based-on: 'javascript:alert(1)' is not a well-formed address. Write the whole address, as in https://example.org/story.",
    ),
    "a source with an ambiguous date is refused": story(
        "Source: The Gull | 03/04/2026 | https://gull.example\n",
        "4: Source: '03/04/2026' is not a date. It can be read in two ways: write the year first, as in 2025-08-05.",
    ),
    "a source with five parts is refused": story(
        "Source: The Gull | | https://gull.example | a | b\n",
        "4: Source: 'b' is not known of a source. " + AFTER_THE_NOTE,
    ),
    "a misspelt kind of source is refused": story(
        "Source: The Gull | | https://gull.example | a | outlets\n",
        "4: Source: 'outlets' is not known of a source. Did you mean 'outlet'? " + AFTER_THE_NOTE,
    ),
    "a source of two kinds is refused": story(
        "Source: The Gull | | https://gull.example | a | outlet | wire\n",
        "4: Source: 'wire' comes after another of its sort. Keep one of the two.",
    ),
    "an outlet without an address is refused": story(
        "Source: The Gull | | | a | outlet\n",
        "4: Source: 'The Gull' has no address. Write 'name | 2025-08-05 | https://… | note'; date and note may be empty. "
        "A document, an interview and somebody unnamed need no address.",
    ),
    "somebody anonymous without a reason is refused": story(
        "Source: A sailor | | | a | anonymous\n",
        "4: Source: somebody is anonymous without a reason. Write 'anonymous: why they are not named'.",
    ),
    "somebody anonymous with an address is refused": story(
        "Source: A sailor | | https://sailor.example | a | anonymous: afraid\n",
        "4: Source: 'A sailor' is anonymous and has an address. Delete the address: it names somebody.",
    ),
    "an archived copy without an address is refused": story(
        "Source: The Gull | | https://gull.example | a | archived 2025-08-06\n",
        "4: Source: '2025-08-06' is no archived copy. Write 'archived 2025-08-06 https://…': its day and address.",
    ),
    "an archived copy of no day is refused": story(
        "Source: The Gull | | https://gull.example | a | archived lately https://a.example\n",
        "4: Source: 'lately' is not a date. Write it as 2025-08-05.",
    ),
    "an archived copy by plain http is refused": story(
        "Source: The Gull | | https://gull.example | a | archived 2025-08-06 http://a.example\n",
        "4: Source: 'http://a.example' is not https. Write the whole address, as in https://example.org/story.",
    ),
    "an archived copy older than its source is refused": story(
        "Source: The Gull | 2025-08-05 | https://gull.example | a | archived 2025-08-04 https://a.example\n",
        "4: Source: the copy of 2025-08-04 is older than the source (2025-08-05). Correct one of the two.",
    ),
    "a source that is its own archived copy is refused": story(
        "Source: The Gull | | https://gull.example | a | archived 2025-08-04 https://gull.example\n",
        "4: Source: the archived copy has the source's own address. Name the address of the copy.",
    ),
    "nothing that was not seen is refused": story(
        "Based-on: The Gull | | https://gull.example | a | not seen:\n",
        "4: Based-on: what was not seen is missing. Write 'not seen: what of it we did not see ourselves'.",
    ),
    "a correction without a date is refused": story(
        "Correction: It was wrong.\n",
        "4: Correction: 'It was wrong.' has no date or no words. Write '2025-08-05 14:10 UTC | what was wrong and what is right'.",
    ),
    "a correction without words is refused": story(
        "Correction: 2025-08-06 10:00 UTC |\n",
        "4: Correction: '2025-08-06 10:00 UTC |' has no date or no words. Write '2025-08-05 14:10 UTC | what was wrong and what is right'.",
    ),
    "a correction with an impossible date is refused": story(
        "Correction: 2025-02-30 10:00 UTC | It was wrong.\n",
        "4: Correction: '2025-02-30 10:00 UTC' is not a date that exists. Write it as 2025-08-05 14:10.",
    ),
    "a clarification before the story is refused with its own line": story(
        "Clarification: 2025-08-06 10:00 UTC | One.\nClarification: 2025-08-01 10:00 UTC | Two.\n",
        "5: Clarification: 2025-08-01 10:00 is before the story's Date. Correct the date of the note.",
    ),
    "an appeal that is not there is refused": story(
        "Appeal: gul\n",
        "4: there is no appeal 'gul'. Did you mean 'gull'? Write 'none' or one of: gull.",
    ),
    "an appeal without its fields is refused with all of them": files(
        {"appeals/gull.md": "Title: T\n\nText.\n"},
        "appeals/gull.md:1: Link is missing. Add a line 'Link: …' (the address that takes support).",
        "appeals/gull.md:1: Link-Text is missing. Add a line 'Link-Text: …' (the words of the link).",
        "appeals/gull.md:1: Warning is missing. Add a line 'Warning: …' (one sentence).",
        "appeals/gull.md:1: Warning-Title is missing. Add a line 'Warning-Title: …' (the heading of the warning).",
    ),
    "an appeal by plain http is refused": files(
        {
            "appeals/gull.md": "Title: T\nLink: http://gull.example\nLink-Text: L\nWarning-Title: W\nWarning: B.\n\nText.\n"
        },
        "appeals/gull.md:2: Link: 'http://gull.example' is not https. Write the whole address, as in https://example.org/story.",
    ),
    "an appeal that is nameless is refused": files(
        {"appeals/gull.md": "Title: T\nLink: https://gull.example\nLink-Text:\nWarning-Title: W\nWarning:\n\nText.\n"},
        "appeals/gull.md:3: Link-Text: it is empty. Fill it in or delete the line.",
        "appeals/gull.md:5: Warning: it is empty. Fill it in or delete the line.",
    ),
    "a page with a template that there is not is refused": files(
        {"pages/about.md": "Title: About\nTemplate: suport\n\nText.\n"},
        "pages/about.md:2: Template: 'suport' is not known. Did you mean 'support'? Write one of: page, support, privacy, corrections.",
    ),
    "a page with a place that is none is refused": files(
        {"pages/about.md": "Title: About\nOrder: first\n\nText.\n"},
        "pages/about.md:2: Order: 'first' is not a place. Write a number from 1 to 99.",
    ),
    "a front page that names nothing is refused": files(
        {"front.md": "Lead: articles/2025/08/goood.md\n"},
        "front.md:1: there is no story 'articles/2025/08/goood.md'. Did you mean 'articles/2025/08/good.md'? Name a file as in 'articles/2025/08/story.md'.",
    ),
    "a front page that names a page is refused": files(
        {"front.md": "Lead: pages/about.md\n"},
        "front.md:1: there is no story 'pages/about.md'. Name a file as in 'articles/2025/08/story.md'.",
    ),
    "a front page that names a story twice is refused": files(
        {"front.md": "Lead: articles/2025/08/good.md\nSecond: articles/2025/08/good.md\n"},
        "front.md:1: 'articles/2025/08/good.md' is named twice. Name it once.",
    ),
    "a front page with a misspelt field is refused": files(
        {"front.md": "Lead: articles/2025/08/good.md\nSecnd: articles/2025/08/good.md\n"},
        "front.md:2: unknown field 'Secnd'. Did you mean 'Second'?",
    ),
    "a front page whose plan goes on after an empty line is refused": files(
        {"front.md": "Lead: articles/2025/08/good.md\n\nSecond: articles/2025/08/no.md\n"},
        "front.md:3: 'Second: articles/2025/08/no.md' stands below the line that ends the fields. Take the empty line above it away, or begin the text with other words.",
    ),
    "a story without a text is refused": files(
        {BAD: HEAD},
        "articles/2025/08/bad.md:5: the story has no text. Write it, or set 'Status: draft'.",
    ),
    # Places
    "a folder that nothing reads is refused with the nearest": files(
        {"artciles/2025/08/lost.md": HEAD + "\nText.\n"},
        "artciles:1: nothing reads 'artciles'. Did you mean 'articles'? Here lie articles, pages, appeals, glossary, storylines, images, extra, published, front.md.",
    ),
    "a story at the top of content is refused": files(
        {"lost.md": HEAD + "\nText.\n"},
        "lost.md:1: nothing reads 'lost.md'. Did you mean 'front.md'? Here lie articles, pages, appeals, glossary, storylines, images, extra, published, front.md.",
    ),
    "a story in another format is refused": files(
        {"articles/2025/08/lost.rst": "Lost\n"},
        "articles/2025/08/lost.rst:1: 'lost.rst' is not a Markdown file (.md). Move pictures to content/images/ and other files to content/extra/.",
    ),
    "a story with its ending in capitals is refused": files(
        {"articles/2025/08/LOST.MD": HEAD + "\nText.\n"},
        "articles/2025/08/LOST.MD:1: 'LOST.MD' is not a Markdown file (.md). Move pictures to content/images/ and other files to content/extra/.",
    ),
    "a picture among the stories is refused": files(
        {"articles/2025/08/pier.jpg": b"\xff\xd8"},
        "articles/2025/08/pier.jpg:1: 'pier.jpg' is not a Markdown file (.md). Move pictures to content/images/ and other files to content/extra/.",
    ),
}


def link(path: str, target: str) -> SetUp:
    """Make a symbolic link below content/."""

    def set_up(content: Path) -> None:
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).symlink_to(target)

    return set_up


def pipe(path: str) -> SetUp:
    """Make a named pipe below content/: whoever opens it waits for ever."""

    def set_up(content: Path) -> None:
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(content / path)

    return set_up


def file_for_folder(content: Path) -> None:
    (content / "extra").mkdir()
    (content / "pages/about.md").unlink()
    (content / "pages").rmdir()
    (content / "pages").write_text("Title: About\n", encoding="utf-8")


SHOWN = "![A pier](../../../images/pier.jpg)"

ODD_FILES: dict[str, Bad] = {
    "a story that is a symbolic link is refused": files(
        {},
        "articles/2025/08/link.md:1: this is a symbolic link. Put the file itself there.",
        set_up=link("articles/2025/08/link.md", "/etc/hostname"),
    ),
    "a folder of stories that is a symbolic link is refused": files(
        {},
        "articles/other:1: this is a symbolic link. Put the file itself there.",
        set_up=link("articles/other", "/etc"),
    ),
    "a story that is a pipe is refused, not waited for": files(
        {},
        "articles/2025/08/pipe.md:1: this is not an ordinary file. Put the file itself there.",
        set_up=pipe("articles/2025/08/pipe.md"),
    ),
    "a front page that is a symbolic link is refused, not read": files(
        {},
        "front.md:1: this is not an ordinary file. Put the file itself there.",
        set_up=link("front.md", "/etc/passwd"),
    ),
    "a front page that is a pipe is refused, not waited for": files(
        {},
        "front.md:1: this is not an ordinary file. Put the file itself there.",
        set_up=pipe("front.md"),
    ),
    "a picture that is a symbolic link is refused": files(
        {BAD: f"{HEAD}\n{SHOWN}\n"},
        f"{BAD}:5: the picture 'images/pier.jpg' is not an ordinary file in content/images/. Put the file itself there.",
        set_up=link("images/pier.jpg", "/etc/hostname"),
    ),
    "a picture in a folder that is a symbolic link is refused": files(
        {BAD: f"{HEAD}\n![A pier](../../../images/etc/hostname.jpg)\n"},
        f"{BAD}:5: the picture 'images/etc/hostname.jpg' is not an ordinary file in content/images/. Put the file itself there.",
        set_up=link("images/etc", "/etc"),
    ),
    "a picture that is a pipe is refused, not waited for": files(
        {BAD: f"{HEAD}\n{SHOWN}\n"},
        f"{BAD}:5: the picture 'images/pier.jpg' is not an ordinary file in content/images/. Put the file itself there.",
        set_up=pipe("images/pier.jpg"),
    ),
    "a file in the place of a folder is refused": files(
        {},
        "pages:1: this is not a folder. Make it one, or delete it.",
        set_up=file_for_folder,
    ),
}


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in (CASES | ODD_FILES).items()])
def test_what_is_wrong_is_refused_in_these_words(tmp_path: Path, bad: Bad) -> None:
    desk = read_desk(bad.lay_out(tmp_path / "content"), RULES)

    assert lines_of(SiteError(desk.problems)) == list(bad.said)


def test_the_good_files_are_not_refused(tmp_path: Path) -> None:
    desk = read_desk(lay_out(tmp_path / "content", GOOD), RULES)

    assert list(map(str, desk.problems)) == []


def test_the_table_is_as_long_as_promised() -> None:
    assert len(CASES) >= 90


# What is passed over must leave no trace: neither a problem nor a story.
@pytest.mark.parametrize(
    "path",
    [
        "articles/2025/08/.hidden.md",
        "articles/.folder/story.md",
        "articles/.well-known/story.md",
        "articles/2025/08/story.md~",
        "articles/2025/08/#story.md#",
        "articles/2025/08/.#story.md",
        "articles/2025/08/.story.md.swp",
        "articles/2025/08/story.md.bak",
        "articles/2025/08/story.md.orig",
        "articles/.DS_Store",
        "pages/Thumbs.db",
        ".gitkeep",
        "front.md~",
    ],
)
def test_hidden_files_and_what_editors_leave_are_passed_over(tmp_path: Path, path: str) -> None:
    desk = read_desk(lay_out(tmp_path / "content", {**GOOD, path: b"\xff a secret"}), RULES)

    assert list(map(str, desk.problems)) == []
    assert sorted(desk.documents) == sorted(GOOD)


def test_a_file_whose_name_begins_with_a_number_sign_is_a_story(tmp_path: Path) -> None:
    desk = read_desk(lay_out(tmp_path / "content", {**GOOD, "articles/2025/08/#1-song.md": HEAD + TEXT}), RULES)

    assert list(map(str, desk.problems)) == []
    assert desk.documents["articles/2025/08/#1-song.md"].address == "2025/08/1-song.html"


# --- What goes out beside the pages -----------------------------------------------------------------

PDF = b"%PDF-1.4\n1 0 obj\n<< /Author (Ann Lund) >>\nendobj\ntrailer\n<< /Info 1 0 R >>\n%%EOF\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n{}\n</svg>\n'


def shown(name: str, data: str | bytes, *said: str) -> Bad:
    """A picture that a story shows."""
    return files({BAD: f"{HEAD}\n![A pier](../../../images/{name})\n", f"images/{name}": data}, *said)


BESIDE: dict[str, Bad] = {
    "a PNG that is called a JPEG is refused": shown(
        "pier.jpg",
        picture("PNG"),
        "images/pier.jpg:1: 'images/pier.jpg' is not what its ending says, but a PNG picture. "
        "Rename it: its ending must be '.png'.",
    ),
    "a page that is called a picture is refused": shown(
        "pier.png",
        "<!doctype html><script>alert(1)</script>",
        "images/pier.png:1: 'images/pier.png' cannot be read as a picture: "
        "it is not a JPEG, PNG, GIF, WebP or AVIF picture. Save the picture anew.",
    ),
    "a picture cut off is refused": shown(
        "pier.jpg",
        picture()[:200],
        "images/pier.jpg:1: 'images/pier.jpg' cannot be read as a picture: it is cut off. Save the picture anew.",
    ),
    "an empty picture is refused": shown(
        "pier.jpg",
        b"",
        "images/pier.jpg:1: 'images/pier.jpg' cannot be read as a picture: "
        "it is not a JPEG, PNG, GIF, WebP or AVIF picture. Save the picture anew.",
    ),
    "a picture named like a rendition is refused": shown(
        "pier.jpg-480.webp",
        picture("WEBP"),
        "images/pier.jpg-480.webp:1: 'images/pier.jpg-480.webp' has a name that the site gives. "
        "Give it one without '-' and a width.",
    ),
    "a drawing with a script is refused": shown(
        "map.svg",
        SVG.format("<script>alert(1)</script>"),
        "images/map.svg:2: a script is not allowed in a drawing: '<script>'. Remove it.",
    ),
    "a drawing with an event handler is refused": shown(
        "map.svg",
        SVG.format('<path d="M0 0h9" onclick="alert(1)"/>'),
        "images/map.svg:2: an event handler is not allowed in a drawing: 'onclick=alert(1)'. Remove it.",
    ),
    "a drawing that loads from outside is refused": shown(
        "map.svg",
        SVG.format('<image href="https://example.org/x.png"/>'),
        "images/map.svg:2: a drawing may not refer to anything outside itself: 'href=https://example.org/x.png'. Remove it.",
    ),
    "a drawing with its editor's data is refused": shown(
        "map.svg",
        SVG.format("<!-- drawn by Ann Lund -->"),
        "images/map.svg:2: editor's data is not allowed in a drawing: '<!--drawn by Ann Lund-->'. "
        "Save it anew as an optimised SVG, without metadata, comments and editor's data; then look into the file.",
    ),
    "a PDF that names its author is refused": files(
        {"extra/report.pdf": PDF},
        "extra/report.pdf:1: 'report.pdf' may not go out as it is: it names an author (/Author). "
        "Save it without its author's data, or leave it out.",
    ),
    "a file that cannot be looked into is refused": files(
        {"extra/film.mp4": b"\0\0\0\x18ftypmp42"},
        "extra/film.mp4:1: a file that ends in '.mp4' cannot be checked for author data; .asc, .csv, .docx, .geojson, "
        ".json, .odp, .ods, .odt, .pdf, .pptx, .tsv, .txt, .vtt, .xlsx can. Save it without its author's data, or leave it out.",
    ),
    "a page among the extra files is refused": files(
        {"extra/index.html": "<p>"},
        "extra/index.html:1: a file that ends in '.html' cannot be checked for author data; .asc, .csv, .docx, .geojson, "
        ".json, .odp, .ods, .odt, .pdf, .pptx, .tsv, .txt, .vtt, .xlsx can. Save it without its author's data, or leave it out.",
    ),
    "a misspelt field and a wrong picture are told in one run": files(
        {BAD: f"{HEAD}Kiker: A\n\n{SHOWN}\n", "images/pier.jpg": picture("PNG")},
        f"{BAD}:4: unknown field 'Kiker'. Did you mean 'Kicker'?",
        "images/pier.jpg:1: 'images/pier.jpg' is not what its ending says, but a PNG picture. "
        "Rename it: its ending must be '.png'.",
    ),
    "an extra file that is a symbolic link is refused": files(
        {},
        "extra/passwd.txt:1: this is a symbolic link. Put the file itself there.",
        set_up=link("extra/passwd.txt", "/etc/passwd"),
    ),
    "an extra file that is a pipe is refused, not waited for": files(
        {},
        "extra/pipe.txt:1: this is not an ordinary file. Put the file itself there.",
        set_up=pipe("extra/pipe.txt"),
    ),
}


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in BESIDE.items()])
def test_what_is_wrong_beside_the_pages_is_refused_in_these_words(tmp_path: Path, bad: Bad) -> None:
    bad.lay_out(tmp_path / "content")

    with desk_read.connected_to(check_media):
        desk = read_desk(tmp_path / "content", RULES)

    assert lines_of(SiteError(desk.problems)) == list(bad.said)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("pier.jpg", picture(), id="JPEG"),
        pytest.param("pier.png", picture("PNG"), id="PNG"),
        pytest.param("pier.webp", picture("WEBP"), id="WebP"),
        pytest.param("map.svg", SVG.format('<path d="M0 0h9"/>').encode(), id="SVG"),
    ],
)
def test_a_clean_picture_of_each_kind_is_not_refused(tmp_path: Path, name: str, data: bytes) -> None:
    shown(name, data).lay_out(tmp_path / "content")

    with desk_read.connected_to(check_media):
        desk = read_desk(tmp_path / "content", RULES)

    assert list(map(str, desk.problems)) == []


# --- Settings ---------------------------------------------------------------------------------------

RIGHT = {"SITENAME": "Gazette", "SECTIONS": (("arms", "Arms"),)}
WRONG_SETTINGS = {
    "a newspaper without a name": ("SITENAME", "", "the newspaper's name"),
    "a name that is a number": ("SITENAME", 5, "the newspaper's name"),
    "a name of two lines": ("SITENAME", "A\nB", "the newspaper's name"),
    "an origin with a slash at its end": (
        "SITE_ORIGIN",
        "https://paper.org/",
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin by plain http": (
        "SITE_ORIGIN",
        "http://paper.org",
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin without a scheme": (
        "SITE_ORIGIN",
        "paper.org",
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin with a query": (
        "SITE_ORIGIN",
        "https://paper.org/?a",
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin with a space": (
        "SITE_ORIGIN",
        "https://pa per.org",
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin with a quotation mark": (
        "SITE_ORIGIN",
        'https://paper.org"onclick="x',
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin with a port that is none": (
        "SITE_ORIGIN",
        "https://paper.org:x",
        "'https://host' without a slash at its end, or empty",
    ),
    "an origin cut off": ("SITE_ORIGIN", "https://[::1", "'https://host' without a slash at its end, or empty"),
    "two sections of one name": (
        "SECTIONS",
        (("arms", "Arms"), ("war", "Arms")),
        "a list of ('slug', 'Name'), each slug and name once, none of the site's own",
    ),
    "a demonstration of nobody": (
        "DEMONSTRATION_NOTE",
        "A {nme}.",
        "one line; {name} stands for the site's name",
    ),
    "an origin that is nothing": ("SITE_ORIGIN", None, "'https://host' without a slash at its end, or empty"),
    "a language that is none": ("DEFAULT_LANG", "English", "a language tag such as 'en'"),
    "languages as one word": ("LANGUAGES", "en", "a list of language tags such as ['en', 'ru']"),
    "sections as one word": (
        "SECTIONS",
        "arms",
        "a list of ('slug', 'Name'), each slug and name once, none of the site's own",
    ),
    "sections without names": (
        "SECTIONS",
        ("arms", "press"),
        "a list of ('slug', 'Name'), each slug and name once, none of the site's own",
    ),
    "a section twice": (
        "SECTIONS",
        (("arms", "A"), ("arms", "B")),
        "a list of ('slug', 'Name'), each slug and name once, none of the site's own",
    ),
    "a section at an address of the site's own": (
        "SECTIONS",
        (("topics", "Topics"),),
        "a list of ('slug', 'Name'), each slug and name once, none of the site's own",
    ),
    "a colour in words": (
        "ACCENT",
        {"light": "red", "dark": "#ffffff"},
        "{'light': '#rrggbb', 'dark': '#rrggbb'}",
    ),
    "a colour with a rule after it": (
        "ACCENT",
        {"light": "#000000}body{display:none", "dark": "#ffffff"},
        "{'light': '#rrggbb', 'dark': '#rrggbb'}",
    ),
    "a byline that is nothing": ("AUTHOR", None, "the byline of stories that name nobody, or empty"),
    "a flag in words": ("DEMONSTRATION", "yes", "True or False"),
    "a flag in numbers": ("LEDGER", 1, "True or False"),
    "a number in words": ("STORIES_PER_PAGE", "15", "a number from 1 to 100"),
    "a number that is a flag": ("FEED_STORIES", True, "a number from 1 to 100"),
    "no stories on a page": ("STORIES_PER_PAGE", 0, "a number from 1 to 100"),
    "days before today": ("TAKE_AWAY_DAYS", -1, "a number of days, 0 for none, or 'all'"),
    "days in words": ("TAKE_AWAY_DAYS", "a year", "a number of days, 0 for none, or 'all'"),
    "days that are a flag": ("TAKE_AWAY_DAYS", True, "a number of days, 0 for none, or 'all'"),
    "no section of the site's own": (
        "SECTIONS",
        [("copies", "Copies")],
        "a list of ('slug', 'Name'), each slug and name once, none of the site's own",
    ),
    "a licence by plain http": ("CONTENT_LICENSE", "http://example.org", "the address of a licence, or empty"),
    "a contact that is none": ("SECURITY_CONTACT", "the desk", "'mailto:…' or 'https://…', or empty"),
    "an end that is no date": ("SECURITY_EXPIRES", "soon", "a date such as '2026-12-31', or empty"),
    "redirects as a list": ("REDIRECTS", ["a.html"], "{'old/address.html': 'address.html', …}"),
    "a redirect that climbs out": (
        "REDIRECTS",
        {"../a.html": "b.html"},
        "{'old/address.html': 'address.html', …}",
    ),
    "a redirect that runs a script": (
        "REDIRECTS",
        {"a.html": "javascript:alert(1)"},
        "{'old/address.html': 'address.html', …}",
    ),
}


@pytest.mark.parametrize(("name", "value", "must_be"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS.keys())
def test_a_wrong_setting_is_refused_in_these_words(name: str, value: object, must_be: str) -> None:
    with pytest.raises(SiteError) as refused:
        checked(RIGHT | {name: value})

    said = [line.split(": ", 1)[1] for line in lines_of(refused.value)]
    assert [line for line in said if line.startswith(f"{name} = ")] == [
        f"{name} = {value!r} is not right. It must be {must_be}."
    ]


def test_all_wrong_settings_are_told_in_one_run() -> None:
    with pytest.raises(SiteError) as refused:
        checked(RIGHT | {"SITENAME": "", "DEMONSTRATION": 1, "FEED_STORIES": 0})

    assert len(lines_of(refused.value)) == 3


# --- Whole builds -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A newspaper that has put out an edition."""
    paper = Paper.found(tmp_path_factory.mktemp("printed"), GOOD)
    done = paper.html()
    assert done.status == 0, done.err
    return paper


def refused(paper: Paper, before: Mapping[str, bytes], **environment: str) -> Built:
    """Build a newspaper, and see that it is refused and that readers keep the last edition."""
    done = paper.html(**environment)
    assert done.status == 1, done.out
    assert "Traceback" not in done.err
    assert paper.output == before
    left = [path.name for path in (paper.root / ".output-workshop").iterdir() if path.is_dir()]
    assert [name for name in left if not name.startswith("kept-")] == []
    return done


BUILDS = CASES | ODD_FILES | BESIDE
SAMPLE = [
    "two misspelt fields in one story are both told in one run",
    "two files that differ by case are refused",
    "a link to a draft is refused",
    "a script is refused",
    "a file in Latin-1 is refused with the line of the first such letter",
    "a front page that is a pipe is refused, not waited for",
    "a PNG that is called a JPEG is refused",
    "a PDF that names its author is refused",
]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_build_refuses_what_is_wrong_and_readers_keep_the_last_edition(
    tmp_path: Path, printed: Paper, name: str
) -> None:
    paper = printed.copy(tmp_path / "paper").write(BUILDS[name].files)
    BUILDS[name].set_up(paper.root / "content")

    done = refused(paper, printed.output)

    assert done.problems == list(BUILDS[name].said)
    count = f"{len(done.problems)} problem{'s' if len(done.problems) > 1 else ''}"
    assert done.err.rstrip().split("\n")[-1].startswith(count + PUBLISHED_NOTHING)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BUILDS if name not in SAMPLE])
def test_every_other_build_refuses_what_is_wrong_as_well(
    tmp_path: Path, printed: Paper, press_room: PressRoom, name: str
) -> None:
    paper = printed.copy(tmp_path / "paper").write(BUILDS[name].files)
    BUILDS[name].set_up(paper.root / "content")

    done = press_room.build(paper)

    assert (done.status, done.problems) == (1, list(BUILDS[name].said))
    assert paper.output == printed.output


def theme_of(paper: Paper) -> Path:
    """Give a newspaper a theme of its own, to be spoilt."""
    theme, real = paper.root / "theme", (paper.root / "theme").resolve()
    theme.unlink()
    for path in real.rglob("*"):
        target = theme / path.relative_to(real)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return theme


def without_template(paper: Paper) -> None:
    (theme_of(paper) / "templates" / "article.html").unlink()


def with_undefined_name(paper: Paper) -> None:
    template = theme_of(paper) / "templates" / "article.html"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("{% block main %}", "{% block main %}{{ artcle.title }}"), encoding="utf-8")


def without_words(paper: Paper) -> None:
    (theme_of(paper) / "words" / "en.toml").unlink()


def without_a_word(paper: Paper) -> None:
    words = theme_of(paper) / "words" / "en.toml"
    lines = words.read_text(encoding="utf-8").splitlines()
    words.write_text("\n".join(line for line in lines if not line.startswith("skip =")), encoding="utf-8")


def with_failing_plugin(paper: Paper) -> None:
    (paper.root / "failing.py").write_text(
        "from pelican import signals\n\n\ndef fail(generators):\n    raise ZeroDivisionError('no such story')\n\n\n"
        "def register():\n    signals.all_generators_finalized.connect(fail)\n",
        encoding="utf-8",
    )
    paper.set('PLUGINS = [*PLUGINS, "failing"]')


def with_plugin_that_cannot_register(paper: Paper) -> None:
    (paper.root / "broken.py").write_text("def register():\n    raise ZeroDivisionError('no desk')\n", encoding="utf-8")
    paper.set('PLUGINS = [*PLUGINS, "broken"]')


REDIRECTS = "Write {'old/address.html': 'address.html'}, from what is no longer there to what is."
SPOILT: dict[str, tuple[Callable[[Paper], object], str]] = {
    "a missing template": (
        without_template,
        "theme/templates/article.html:1: There is no template 'article.html' in the theme. "
        "Write it, or correct the name where it is asked for.",
    ),
    "a name that no template knows": (
        with_undefined_name,
        "theme/templates/article.html:LINE: UndefinedError: 'artcle' is undefined. "
        "Mend it; `pelican -D` shows how it came to that.",
    ),
    "a theme without words": (
        without_words,
        "theme/words/en.toml:1: the theme has no words in 'en'. Copy en.toml there and translate it.",
    ),
    "a theme without one word": (
        without_a_word,
        "theme/words/en.toml:1: there is no word 'skip'. Add a line 'skip = \"…\"'.",
    ),
    "a plugin that fails": (
        with_failing_plugin,
        "failing.py:5: ZeroDivisionError: no such story. Mend it; `pelican -D` shows how it came to that.",
    ),
    "a plugin that cannot register": (
        with_plugin_that_cannot_register,
        "broken.py:2: Cannot register plugin `broken` (ZeroDivisionError: no desk). "
        "Mend it: Pelican would pass over it and publish the rest.",
    ),
    "a plugin that is not there": (
        lambda paper: paper.set('PLUGINS = [*PLUGINS, "nowhere"]'),
        "Cannot load plugin `nowhere` Cannot import plugin `nowhere`. "
        "Mend it: Pelican would pass over it and publish the rest.",
    ),
    "a misspelt setting": (
        lambda paper: paper.set('SITE_ORGIN = "https://paper.org"'),
        "pelicanconf.py:LINE: Unknown setting 'SITE_ORGIN'. Did you mean 'SITE_ORIGIN'? "
        "Correct it, or add it to KNOWN_SETTINGS.",
    ),
    "a setting of the wrong type": (
        lambda paper: paper.set("STORIES_PER_PAGE = '15'"),
        "pelicanconf.py:LINE: STORIES_PER_PAGE = '15' is not right. It must be a number from 1 to 100.",
    ),
    "sections of the wrong type": (
        lambda paper: paper.set("SECTIONS = 'arms'"),
        "pelicanconf.py:LINE: SECTIONS is not right. It must be a list of ('slug', 'Name').",
    ),
    "a language without words": (
        lambda paper: paper.set("DEFAULT_LANG = 'de'"),
        "theme/words/de.toml:1: the theme has no words in 'de'. Copy en.toml there and translate it.",
    ),
    "a demonstration of nobody": (
        lambda paper: paper.set("DEMONSTRATION = True\nDEMONSTRATION_NOTE = 'A {nme}'"),
        "pelicanconf.py:LINE: DEMONSTRATION_NOTE = 'A {nme}' is not right. "
        "It must be one line; {name} stands for the site's name.",
    ),
    "drafts meant for readers": (
        lambda paper: paper.set("SHOW_UNPUBLISHED = True"),
        "pelicanconf.py:LINE: SHOW_UNPUBLISHED would put drafts into output/, where readers get them. "
        "See them with `make dev`, or name another folder with `pelican -o`.",
    ),
    "a redirect to nowhere": (
        lambda paper: paper.set("REDIRECTS = {'a.html': 'nowhere.html'}"),
        f"pelicanconf.py:LINE: REDIRECTS: there is no page 'nowhere.html'. {REDIRECTS}",
    ),
    "an extra file in the place of the site's own": (
        lambda paper: paper.write({"extra/robots.txt": "Text.\n"}),
        "content/extra/robots.txt:1: the site has a 'robots.txt' of its own. Give it another name.",
    ),
    "a redirect to itself": (
        lambda paper: paper.set("REDIRECTS = {'a.html': 'a.html'}"),
        f"pelicanconf.py:LINE: REDIRECTS: 'a.html' is an address that the site has. {REDIRECTS}",
    ),
    "a redirect in the place of a page": (
        lambda paper: paper.set("REDIRECTS = {'about.html': 'index.html'}"),
        f"pelicanconf.py:LINE: REDIRECTS: 'about.html' is an address that the site has. {REDIRECTS}",
    ),
    "a redirect in the place of an alias": (
        lambda paper: paper.edit("pages/about.md", "Title:", "Aliases: old.html\nTitle:").set(
            "REDIRECTS = {'old.html': 'index.html'}"
        ),
        f"pelicanconf.py:LINE: REDIRECTS: 'old.html' is an address that the site has. {REDIRECTS}",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT.keys())
def test_a_build_refuses_a_spoilt_newsroom_and_readers_keep_the_last_edition(
    tmp_path: Path, printed: Paper, spoil: Callable[[Paper], object], said: str
) -> None:
    paper = printed.copy(tmp_path / "paper")
    spoil(paper)

    done = refused(paper, printed.output)

    number = re.search(r":(\d+): ", done.problems[0])
    assert done.problems == [said.replace("LINE", number[1] if number else "1")]


def test_a_moment_to_rehearse_that_is_none_is_refused(tmp_path: Path, printed: Paper) -> None:
    done = refused(printed.copy(tmp_path / "paper"), printed.output, NOW="tomorrow")

    assert done.problems == ["NOW:1: 'tomorrow' is not a date. Write it as 2025-08-05 14:10 (UTC)."]


def test_make_check_says_the_same_as_the_build_and_writes_nothing(tmp_path: Path, printed: Paper) -> None:
    name = "two misspelt fields in one story are both told in one run"
    paper = printed.copy(tmp_path / "paper").write(CASES[name].files)

    done = paper.run("plugins.site.check")

    assert (done.status, done.problems) == (1, list(CASES[name].said))
    assert paper.output == printed.output
