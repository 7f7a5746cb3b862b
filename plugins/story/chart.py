"""Charts of small data, made when the site is built.

    ``` chart bars
    Title: How far the missiles fly
    Description: The longest range is ten times the shortest.
    Unit: km
    Missile | Range
    PrSM | 500
    SS-20 | 5,000
    ```

The forms are bars, bands (from, to), line, strip (moments on one line) and locator (distances as
circles around a place). The rows may lie in a file beside the story instead: "Data: ranges.csv".
plots.py works out where things stand; the theme draws them (components/chart.html).
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from plugins.story.fence import Fence
from plugins.story.frontmatter import decode
from plugins.story.plots import DIRECTIONS, Drawing, line_plot, locator_plot, strip_plot
from plugins.story.problems import Problem, Refused, did_you_mean
from plugins.story.records import Day, parse_day
from plugins.story.typography import plain

FORMS = ("bars", "bands", "line", "strip", "locator")
KEYS = ("Title", "Description", "Unit", "Around", "Data")
KEY = re.compile(r"^(?P<name>[A-Z][A-Za-z]*)\s*:\s+(?P<words>\S.*)$")
RULER = re.compile(r"^\|?[\s:|-]+\|?$")
NUMBER = re.compile(r"^-?(?:\d{1,3}(?:[, \u00a0]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)$", re.ASCII)
PART_OF_DATE = re.compile(r"^\d{4}(?:-\d{2}(?:-\d{2})?)?$")
DATA_LINE = re.compile(r"^Data:[ \t]+(?P<name>\S+\.csv)[ \t]*$", re.MULTILINE)
DATA_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*\.csv$")
LARGEST = 16_384  # bytes of a file of data
MOST_ROWS = {"bars": 16, "bands": 16, "line": 24, "strip": 16, "locator": 8}
COLUMNS = {"bars": (2, 2), "bands": (3, 3), "line": (2, 4), "strip": (2, 2), "locator": (2, 3)}
MINUS = "\u2212"
SEE = "See docs/writing.md, Charts."


@dataclass(frozen=True)
class Row:
    """A row of a chart's data, as it is printed.

    cells: texts. offset, length: of its bar or band, in hundredths of the width. day: of a
    moment, or None.
    """

    cells: tuple[str, ...]
    offset: float = 0
    length: float = 0
    day: Day | None = None


@dataclass(frozen=True)
class Chart:
    """A chart. heads: of the columns. drawing: None where the rows themselves are drawn (bars, bands)."""

    form: str
    title: str
    description: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    drawing: Drawing | None
    kind: str = "chart"

    @property
    def words(self) -> str:
        """Everything that readers read in it, as HTML."""
        cells = (cell for row in self.rows for cell in row.cells)
        return html.escape(" ".join([self.title, self.description, *self.heads, *cells]), quote=False)


@dataclass
class Sheet:
    """A chart as it is being read. table: its rows, the heading first, each with the line it stands on."""

    form: str
    file: str
    line: int
    lang: str
    keys: dict[str, str] = field(default_factory=dict)
    table: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, line: int, wrong: str, remedy: str = SEE) -> None:
        """Report what is wrong on a line."""
        self.problems.append(Problem(self.file, line, wrong, remedy))

    @property
    def body(self) -> list[tuple[int, list[str]]]:
        """The rows below the heading."""
        return self.table[1:]


class NotANumber(ValueError):
    """A cell that is no number where one belongs."""


def parse_chart(fence: Fence) -> tuple[Chart | None, list[Problem]]:
    """Read a chart; give it, or None and what is wrong."""
    sheet = Sheet(fence.argument, fence.file, fence.line, fence.lang)
    if sheet.form not in FORMS:
        near = did_you_mean(sheet.form, FORMS)
        what = f"{sheet.form[:60]!r} is no form of chart." if sheet.form else "a chart needs its form."
        sheet.tell(fence.line, what, f"{near}Write '``` chart' and one of: {', '.join(FORMS)}.")
        return None, sheet.problems
    read_lines(fence, sheet)
    if "Data" in sheet.keys and not sheet.problems:
        read_data(fence, sheet)
    if not sheet.problems:
        check_shape(sheet)
    if sheet.problems:
        return None, sheet.problems
    chart = MAKERS[sheet.form](sheet)
    return (None if sheet.problems else chart), sheet.problems


def read_lines(fence: Fence, sheet: Sheet) -> None:
    """Sort the lines of a block into keys and rows."""
    for number, text in fence.written():
        found = KEY.match(text)
        if found and found["name"] in KEYS and "|" not in text.partition(":")[0]:
            if found["name"] in sheet.keys:
                sheet.tell(number, f"{found['name']} is given a second time.", "Keep one of the two.")
            sheet.keys[found["name"]] = found["words"].strip()
        elif "|" in text and not RULER.match(text):
            cells = (text[1:].removesuffix("|") if text.startswith("|") else text).split("|")
            sheet.table.append((number, [" ".join(cell.split()) for cell in cells]))
        elif "|" not in text:
            near = did_you_mean(found["name"], KEYS) if found else ""
            wrong = f"{text[:60]!r} is not a line of a chart."
            sheet.tell(number, wrong, f"{near}Write {', '.join(f'{key}: …' for key in KEYS)} or cells parted by '|'.")
    for key in ("Title", "Description", *(["Around"] if sheet.form == "locator" else [])):
        if key not in sheet.keys:
            sheet.tell(fence.line, f"a {sheet.form} chart needs a line '{key}: …'.")


def read_data(fence: Fence, sheet: Sheet) -> None:
    """Read the rows from a file beside the story; what is wrong in it is told with its own lines."""
    name = sheet.keys["Data"]
    if sheet.table:
        sheet.tell(fence.line, "a chart has rows and a file of data.", "Keep one of the two.")
        return
    if not DATA_NAME.match(name):
        sheet.tell(fence.line, f"{name!r} is no file of data.", "Name a file beside the story, as in 'ranges.csv'.")
        return
    found = fence.beside(name)
    if found is None:
        sheet.tell(fence.line, f"there is no file {name!r} beside the story.", "Put it into the same folder.")
        return
    sheet.file, data = found
    if len(data) > LARGEST:
        sheet.tell(1, f"it has {len(data)} bytes.", f"Keep it to {LARGEST} at most.")
        return
    text, sheet.problems = decode(data, sheet.file)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                sheet.table.append((reader.line_num, [" ".join(cell.split()) for cell in cells]))
    except csv.Error as error:
        sheet.tell(reader.line_num, f"this is not a table of comma-separated values ({error}).", "Save it anew as CSV.")
    sheet.line = 1


def data_files(text: str) -> tuple[str, ...]:
    """Give the names of the files of data that a text may ask for."""
    if "Data:" not in text:  # as in nearly all
        return ()
    return tuple(sorted({name for name in DATA_LINE.findall(text) if DATA_NAME.match(name)}))


def check_shape(sheet: Sheet) -> None:
    """Report too few rows or too many, rows of the wrong width, empty cells, and labels that stand twice."""
    fewest, most = COLUMNS[sheet.form]
    if not 1 <= len(sheet.body) <= MOST_ROWS[sheet.form]:
        remedy = f"Write a heading and 1 to {MOST_ROWS[sheet.form]} rows."
        sheet.tell(sheet.line, f"a {sheet.form} chart has {len(sheet.body)} rows of figures.", remedy)
        return
    line, heads = sheet.table[0]
    if not fewest <= len(heads) <= most:
        count = str(fewest) if fewest == most else f"{fewest} to {most}"
        sheet.tell(line, f"the heading has {len(heads)} cells.", f"A {sheet.form} chart has {count}.")
        return
    labels: set[str] = set()
    for number, cells in sheet.table:
        if len(cells) != len(heads):
            wrong = f"this row has {len(cells)} cells and the heading {len(heads)}."
            sheet.tell(number, wrong, "Part the cells by '|'." if sheet.line != 1 else "Part the cells by commas.")
        elif not all(cells[:fewest]):
            sheet.tell(number, "a cell is empty.", "Fill it in, or delete the row.")
        elif cells[0].casefold() in labels and sheet.form != "strip":
            sheet.tell(number, f"{cells[0][:60]!r} stands there twice.", "Write each row once.")
        labels.add(cells[0].casefold())


def number_in(text: str) -> float:
    """Read a number as editors write it: 1,600 or 1 600, 1.5 or 1,5. Raise NotANumber for anything else."""
    if not NUMBER.match(text):
        raise NotANumber(text)
    whole = re.sub(r"[, \u00a0](?=\d{3}(?:\D|$))", "", text)
    return float(whole.replace(",", "."))


def numbers(sheet: Sheet) -> Iterator[tuple[int, list[str], list[float]]]:
    """Give each row with the numbers after its label; report cells that are none."""
    for line, cells in sheet.body:
        found = []
        for cell in cells[1:]:
            try:
                found.append(number_in(cell))
            except NotANumber:
                sheet.tell(line, f"{cell[:60]!r} is not a number.", "Write 1,600 or 1.5, without a unit.")
        if len(found) == len(cells) - 1:
            yield line, cells, found


def figure(text: str, unit: str) -> str:
    """Write a figure as the editor did, with its unit."""
    number = text.replace("-", MINUS)
    return f"{number}\xa0{unit}" if unit else number


def share(part: float, whole: float) -> float:
    """Give a part in hundredths of a whole, to one decimal."""
    return round(100 * part / whole, 1) if whole else 0


def chart_of(sheet: Sheet, rows: list[Row], drawing: Drawing | None = None) -> Chart:
    """Make a chart of its rows, its words typeset."""

    def set_in_type(text: str) -> str:
        return plain(text, sheet.lang)

    _, heads = sheet.table[0]
    printed = [replace(row, cells=(set_in_type(row.cells[0]), *row.cells[1:])) for row in rows]
    title, description = set_in_type(sheet.keys["Title"]), set_in_type(sheet.keys["Description"])
    return Chart(sheet.form, title, description, tuple(map(set_in_type, heads)), tuple(printed), drawing)


def bars(sheet: Sheet) -> Chart:
    """Make bars from nought: the longest fills the width."""
    unit = sheet.keys.get("Unit", "")
    found = list(numbers(sheet))
    for line, cells, (value,) in found:
        if value < 0:
            sheet.tell(line, f"{cells[1]!r} is below nought.", "A bar begins at nought; draw a line instead.")
    longest = max((value for _, _, (value,) in found), default=0)
    rows = [Row((cells[0], figure(cells[1], unit)), 0, share(value, longest)) for _, cells, (value,) in found]
    return chart_of(sheet, rows)


def bands(sheet: Sheet) -> Chart:
    """Make bands between two figures, on one scale from nought."""
    unit = sheet.keys.get("Unit", "")
    found = list(numbers(sheet))
    for line, cells, (low, high) in found:
        if not 0 <= low <= high:
            wrong = f"the band from {cells[1]!r} to {cells[2]!r} is none."
            sheet.tell(line, wrong, "Write the lower figure first, and none below nought.")
    longest = max((high for _, _, (_, high) in found), default=0)
    rows = []
    for _, cells, (low, high) in found:
        span = figure(f"{cells[1]}\u2013{cells[2]}", unit)
        rows.append(Row((cells[0], span), share(low, longest), share(high - low, longest)))
    chart = chart_of(sheet, rows)
    return replace(chart, heads=(chart.heads[0], f"{chart.heads[1]} \u2013 {chart.heads[2]}"))


def line(sheet: Sheet) -> Chart:
    """Make one to three lines over numbers or dates in order."""
    unit = sheet.keys.get("Unit", "")
    found = list(numbers(sheet))
    if len(found) < 2 and not sheet.problems:
        sheet.tell(sheet.line, "a line needs two points at least.", "Add a row, or draw bars.")
    places: list[float] = []
    for number, cells, _ in found:
        try:
            places.append(place_of(cells[0]))
        except (Refused, NotANumber):
            wrong = f"{cells[0][:60]!r} is neither a number nor a date."
            sheet.tell(number, wrong, "Write a figure, or a date as 2025, 2025-08 or 2025-08-05.")
        if len(places) > 1 and places[-1] <= places[-2]:
            sheet.tell(number, f"{cells[0]!r} does not come after the row before.", "Put the rows in order.")
    rows = [Row((cells[0], *(figure(cell, unit) for cell in cells[1:]))) for _, cells, _ in found]
    if sheet.problems:
        return chart_of(sheet, rows)
    series = [[values[at] for _, _, values in found] for at in range(len(found[0][2]))]
    labels = [plain(head, sheet.lang) for head in sheet.table[0][1][1:]] if len(series) > 1 else []
    return chart_of(sheet, rows, line_plot(places, series, [cells[0] for _, cells, _ in found], labels, unit))


def place_of(text: str) -> float:
    """Give where a number or a date lies on its axis: dates by their day."""
    return first_day(parse_day(text)).toordinal() if PART_OF_DATE.match(text) else number_in(text)


def first_day(day: Day) -> dt.date:
    """Give the first day of a day, month or year."""
    year, month, number = (*day.parts, 1, 1)[:3]
    return dt.date(year, month, number)


def strip(sheet: Sheet) -> Chart:
    """Make a strip of moments in their order, numbered."""
    rows: list[Row] = []
    for number, (when, what) in sheet.body:
        try:
            rows.append(Row((what,), day=parse_day(when)))
        except Refused as error:
            sheet.tell(number, error.wrong, error.remedy)
    days = sorted((row.day for row in rows if row.day), key=lambda day: day.order)
    rows.sort(key=lambda row: row.day.order if row.day else ())
    return chart_of(sheet, rows, strip_plot([first_day(day) for day in days]) if days else None)


def locator(sheet: Sheet) -> Chart:
    """Make circles to scale around a place, and other places at their distance and direction."""
    rows: list[Row] = []
    spots: list[tuple[str, float, str]] = []
    for number, (name, text, *more) in sheet.body:
        direction = (more[0] if more else "").upper()
        try:
            km = number_in(text)
        except NotANumber:
            sheet.tell(number, f"{text[:60]!r} is not a number.", "Write the kilometres, as in 1,600.")
            continue
        if km <= 0:
            sheet.tell(number, f"{text!r} is no distance.", "Write kilometres above nought.")
        elif direction and direction not in DIRECTIONS:
            wrong = f"{more[0][:60]!r} is no direction."
            sheet.tell(number, wrong, f"Write one of {', '.join(DIRECTIONS)}, or nothing.")
        spots.append((plain(name, sheet.lang), km, direction))
        rows.append(Row((name, figure(text, "km"), *([direction] if len(sheet.table[0][1]) > 2 else []))))
    if sheet.problems:
        return chart_of(sheet, rows)
    return chart_of(sheet, rows, locator_plot(plain(sheet.keys["Around"], sheet.lang), spots))


MAKERS: dict[str, Callable[[Sheet], Chart]] = {
    "bars": bars,
    "bands": bands,
    "line": line,
    "strip": strip,
    "locator": locator,
}
