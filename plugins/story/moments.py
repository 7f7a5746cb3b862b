"""Read dates as editors write them, and check the ones that words in a story stand for."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1700, 2200

DAY = re.compile(
    r"^(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[ T](?P<time>\d{2}:\d{2}(?::\d{2})?)(?: ?(?P<zone>UTC|Z|[+-]\d{2}:?\d{2}))?)?$"
)
LOOSE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{1,2}(?: UTC)?)?$")
SLASHED = re.compile(r"^\d{1,4}[/.]\d{1,2}[/.]\d{1,4}")

# https://html.spec.whatwg.org/multipage/text-level-semantics.html#datetime-value
MACHINE_FORMS = {
    "%Y": re.compile(r"^\d{4}$"),
    "%Y-%m": re.compile(r"^\d{4}-\d{2}$"),
    "%Y-%m-%d": re.compile(r"^\d{4}-\d{2}-\d{2}$"),
    "%G-W%V-%u": re.compile(r"^\d{4}-W\d{2}$"),
    "%Y-%m-%dT%H:%MZ": re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$"),
}


class NotADate(ValueError):
    """What an editor wrote is no date we can read; the two words say what is wrong and what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong, remedy)
        self.wrong = wrong
        self.remedy = remedy


def parse_moment(text: str) -> dt.datetime:
    """Read "2025-08-05", "2025-08-05 14:10" or "2025-08-05 14:10 UTC" as a time in UTC.

    A time without a zone is UTC. Raise NotADate for anything else.
    """
    found = DAY.match(text)
    if not found:
        raise NotADate(f"{text!r} is not a date.", advice(text))
    zone = (found["zone"] or "UTC").replace("UTC", "+00:00").replace("Z", "+00:00")
    try:
        moment = dt.datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{zone}")
    except ValueError:
        raise NotADate(f"{text!r} is not a date that exists.", "Write it as 2025-08-05 14:10.") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        wrong = f"the year of {text!r} is out of range."
        raise NotADate(wrong, f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return moment.astimezone(dt.UTC)


def parse_day(text: str) -> dt.date:
    """Read "2025-08-05" as a day. Raise NotADate for anything else."""
    if len(text) > len("2025-08-05"):
        raise NotADate(f"{text!r} is not a day.", "Write it as 2025-08-05.")
    try:
        return parse_moment(text).date()
    except NotADate as error:
        raise NotADate(error.wrong, error.remedy.split(" 14:10")[0].rstrip(".") + ".") from None


def advice(text: str) -> str:
    """Say how to write the date that an editor probably meant."""
    if SLASHED.match(text):
        return "It can be read in two ways: write the year first, as in 2025-08-05 14:10."
    if LOOSE.match(text):
        return "Write two digits each: 2025-08-05 09:00."
    return "Write it as 2025-08-05 14:10 (UTC)."


@lru_cache(maxsize=1024)
def is_machine_date(text: str) -> bool:
    """Say whether a text is a date that a `<time datetime>` may hold: year, month, day, week, minute."""
    for form, shape in MACHINE_FORMS.items():
        if shape.match(text):
            return exists(text + "-1" if "W" in form else text, form)
    return False


def exists(text: str, form: str) -> bool:
    """Say whether a date of this form is in the calendar; strptime takes a 53rd week of any year."""
    try:
        moment = dt.datetime.strptime(text, form)
    except ValueError:
        return False
    return FIRST_YEAR <= moment.year <= LAST_YEAR and moment.strftime(form) == text
