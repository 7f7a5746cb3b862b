"""News that never happened: sentences, headlines and names, made up from a seed.

Long enough lists that no two stories read alike, and everything typography has work with: quotes,
dashes, ranges, apostrophes, ellipses, emphasis. Places and people are invented.
"""

from __future__ import annotations

from random import Random

PLACES = (
    "Norrvik", "Keldan", "Port Asel", "Marrow Sound", "Elmsby", "Tarnhaven", "Ostrel", "Vasker", "Lindmoor",
    "Brightwater", "Calder Bay", "Hallin", "Dunmere", "Saltholm", "Oster Quay", "Weyland", "Fennick", "Ardby",
)  # fmt: skip
BODIES = (
    "harbour board", "transport ministry", "regional court", "city council", "energy regulator", "teachers' union",
    "coastguard", "central bank", "health service", "election commission", "national library", "fishing cooperative",
    "railway company", "water authority", "public broadcaster", "port hospital", "university senate",
    "customs office", "housing agency", "weather service", "audit office", "film fund", "football league",
)  # fmt: skip
FIRST_NAMES = (
    "Mira", "Tomas", "Agnes", "Piet", "Ilse", "Bruno", "Hanne", "Oskar", "Vera", "Jonas", "Edda", "Ruben",
    "Saskia", "Emil", "Nora", "Anton", "Lotte", "Viktor", "Greta", "Matthis",
)  # fmt: skip
LAST_NAMES = (
    "Halvorsen", "Brandt", "O'Leary", "Castel", "Lindqvist", "Marek", "Dorn", "Velde", "Askew", "Farrow", "Quill",
    "Sandoval", "Thorne", "Ibarra", "Kessel", "Mortensen", "Novak", "Pell", "Rask", "Sundby",
)  # fmt: skip
ROLES = (
    "who chairs the inquiry", "a lawyer for the residents", "the committee's deputy head", "a retired engineer",
    "who has run the ferry office since 2009", "a spokesperson for the strikers", "the report's main author",
    "who teaches at the technical college", "a member of the board", "the mayor's adviser on transport",
    "an inspector with thirty years' service", "who lost his licence over the affair",
)  # fmt: skip
DEEDS = (
    "approved a plan to dredge the eastern channel", "rejected an appeal against the night freight trains",
    "published the figures it had withheld since spring", "put off a decision on the new ferry licence",
    "ordered a second count of the postal votes", "withdrew the permit for the wind park",
    "admitted that the minutes of the meeting had been lost", "raised its forecast for the coming winter",
    "closed the inquiry without naming anybody", "promised to repair the sea wall before the storms",
    "struck out two of the three charges", "bought the old cannery for a symbolic price",
    "named a successor after eleven months' delay", "cut the subsidy for island schools by half",
    "opened its archive to outside researchers", "refused to say who had signed the contract",
    "agreed to pay the crews for the lost season", "moved the hearing behind closed doors",
    "tested the sirens for the first time in a decade", "suspended the tender for the third time",
    "set a limit on what landlords may charge", "asked the army to clear the mountain road",
    "took the last coal furnace off the grid", "returned the paintings to the family that had lost them",
)  # fmt: skip
CAUSES = (
    "after residents complained of noise", "because the old cables can no longer be repaired",
    "although two of its members voted against", "a week before its mandate runs out",
    "while talks with the neighbouring districts go on", "in spite of a warning from its own lawyers",
    "after a leak to two newspapers", "because nobody had bid for the work",
    "hours before the deadline that parliament had set", "as the first ships were already waiting in the roads",
    "without giving a reason", "after an audit found gaps in the books",
)  # fmt: skip
QUOTES = (
    "We were told on Friday and not before", "Nobody here believes that date any more",
    "It's a start, not an answer", "The figures don't lie, but they can be late",
    "You can't dredge a harbour with promises", "I'd rather read it in the minutes than in the papers",
    "There's a reason why the old people moved uphill", "If that is the plan, we haven't seen it",
    "We've asked for the contract four times", "The court has said what everybody knew",
    "That isn't a delay, that's a decision", "Our members won't sign it as it stands",
    "They counted the ships and forgot the crews", "A wall is only as good as its lowest stone",
)  # fmt: skip
THINGS = (
    "bridges", "classrooms", "fishing boats", "transformers", "contracts", "ballots", "tenancies", "wells",
    "signal boxes", "case files", "kilometres of track", "ambulances",
)  # fmt: skip
WORDS = ("avoidable", "hard to explain", "regrettable", "without precedent", "plainly unlawful", "a matter of weeks")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
VERBS = (
    "approves", "rejects", "delays", "reopens", "questions", "drops", "defends", "rewrites", "publishes", "halts",
    "extends", "inherits",
)  # fmt: skip
MATTERS = (
    "ferry licence", "harbour plan", "rent limit", "storm fund", "school closures", "night trains", "wind park",
    "fishing quota", "ballot inquiry", "hospital merger", "water tariff", "archive law", "rail tender", "sea wall",
    "coal exit", "film subsidy", "border survey", "pilot strike",
)  # fmt: skip
TAILS = (
    "", "", "for a third time", "after a leak", "before the vote", "in {place}", "as talks stall",
    "without a reason", "and calls it \"{word}\"", "despite the council's warning",
)  # fmt: skip
KICKERS = ("Analysis", "Inquiry", "On the coast", "Courts", "At a glance", "Interview", "The books", "From the regions")
SUBHEADS = (
    "What the minutes say", "A decade of delay", "The cost of waiting", "Who signed and who did not",
    "The view from the quay", "What happens next", "A second opinion", "How the money was spent",
    "The law as it stands", "Names on a list", "An earlier attempt", "The numbers behind it",
)  # fmt: skip
TOPIC_FIELDS = (
    "Harbour", "Rail", "School", "Energy", "Court", "Island", "Press", "Border", "Hospital", "Housing",
    "Coastal", "Election", "Water", "Labour", "Forest", "Pension", "Transport", "Research", "Film", "Fishing",
)  # fmt: skip
TOPIC_MATTERS = (
    "Safety", "Finance", "Law", "History", "Strikes", "Planning", "Statistics", "Reform", "Disputes", "Records",
)  # fmt: skip

TOPICS = tuple(f"{field} {matter}" for matter in TOPIC_MATTERS for field in TOPIC_FIELDS)
AUTHORS = tuple(f"{first} {last}" for last in LAST_NAMES[::10] for first in FIRST_NAMES)


def person(r: Random) -> str:
    """Name somebody."""
    return f"{r.choice(FIRST_NAMES)} {r.choice(LAST_NAMES)}"


def body(r: Random) -> str:
    """Name an institution."""
    return f"{r.choice(PLACES)}'s {r.choice(BODIES)}" if r.random() < 0.3 else f"the {r.choice(BODIES)}"


def event(r: Random) -> str:
    """Tell that somebody did something."""
    return f"{start(body(r))} in {r.choice(PLACES)} {r.choice(DEEDS)}, {r.choice(CAUSES)}."


def quotation(r: Random) -> str:
    """Quote somebody."""
    return f'"{r.choice(QUOTES)}," said {person(r)}, {r.choice(ROLES)}.'


def judgement(r: Random) -> str:
    """Quote a word or two."""
    return f'{person(r)} called the delay "{r.choice(WORDS)}" and the outcome "{r.choice(WORDS)}".'


def estimate(r: Random) -> str:
    """Give a range between dashes."""
    low = r.randint(2, 9)
    return (
        f"The work -- {low}--{low + r.randint(2, 9)} months, by {body(r)}'s own estimate -- "
        f"is to begin in {r.choice(MONTHS)} at the earliest."
    )


def count(r: Random) -> str:
    """Count something."""
    whole = r.randint(40, 900)
    found = r.randint(3, whole // 2)
    return f"Of the {whole} {r.choice(THINGS)} inspected since {r.randint(1994, 2014)}, {found} were found wanting."


def money(r: Random) -> str:
    """Name a sum."""
    return (
        f"It will cost ${r.randint(2, 90)} million, of which {body(r)} is to carry {r.randint(5, 45)} per cent; "
        f"the rest isn't covered yet, {person(r)} said."
    )


def emphasis(r: Random) -> str:
    """Stress a word."""
    return f"The report calls it *{r.choice(WORDS)}*; an earlier draft, seen by two members, had **{r.choice(WORDS)}**."


def silence(r: Random) -> str:
    """Say that nobody answered."""
    return f'Asked if the date still stands, {person(r)} said only: "We shall see ... ask me in {r.choice(MONTHS)}."'


def precedent(r: Random) -> str:
    """Look back."""
    return (
        f"It is the {r.choice(('second', 'third', 'fourth', 'fifth'))} such case in {r.choice(PLACES)} since "
        f"{r.randint(1994, 2014)}, when {body(r)} {r.choice(DEEDS)}."
    )


SENTENCES = (event, event, event, quotation, quotation, judgement, estimate, count, money, emphasis, silence, precedent)


def sentence(r: Random) -> str:
    """Write one sentence of a story, in Markdown."""
    return r.choice(SENTENCES)(r)


def headline(r: Random) -> str:
    """Write a headline."""
    tail = r.choice(TAILS).format(place=r.choice(PLACES), word=r.choice(WORDS))
    return f"{start(r.choice(BODIES))} {r.choice(VERBS)} {r.choice(MATTERS)} {tail}".strip()


def standfirst(r: Random) -> str:
    """Write the lines under a headline."""
    first = f"{start(body(r))} {r.choice(DEEDS)}, {r.choice(CAUSES)}."
    return first if r.random() < 0.5 else f'{first} {start(person(r))} speaks of a step that was "{r.choice(WORDS)}".'


def start(text: str) -> str:
    """Begin a sentence."""
    return text[0].upper() + text[1:]
