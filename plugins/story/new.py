"""Write the file of a new story, ready to fill: `make new TITLE="…" SECTION=…`.

The title and the section come from the environment, so that no quote or dollar sign in a title
meets a shell. An existing file is never written over.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

from pelican.settings import read_settings

from plugins.story.clock import now
from plugins.story.desk import slug_of
from plugins.story.fields import LONGEST_SLUG, Rules, line_of_text, section
from plugins.story.frontmatter import is_forbidden
from plugins.story.problems import Refused
from plugins.story.rules import rules_of

SETTINGS = "pelicanconf.py"
USAGE = 'Write: make new TITLE="What happened" SECTION="a section\'s name".'
FORM = """\
Title: {title}
Kicker:
Date: {date:%Y-%m-%d %H:%M}
Category: {section}
Tags:
Summary:
Status: draft

"""


def new_story(root: Path, title: str, section_name: str, rules: Rules) -> Path:
    """Write a story's file below content/ (root) and give its path.

    Raise SystemExit with what to do where the title or the section will not do, or the file is
    there already.
    """
    words = " ".join(title.split())
    if not words or any(map(is_forbidden, words)):
        raise SystemExit(f"A story needs a title. {USAGE}")
    try:
        name = section(section_name, rules)
        line_of_text(words, rules)
    except Refused as error:
        raise SystemExit(f"{error.wrong} {error.remedy} {USAGE}") from None
    slug = slug_of(words)[:LONGEST_SLUG].strip("-")
    if not slug:
        raise SystemExit(f"The title {words!r} makes no address. Use letters or digits. {USAGE}")
    date = rules.now.astimezone(dt.UTC)
    path = root / "articles" / f"{date:%Y}" / f"{date:%m}" / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(FORM.format(title=words, date=date, section=name))
    except FileExistsError:
        raise SystemExit(f"{os.path.relpath(path)} is there already. Choose another title.") from None
    return path


def main(environment: Mapping[str, str]) -> None:
    """Write the story that TITLE and SECTION in the environment ask for."""
    settings = read_settings(SETTINGS)
    rules = rules_of(settings, now(environment))
    title, section_name = environment.get("TITLE", ""), environment.get("SECTION", "")
    path = new_story(Path(settings["PATH"]), title, section_name, rules)
    print(f"{os.path.relpath(path)} is ready to fill. `make dev` shows it; it goes out when you")
    print("delete the line 'Status: draft'.")


if __name__ == "__main__":
    main(os.environ)
