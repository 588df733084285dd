"""Order and complaint numbers, YYYYMM-NNN and YYYYMM-TNNN: in a cell of their own however typed, and in free text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.core.text import clean_cell, narrow, one_dash
from pipeline.reading.values.cells import BLANK, MeantNumber, Parsed, is_blank, known, noted, refused, unknown
from pipeline.reading.values.text import SCIENTIFIC, format_raw
from schemas.language import spellings

MOST_IN_RANGE = 20  # a longer range is likelier a typing error than one payment
MONTH = r"(20\d{2})(0[1-9]|1[0-2])"
CANONICAL = re.compile(MONTH + r"-(T?)(\d{3,6})")

PREFIX = re.compile(rf"(?:(?:{spellings.pattern('id.prefix')})\s*[:.#]?\s*)+(?=T?\d)", re.IGNORECASE)
RANGE = spellings.pattern("id.range")
LIST = spellings.pattern("id.list")

# in free words a number needs its own shape: no bare date may pass for one
FREE = re.compile(
    rf"(?<![\dT])(?:{MONTH}\s?-\s?(\d{{3,4}})|{MONTH}(\d{{3}})|(20\d{{2}})-(0[1-9]|1[0-2])-(\d{{3}}))(?![\d-])"
)
CONTINUED = re.compile(rf"\s*(?:{LIST})\s*(\d{{3}})(?![\d.,:=])")
RUNNING = re.compile(rf"\s*(?:{RANGE})\s*(?:{MONTH}-)?(\d{{1,4}})(?!\d)")

# what a cell of its own may hold
LONGEST = 1000  # patterns must not be tried on pages of text
ORDER_FORMAT = "ORD-029"
NORMALISED = "ORD-030"
IS_FORMULA = "ORD-044"
IS_DATE = "ORD-045"
SUFFIX = "ORD-046"
KIND = "ORD-047"
COMPLAINT_FORMAT = "CMP-015"
ID_LIST = "CELL-038"
ID_LETTERS = "CELL-039"
ID_PADDED = "CELL-040"
ID_SCI = "CELL-041"

SERIAL = r"(?:(?!000)\d{3}|[1-9]\d{3,5})"
ORDER = re.compile(MONTH + f"-{SERIAL}")
COMPLAINT = re.compile(MONTH + f"-T{SERIAL}")
# all of these are tried on the folded id, the first that fits wins;
# ten digits in a row that go on with a zero are a time stamp, not a number
JOINED = re.compile(MONTH + r"(?:\s*[-_~]\s*(T?)(\d{3,6})|(T?)(\d{3}|[1-9]\d{3}))")
T_FIRST = re.compile("(T)" + MONTH + r"\s*[-_~]?\s*(\d{1,6})")
SHORT = re.compile(MONTH + r"\s*[-_~]\s*(T?)(\d{1,2})|" + MONTH + r"(T)(\d{1,2})")
APART = re.compile(r"(20\d{2})([-./])(0[1-9]|1[0-2])[-./](T?)(\d{3,6})|" + MONTH + r" (T?)(\d{1,6})")
YEAR_CUT = re.compile(r"(\d{2})(0[1-9]|1[0-2])-?(T?)(\d{3})|(20\d{2})(\d)-(T?)(\d{3})")
LIKE_DATE = re.compile(r"(20\d{2})[-./](\d{1,2})(?:[-./](\d{1,2}))?")
LETTERS = str.maketrans({"O": "0", "I": "1", "L": "1"})
SUFFIXED = re.compile(MONTH + r"-(T?)(\d{3,6})\s*(?:[-_/]\s*(\d{1,2})|\(?([^\W\d_]{1,4}\d?)\)?)")
SEVERAL = re.compile(rf"{MONTH}-T?\d{{3,6}}\s*(?:{LIST}|{RANGE}|\s|\n)\s*(?:{MONTH}-)?T?\d{{1,6}}.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RecordNumber:
    """An order or complaint number taken apart; `canonical` puts it together as it must be written."""

    year: str
    month: str
    serial: int
    letter: str = ""  # "T" for complaints

    @property
    def canonical(self) -> str:
        """The number as it must be written: three digits, four after 999."""
        return f"{self.year}{self.month}-{self.letter}{self.serial:03d}"

    def until(self, last: int) -> list[str]:
        """Return this number and those after it up to `last`; none when backwards or too many."""
        serials = range(self.serial, last + 1)
        if not 1 < len(serials) <= MOST_IN_RANGE:
            return []
        return [RecordNumber(self.year, self.month, serial, self.letter).canonical for serial in serials]


def fold_id(text: str) -> str:
    """Return an id in capitals on one line: half width, one kind of dash, its label gone."""
    plain = " ".join(one_dash(narrow(clean_cell(text)).replace("\n", "")).upper().split())
    return PREFIX.sub("", plain, count=1) if not plain[:1].isdigit() else plain


def find_order_numbers(text: str) -> tuple[str, ...]:
    """Return the canonical order numbers in a free remark, in their order, each once.

    Follows lists and ranges that name the month only once (202405-001/003).
    """
    plain = one_dash(narrow(clean_cell(text))).upper()
    found: dict[str, None] = {}
    for match in FREE.finditer(plain):
        year, month, serial = (part for part in match.groups() if part)
        first = RecordNumber(year, month, int(serial))
        if not first.serial or (len(serial) > 3 and serial[0] == "0"):  # noqa: PLR2004
            continue
        found[first.canonical] = None
        found.update(dict.fromkeys(_following(plain, match.end(), first)))
    return tuple(found)


def _following(plain: str, at: int, first: RecordNumber) -> list[str]:
    more: list[str] = []
    if run := RUNNING.match(plain, at):
        same_month = run[1] is None or (run[1], run[2]) == (first.year, first.month)
        return first.until(int(run[3])) if same_month else []
    while (match := CONTINUED.match(plain, at)) and int(match[1]):
        more.append(RecordNumber(first.year, first.month, int(match[1])).canonical)
        at = match.end()
    return more


def parse_order_no(raw: object) -> Parsed:
    """Read an order number as YYYYMM-NNN. Blank is blank; whether it is a new order is not a cell's question."""
    if type(raw) is str and ORDER.fullmatch(raw):
        return known(raw)
    return _parse(raw, "")


def parse_complaint_no(raw: object) -> Parsed:
    """Read a complaint number as YYYYMM-TNNN."""
    if type(raw) is str and COMPLAINT.fullmatch(raw):
        return known(raw)
    return _parse(raw, "T")


def _parse(raw: object, letter: str) -> Parsed:
    if refusal := refused(raw):
        return refusal
    if isinstance(raw, MeantNumber):
        return unknown(IS_FORMULA, value=format_raw(raw.value), suggestion=str(_parse(raw.text, letter).value or ""))
    if isinstance(raw, date | time | timedelta):
        return unknown(IS_DATE, value=format_raw(raw), suggestion=_once(raw, letter))
    text = "" if raw is None else format_raw(raw)
    if is_blank(text):
        return BLANK
    if len(text) > LONGEST:
        return unknown(_format(letter))
    plain = fold_id(text)
    found = _standing(raw, plain, letter)
    return found or _doubtful(text, plain, letter) or unknown(_format(letter), value=text)


def _standing(raw: object, plain: str, letter: str) -> Parsed | None:
    """Read without doubt, if not as it should be written."""
    for shape, rule in ((JOINED, NORMALISED), (T_FIRST, NORMALISED), (SHORT, ID_PADDED), (APART, ID_PADDED)):
        if match := shape.fullmatch(plain):
            number, serial = _number(match)
            if number.letter != letter:
                return unknown(KIND, value=plain)
            if not number.serial:
                return None
            if number.canonical == raw:
                return known(raw)
            padded = len(serial) != len(f"{number.serial:03d}")
            return noted(number.canonical, ID_PADDED if padded else rule, value=format_raw(raw))
    return None


def _number(match: re.Match[str]) -> tuple[RecordNumber, str]:
    """Year, month and serial in the order they stand; the rest of the groups is the letter or a separator."""
    parts = [part for part in match.groups() if part]
    year, month, serial = [part for part in parts if part.isdigit()]
    return RecordNumber(year, month, int(serial), "T" if "T" in parts else ""), serial


def _doubtful(text: str, plain: str, letter: str) -> Parsed | None:  # noqa: PLR0911 - one return per shape
    """What can be guessed but not trusted; a suffix alone keeps its base."""
    # breaks part two numbers as often as they break one, so lists are sought with them kept
    if SEVERAL.fullmatch(fold_id(text.replace("\n", ","))):
        return unknown(ID_LIST, value=text, suggestion="; ".join(find_order_numbers(text)))
    if (match := SUFFIXED.fullmatch(plain)) and int(match[4]) and match[3] == letter:
        number = RecordNumber(match[1], match[2], int(match[4]), letter)
        return noted(number.canonical, SUFFIX, suffix=match[5] or match[6], value=text)
    if SCIENTIFIC.fullmatch(plain):
        return unknown(ID_SCI, value=text)
    guess = plain.translate(LETTERS)
    if guess != plain and (match := JOINED.fullmatch(guess)):
        return unknown(ID_LETTERS, value=text, suggestion=_number(match)[0].canonical)
    if match := YEAR_CUT.fullmatch(plain):
        return unknown(_format(letter), value=text, suggestion=_completed(match))
    if not plain.isdigit() and LIKE_DATE.fullmatch(plain):
        return unknown(IS_DATE, value=text)
    numbers = find_order_numbers(text) if not letter else ()
    return unknown(_format(letter), value=text, suggestion=numbers[0]) if len(numbers) == 1 else None


def _completed(match: re.Match[str]) -> str:
    """2405-001 and 20245-001 with the digits that were left out; nothing when it is not plausible."""
    if match[1]:
        year, month, letter, serial = "20" + match[1], match[2], match[3], match[4]
    else:
        year, month, letter, serial = match[5], "0" + match[6], match[7], match[8]
    made = f"{year}{month}-{letter}{serial}"
    return made if CANONICAL.fullmatch(made) and int(serial) else ""


def _once(raw: date | time | timedelta, letter: str) -> str:
    """What Excel may have turned into this date; only ever a suggestion."""
    if not isinstance(raw, date | datetime) or raw.year < 2000:  # noqa: PLR2004
        return ""
    return RecordNumber(f"{raw.year}", f"{raw.month:02d}", raw.day, letter).canonical


def _format(letter: str) -> str:
    return COMPLAINT_FORMAT if letter else ORDER_FORMAT
