"""The editors' plan of the front page, content/front.md: what leads, what stands second, what belongs together.

Lead: articles/2025/08/moratorium.md until 2025-08-12
Second: articles/2025/08/inf-treaty.md
Package: The missiles | articles/2025/08/ranges.md | articles/2025/08/launchers.md until 2025-09-01
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.story.moments import NotADate, parse_day
from plugins.story.problems import Refused

if TYPE_CHECKING:
    from plugins.story.fields import Rules, Values

UNTIL = re.compile(r"^(?P<path>\S+)\s+until\s+(?P<day>\S.*)$")
FORM = "Write 'Package: its title | a story's file | another'."


@dataclass(frozen=True)
class Choice:
    """A story that the editors chose. path: from content/ on. until: the last day it is to stand there, or None."""

    path: str
    until: dt.date | None = None

    def is_stale(self, day: dt.date) -> bool:
        """Say whether its time was over by a day."""
        return self.until is not None and self.until < day


@dataclass(frozen=True)
class Package:
    """Stories that stand together under a title."""

    title: str
    stories: tuple[Choice, ...]


@dataclass(frozen=True)
class Plan:
    """The plan of the front page; all of it may be empty."""

    lead: Choice | None = None
    seconds: tuple[Choice, ...] = ()
    packages: tuple[Package, ...] = ()

    def fresh(self, day: dt.date | None) -> tuple[Plan, list[Choice]]:
        """Give the plan without what is stale on a day, and that."""
        stale = [choice for choice in self.choices() if day and choice.is_stale(day)]
        lead = None if self.lead in stale else self.lead
        seconds = tuple(choice for choice in self.seconds if choice not in stale)
        packages = (
            Package(each.title, tuple(choice for choice in each.stories if choice not in stale))
            for each in self.packages
        )
        return Plan(lead, seconds, tuple(packages)), stale

    def choices(self) -> Iterator[Choice]:
        """Give every story of the plan."""
        yield from [self.lead] if self.lead else []
        yield from self.seconds
        for package in self.packages:
            yield from package.stories


def choice(text: str, rules: Rules) -> Choice:
    """Read the path of a story's file below content/, and until when it stands."""
    found = UNTIL.match(text)
    path = (found["path"] if found else text).removeprefix("content/")
    try:
        return Choice(path, parse_day(found["day"]) if found else None)
    except NotADate as error:
        raise Refused(error.wrong, error.remedy) from None


def package(text: str, rules: Rules) -> Package:
    """Read "title | file | file"."""
    title, *stories = (part.strip() for part in text.split("|"))
    if not title or len(stories) < 2 or not all(stories):
        raise Refused(f"{text[:60]!r} is no package.", FORM)
    return Package(title, tuple(choice(story, rules) for story in stories))


def plan_of(values: Values) -> Plan:
    """Give the plan that the fields make."""
    return Plan(values["lead"], values["second"], values["package"])
