"""Numbers of orders, complaints and papers in a cell of their own: kept as written, and only made legible.

A number is whatever its company says it is. Width, kinds of dash, a line break, outer blanks, the `.0` of an export and
the label of a printed form are no part of it; all else is, and is compared without case (`fold_number`). Whether it has
the form a company declared is asked later, of all rows at once.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from pipeline.core.text import clean_cell, cut_words, normalize, one_dash, simplified
from pipeline.reading.values.cells import BLANK, MeantNumber, Parsed, is_blank, known, refused, unknown
from pipeline.reading.values.text import CODE_SCI, EXACT_BELOW, MODEL_IS_DATE, PRECISION_LOST, SCIENTIFIC, format_raw
from schemas.language import spellings

IS_FORMULA, IS_DATE, TOO_LONG = "ORD-044", "ORD-045", "ORD-055"
ID_LIST, ID_SCI = "CELL-038", "CELL-041"
LONGEST = 120  # signs; what is longer is prose

PLAIN = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
EXPORTED_WHOLE = re.compile(r"(\d+)\.0+")
LABEL = re.compile(rf"(?:(?:{spellings.pattern('id.prefix')})\s*:\s*)+", re.IGNORECASE)
NONE = frozenset(word.casefold() for word in spellings.group("id.none"))
PARTING = re.compile("[,;\u3001]")  # after NFKC
DAY = re.compile(r"(?:19|20)\d{2}([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?:[ T]\d.*)?")
RUN = re.compile(r"\d+|[a-z]+")


def parse_number(raw: object) -> Parsed:
    """Read a number as written. Blank is blank; whether it is a new record is not a cell's question."""
    if type(raw) is str and is_plain(raw) and not DAY.fullmatch(raw):
        return known(raw)
    if refusal := refused(raw):
        return refusal
    if isinstance(raw, MeantNumber):
        return unknown(IS_FORMULA, value=format_raw(raw.value), suggestion=raw.text)
    if isinstance(raw, date | time | timedelta):
        return unknown(IS_DATE, value=format_raw(raw))
    if isinstance(raw, int | float) and abs(raw) >= EXACT_BELOW:
        return unknown(ID_SCI, value=format_raw(raw))
    return _of_text("" if raw is None else format_raw(raw))


def parse_paper_no(raw: object) -> Parsed:  # noqa: PLR0911 - one return per kind of cell
    """Read the number of a contract, invoice, receipt or delivery: as any other, with the rules of codes."""
    if type(raw) is float or type(raw) is int:
        return unknown(PRECISION_LOST, value=format_raw(raw)) if abs(raw) >= EXACT_BELOW else known(format_raw(raw))
    if isinstance(raw, date | time | timedelta):
        return unknown(MODEL_IS_DATE, value=format_raw(raw))
    if type(raw) is not str:
        return parse_number(raw)
    if is_plain(raw):
        return known(raw)
    if refusal := refused(raw):
        return refusal
    text = clean_number(raw)
    if is_blank(text, exported=False) or _says_none(text):
        return BLANK
    return unknown(CODE_SCI, value=text) if SCIENTIFIC.fullmatch(text) else known(text)


def is_plain(text: str) -> bool:
    """Return whether a text is a number as it stands, of letters, digits and dashes."""
    return len(text) <= LONGEST and PLAIN.fullmatch(text) is not None and not _says_none(text)


def clean_number(text: str) -> str:
    """Return a number as it is stored.

    >>> clean_number("\u8ba2\u5355\u53f7\uff1a\uff33\uff2f\u2014 2026-01.")
    'SO- 2026-01.'
    >>> clean_number("202405001.0")
    '202405001'
    """
    plain = " ".join(one_dash(normalize(clean_cell(text))).replace("\n", "").split())
    plain = cut_words(LABEL, plain, 1) if LABEL.match(simplified(plain)) else plain
    whole = EXPORTED_WHOLE.fullmatch(plain)
    return whole[1] if whole else plain


def lines_joined(text: str, parting: str) -> str:
    """Return a text on one line: a number that was broken over two is one again, two numbers stay parted."""
    made, *rest = [line.strip() for line in one_dash(normalize(clean_cell(text))).split("\n") if line.strip()] or [""]
    before = made
    for line in rest:
        made += (parting if _are_two(before, line) else "") + line
        before = line
    return made


def _of_text(text: str) -> Parsed:  # noqa: PLR0911 - one return per kind of text
    if is_blank(text) or _says_none(text):
        return BLANK
    if len(text) > LONGEST:
        return unknown(TOO_LONG, value=text[:LONGEST])
    plain = clean_number(text)
    if is_blank(plain) or _says_none(plain):
        return BLANK
    if SCIENTIFIC.fullmatch(plain):
        return unknown(ID_SCI, value=text)
    if DAY.fullmatch(plain):
        return unknown(IS_DATE, value=text)
    parts = [clean_number(part) for part in PARTING.split(lines_joined(text, ";"))]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        return unknown(ID_LIST, value=text, suggestion="; ".join(parts))
    return known(parts[0]) if parts else BLANK


def _says_none(text: str) -> bool:
    bare = text.strip().strip("()[]<>?\uff1f ").casefold()
    return not bare or simplified(bare) in NONE


def _are_two(before: str, line: str) -> bool:
    """Whole numbers of one build, or one and the end of the next; a dash at the break says that it goes on."""
    if not (before[-1].isalnum() and line[0].isalnum()):
        return before[-1:] in {",", ";", "\u3001"} or line[0] in {",", ";", "\u3001"}
    one, other = build(before), build(line)
    return one == other or (before.rpartition("-")[1] == "-" and one.endswith("-" + other))


def build(text: str) -> str:
    """Return how a number is built: its runs of digits and letters by their kind."""
    return RUN.sub(lambda run: "9" if run[0][0].isdigit() else "a", text.casefold())
