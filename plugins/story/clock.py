"""Read the clock, in the one place that may: it decides which stories are still held."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping

from plugins.story.moments import NotADate, parse_moment
from plugins.story.problems import Problem, SiteError


def now(environment: Mapping[str, str] | None = None) -> dt.datetime:
    """Give the present moment in UTC, or the one that NOW= in the environment rehearses.

    Raise SiteError where NOW is no date.
    """
    text = (os.environ if environment is None else environment).get("NOW", "").strip()
    if not text:
        return dt.datetime.now(dt.UTC)
    try:
        return parse_moment(text)
    except NotADate as error:
        raise SiteError([Problem("NOW", 1, error.wrong, error.remedy)]) from None
