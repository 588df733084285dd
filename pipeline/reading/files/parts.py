"""The small parts of a package: where its worksheets lie, how cells are shown, what people noted on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import Enum, auto
from functools import partial
from math import floor
from typing import NamedTuple
from xml.etree import ElementTree as ET

from pipeline.core.text import simplified
from pipeline.excel.names import related_part, relations_of
from pipeline.reading.files.package import UNREADABLE, Damaged, Package
from pipeline.reading.files.xml_events import Attributes, Walk
from pipeline.reading.values.dates import DAYS_1904, EPOCH
from schemas.language import spellings

NUMBER_TEXT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
LONG_NUMBER = r"(-?\d{16,309})(?:\.0*)?"  # a float does not keep them
LONG = re.compile(LONG_NUMBER)
LONGEST_CODE = 300  # of a format; Excel allows 255

IDLE = re.compile(r'"[^"]*"?|[\\_*].?')  # quoted, escaped, or there to make room
PIECE = re.compile(r"\[([^\]]*)\]?|(.)")
SPAN = re.compile(r"(?:h+|m+|s+)", re.IGNORECASE)
DAY_LETTERS, HALF_DAY_LETTERS = frozenset("dmhys"), frozenset("pm/")
WEEKDAY = "aaa"
FIRST_OWN_FORMAT = 164  # what comes before is built in, and shows the currency of whoever looks at it
CURRENCY_OF_FORMAT = re.compile(r'\[\$([^\]\-]*)[^\]]*\]|"([^"]+)"|([$\u20ac\u00a3])')
CURRENCIES = spellings.group("money.currency")
HOME = "CNY"

LEAP_DAY_THAT_NEVER_WAS = 60
MILLISECONDS = 86_400_000

WORKBOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"  # where they usually lie
HIDDEN, TRUE = frozenset({"hidden", "veryHidden"}), frozenset({"1", "true"})
OFF = frozenset({"0", "false"})
OURS = "nightdesk:"  # so begins every note that we write on a copy handed back
LONGEST_NOTE, MOST_NOTES = 300, 5_000  # a note is shown beside its cell, not read as data
ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
BREAKS = re.compile(r"\s*[\r\n]+\s*")


class NumberForm(Enum):
    """What a number is shown as."""

    NUMBER = auto()
    DAY = auto()  # or a time of day
    SPAN = auto()  # hours that go on after 24


# by number of the format; Chinese and Japanese programs write 27 to 58 without saying what they mean
BUILT_IN = {str(number): NumberForm.DAY for number in (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))} | {
    "46": NumberForm.SPAN
}


def form_of(code: str) -> NumberForm:
    """Return what the first section of a format code shows."""
    has_a = False
    for bracket, letter in PIECE.findall(IDLE.sub("", code[:LONGEST_CODE]).partition(";")[0].lower()):
        if bracket and SPAN.fullmatch(bracket):
            return NumberForm.SPAN
        if letter in (HALF_DAY_LETTERS if has_a else DAY_LETTERS) and letter:
            return NumberForm.DAY
        has_a = has_a or letter == "a"
    return NumberForm.NUMBER


def shown_as(serial: float, form: NumberForm, *, is_1904: bool = False) -> object:
    """Return a number as a day, a moment, a time of day or a span; itself where it can be none of them."""
    try:
        if form is NumberForm.SPAN:
            return timedelta(milliseconds=floor(serial * MILLISECONDS + 0.5))
        return _day(serial, is_1904=is_1904) if form is NumberForm.DAY else serial
    except (OverflowError, ValueError):
        return serial


def _day(serial: float, *, is_1904: bool) -> date | time:
    days = serial + DAYS_1904 if is_1904 else serial
    days += days < LEAP_DAY_THAT_NEVER_WAS
    since = timedelta(milliseconds=floor(days * MILLISECONDS + 0.5))
    if serial < 1:
        return (EPOCH + since % timedelta(1)).time()
    moment = EPOCH + since
    return moment.date() if serial.is_integer() else moment


@dataclass(frozen=True)
class SheetPart:
    """A worksheet of a package: its name and where it lies."""

    name: str
    path: str
    is_hidden: bool


class Link(NamedTuple):
    """Where one part points at another."""

    kind: str
    part: str


@dataclass(frozen=True)
class WorkbookParts:
    """The worksheets in order, and where the parts lie that all of them need.

    `is_1904`: days are counted from that year.
    """

    sheets: tuple[SheetPart, ...]
    is_1904: bool
    styles: str = STYLES
    strings: str = STRINGS


def workbook_parts(package: Package) -> WorkbookParts:
    """Return what the part lists that lists the others. Raises Damaged when it lists no sheet at all."""
    path = next((link.part for link in links_to(package, "").values() if link.kind == "officeDocument"), WORKBOOK)
    elements = list(_xml(package.read(path)).iter())
    links = links_to(package, path)
    sheets = [element for element in elements if _tag(element) == "sheet"]
    if not sheets:
        raise Damaged(UNREADABLE, "no sheets")
    parts = (_part(sheet, links) for sheet in sheets)
    # a later version of Excel adds properties of its own under the same name
    is_1904 = any(element.get("date1904") in TRUE for element in elements if _tag(element) == "workbookPr")
    places = {link.kind: link.part for link in links.values()}
    styles, strings = places.get("styles", STYLES), places.get("sharedStrings", STRINGS)
    return WorkbookParts(tuple(part for part in parts if part), is_1904, styles, strings)


def links_to(package: Package, path: str) -> dict[str, Link]:
    """Return what a part links to, by the name of the link; `path` is "" for the whole package."""
    return {
        link.get("Id", ""): Link(link.get("Type", "").rpartition("/")[2], related_part(path, link.get("Target", "")))
        for link in _xml(package.read(relations_of(path)))
    }


def _part(sheet: ET.Element, links: dict[str, Link]) -> SheetPart | None:
    """None: it is a chart, a dialogue, a macro."""
    name = sheet.get("name", "")
    relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
    if relation == "":  # so modules of macros stand in the list
        return None
    link = links.get(relation or "")
    if link is None:
        raise Damaged(UNREADABLE, f"sheet {name!r} lies nowhere")
    return SheetPart(name, link.part, sheet.get("state") in HIDDEN) if link.kind == "worksheet" else None


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _xml(part: bytes) -> ET.Element:
    try:
        return ET.fromstring(part) if part else ET.Element("nothing")  # noqa: S314 - the guard refuses document types
    except (ET.ParseError, ValueError, LookupError) as wrong:
        raise Damaged(UNREADABLE, str(wrong)) from wrong


@dataclass(frozen=True)
class CellStyles:
    """How cells are shown, by the number of their style.

    `is_broken`: the part is damaged; numbers stay, formats are lost.
    """

    forms: tuple[NumberForm, ...] = ()
    weekdays: frozenset[int] = frozenset()  # calamine takes these for plain numbers
    struck: frozenset[int] = frozenset()
    foreign: Mapping[int, str] = field(default_factory=dict)  # style -> currency that its format shows, where no yuan
    is_broken: bool = False


def read_styles(part: bytes) -> CellStyles:
    """Return the styles of a workbook; one without the part has plain cells."""
    if not part:
        return CellStyles()
    found = _StylePart()
    try:
        found.read(part)
    except Damaged:
        return CellStyles(is_broken=True)
    return found.styles() if found.cells or not found.has_base else CellStyles(is_broken=True)


class _StylePart(Walk):
    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []  # numbers of the format and of the font
        self.has_base = False
        self._codes: dict[str, str] = {}
        self._struck: list[bool] = []
        self._section = ""
        self.begins = {"numFmt": self._format, "xf": self._cell, "font": self._font, "strike": self._strike}
        for section in ("numFmts", "fonts", "cellXfs", "cellStyleXfs"):
            self.begins[section] = partial(self._enter, section)
            self.ends[section] = self._leave

    def styles(self) -> CellStyles:
        """Return the styles found while reading."""
        forms = {number: form_of(code) for number, code in self._codes.items()}
        days = {number for number, code in self._codes.items() if WEEKDAY in code.lower()}
        forms = BUILT_IN | forms | dict.fromkeys(days, NumberForm.DAY)
        struck = {str(at) for at, is_struck in enumerate(self._struck) if is_struck}
        return CellStyles(
            tuple(forms.get(number, NumberForm.NUMBER) for number, _ in self.cells),
            frozenset(at for at, (number, _) in enumerate(self.cells) if number in days),
            frozenset(at for at, (_, font) in enumerate(self.cells) if font in struck),
            {at: code for at, (number, _) in enumerate(self.cells) if (code := self._currency(number))},
        )

    def _currency(self, number: str) -> str:
        """Return the currency that a format shows with every number; empty for yuan, and where it shows none."""
        if not number.isdecimal() or int(number) < FIRST_OWN_FORMAT:
            return ""
        signs = (
            found[1] or found[2] or found[3] or "" for found in CURRENCY_OF_FORMAT.finditer(self._codes.get(number, ""))
        )
        code = next(
            (CURRENCIES[sign] for text in signs if (sign := simplified(text.strip().casefold())) in CURRENCIES), HOME
        )
        return "" if code == HOME else code

    def _enter(self, section: str, _: Attributes) -> None:
        self._section = section
        self.has_base |= section == "cellStyleXfs"

    def _leave(self, _: str) -> None:
        self._section = ""

    def _format(self, attributes: Attributes) -> None:
        if self._section == "numFmts":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def _cell(self, attributes: Attributes) -> None:
        if self._section == "cellXfs":
            self.cells.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))

    def _font(self, _: Attributes) -> None:
        if self._section == "fonts":
            self._struck.append(False)

    def _strike(self, attributes: Attributes) -> None:
        if self._section == "fonts" and self._struck:
            self._struck[-1] = attributes.get("val", "1") not in OFF


def notes_of(package: Package, sheet: str) -> dict[str, str]:
    """Return address → words of the notes on a sheet, the last word of a thread.

    What we wrote on a copy handed back is left out, and so is what nobody can read.
    """
    found: dict[str, str] = {}
    linked = (link for link in links_to(package, sheet).values() if link.kind in {"comments", "threadedComment"})
    for kind, part in sorted(linked):  # threadedComment after comments, so it wins
        try:
            words = dict(_note_words(_xml(package.read(part)), kind))
        except Damaged:
            continue
        found |= {at: text for at, text in list(words.items())[:MOST_NOTES] if ADDRESS.fullmatch(at)}
    return {at: text[:LONGEST_NOTE] for at, text in found.items() if text and not text.startswith(OURS)}


def _note_words(root: ET.Element, kind: str) -> Iterator[tuple[str, str]]:
    wanted = "comment" if kind == "comments" else "threadedComment"
    for note in root.iter():
        if _tag(note) == wanted:
            # a phonetic guide is no part of what was written
            pieces = [piece.text or "" for piece in note.iter() if _tag(piece) in {"t", "text"}]
            yield note.get("ref", ""), BREAKS.sub(" ", "".join(pieces)).strip()
