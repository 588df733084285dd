"""Several order numbers in one cell of a receipt or an invoice, with their amounts.

Only marks that no number has part them here (a comma, a semicolon, a line). What else may part two numbers - a slash, a
plus, a blank, a dash between two ends - may as well be of one, so that is asked where the known numbers are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.core.numbers import EQUALS, SEPARATOR
from pipeline.core.text import clean_cell, fold_number, narrow, one_dash, simplified
from pipeline.reading.values.amounts import parse_money
from pipeline.reading.values.cells import BLANK, Parsed, is_blank, known, refused, unknown
from pipeline.reading.values.figures import NUMBER_BAD, WHOLE
from pipeline.reading.values.numbers import PARTING, clean_number, is_plain, parse_number
from pipeline.reading.values.text import SCIENTIFIC
from schemas.language import spellings

GOES_ON = re.compile(r"(?<=-)\n|\n(?=-)")  # a dash at a break says that the number goes on
MOST = 1000  # signs of a cell that are looked at
SUM = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,4})?"
CURRENCY = rf"(?:(?:{spellings.pattern('money.currency')})\s?)?"
OWN = rf"-?{CURRENCY}{SUM}"  # a sum by itself
UNITS = rf"(?:{spellings.pattern('scale', 'money.scale', 'money.currency')})"
ROUND = rf"(?:{WHOLE})?"  # the word that closes a sum
SUMMED = re.compile(r".+=-?\d+")  # as a sum in fen is stored
YUAN = rf"(?:{SUM}\s?{UNITS}{{1,3}}{ROUND}|(?:{spellings.pattern('money.currency')})\s?{SUM})"
# where a comma is one of thousands, and not between two numbers
SAID = re.compile(rf"[:=(]\s?{OWN}|\s{YUAN}", re.IGNORECASE)
AMOUNT = re.compile(
    rf"(?P<no>.*?[^:=\s]|)(?:\s?[:=]\s?(?P<said>{OWN}\s?{UNITS}{{0,3}}{ROUND})|\s?\(\s?(?P<aside>{OWN}\s?{UNITS}{{0,3}}{ROUND})\s?\)|\s(?P<yuan>{YUAN}))",
    re.IGNORECASE,
)


def parse_order_list(raw: object) -> Parsed:
    """Read several numbers as "202405-001=1000000;202405-002": fen behind "=" only where an amount was given."""
    if not isinstance(raw, str) or is_plain(raw):
        return parse_number(raw)
    if refusal := refused(raw):
        return refusal
    if is_blank(raw):
        return BLANK
    text = GOES_ON.sub("", narrow(one_dash(clean_cell(raw[:MOST])))).replace("\n", ";")
    text = " ".join(_without_commas(text).split())
    items: dict[str, tuple[str, int | None]] = {}
    for number, fen in map(_item, PARTING.split(text)):
        if number:
            first, before = items.get(fold_number(number), (number, None))
            total = fen if before is None else before + (fen or 0)
            items[fold_number(number)] = (first, total)
    if SCIENTIFIC.fullmatch(text):
        return parse_number(raw)
    if unread := [piece for piece, fen in items.values() if fen is None and SUMMED.fullmatch(piece)]:
        return unknown(NUMBER_BAD, value=unread[0])  # no sum we can hold; it is none that is stored as fen either
    written = [number if fen is None else f"{number}{EQUALS}{fen}" for number, fen in items.values()]
    return known(SEPARATOR.join(written)) if written else BLANK


def _without_commas(text: str) -> str:
    """Return the text with sums written without the commas of their thousands."""
    ends = [at for said in SAID.finditer(simplified(text)) for at in said.span()]
    parts = [text[start:end] for start, end in pairwise([0, *ends, len(text)])]
    return "".join(part.replace(",", "") if n % 2 else part for n, part in enumerate(parts))


def _item(piece: str) -> tuple[str, int | None]:
    """Return number and fen of one piece; no number for a word that means none."""
    number, fen = clean_number(piece), None
    if found := AMOUNT.fullmatch(simplified(number)):
        said = parse_money(found["said"] or found["aside"] or found["yuan"]).value
        if isinstance(said, int) and (own := number[: found.end("no")].strip()):
            number, fen = own, said
    return (number if parse_number(number).value or fen is not None else ""), fen
