"""Say what is wrong, where, and what to do: one shape for every check on the site.

A check yields `Problem`s; whoever runs the checks collects all of them and raises one
`SiteError`, so an editor sees everything that is wrong in one run.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that must be mended before the site can go out.

    path: posix path relative to the project's root. line: counted from 1.
    wrong and remedy: whole sentences, each ending with a full stop or question mark.
    """

    path: str
    line: int
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.wrong} {self.remedy}"


class Refused(ValueError):
    """A value that a field cannot take: what is wrong, and what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong, remedy)
        self.wrong = wrong
        self.remedy = remedy


class SiteError(SystemExit):
    """Stop the build with every problem listed, sorted and counted; exit status 1.

    A SystemExit, so that Pelican's broad `except Exception` cannot swallow it.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(report(self.problems))


def report(problems: list[Problem]) -> str:
    """Word the problems for the terminal: a line each, then how many there are."""
    count = len(problems)
    noun = "problem" if count == 1 else "problems"
    return "\n".join([*map(str, problems), f"{count} {noun}: nothing was published."])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Offer the nearest known word, as in "Did you mean 'Correction'? "; empty if none is near."""
    near = nearest(word, known)
    return f"Did you mean {near!r}? " if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Find the known word that was probably meant, in any case; empty if none is near."""
    lowered = {name.casefold(): name for name in sorted(known, reverse=True)}
    near = difflib.get_close_matches(word.casefold(), lowered, n=1, cutoff=0.6)
    return lowered[near[0]] if near else ""
