"""The blank workbooks people fill in: their fields, as the tables that come in declare them.

Headings, required fields, choices and hints are taken from the declarations that the checks
read, so a blank workbook asks for what is checked and for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas.incoming import examples
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.language.words import load, translate
from schemas.table import PROVENANCE, Column, Type

# every kind has a list but corrections, which come back in our own deliverables
LISTED = tuple(kind for kind in KINDS if kind != "corrections")
PRINTED = ("orders", "complaints")  # and these a printed form: one record a sheet
# Not asked for: what is worked out every night, and what no rule, paper or letter reads. Workbooks that have such a
# column are read as before.
LEFT_OUT = frozenset(
    {
        *("orders.typed_state", "complaints.typed_state", "orders.line_no", "shipments.line_no"),
        *("orders.paid_fen", "orders.unpaid_fen", "orders.billed_fen", "orders.went_on"),
        *("orders.paid_state", "orders.billed_state", "orders.signed_on"),
        *("shipments.pieces", "shipments.weight", "qualifications.scope", "opening.remark", "prices.version"),
        *("leadtimes.daily_capacity", "transit.carrier", "transit.remark", "staff.email"),
    }
)
NUMBERS = frozenset({Type.MONEY, Type.PRICE, Type.QTY, Type.INTEGER, Type.RATE})
DAYS = frozenset({Type.DAY, Type.MOMENT})
FORMATS = {
    Type.DAY: "yyyy-mm-dd",
    Type.MOMENT: "yyyy-mm-dd hh:mm",
    Type.MONEY: "#,##0.00",
    Type.PRICE: "#,##0.00##",
    Type.QTY: "#,##0.###",
    Type.INTEGER: "0",
    Type.RATE: "0.##%",
}
TEXT_FORMAT = "@"  # numbers and phones that Excel must not take for dates or sums
WIDTHS = {Type.TEXT: 18.0, Type.NAME: 14.0, Type.MOMENT: 16.5, Type.DAY: 12.0, Type.ORDER_LIST: 20.0}
USUAL_WIDTH = 13.0
LONGEST_HINT = 255  # of an input message, by the format


@dataclass(frozen=True)
class Field:
    """One field of a blank workbook. `example` is what one would type, empty where nothing is shown."""

    heading: str
    type: Type
    is_required: bool
    hint: str
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def number_format(self) -> str:
        """How the cell shows what is typed."""
        return FORMATS.get(self.type, TEXT_FORMAT)

    @property
    def width(self) -> float:
        """Of its column in a list."""
        return WIDTHS.get(self.type, USUAL_WIDTH)


def fields(kind: str, lang: str) -> tuple[Field, ...]:
    """Return the fields of one kind, in the order people read them."""
    return tuple(_field(kind, column, lang) for column in asked(kind))


@cache
def asked(kind: str) -> tuple[Column, ...]:
    """Return the columns of one kind that people are asked to fill in."""
    own = (column for column in KINDS[kind].columns if column not in PROVENANCE)
    return tuple(column for column in own if f"{kind}.{column}" not in LEFT_OUT)


def _field(kind: str, column: Column, lang: str) -> Field:
    spec = column.spec
    choices = _choices(spec.choices, lang) if spec.choices else ()
    if spec.type is Type.BOOL:
        choices = (translate("policy.yes", lang), translate("policy.no", lang))
    example = examples.load().get((kind, str(column)), {}).get(lang, "")
    if example == examples.FIRST:
        example = choices[0]
    required = translate("blank.required", lang) if spec.blank else ""
    shown = translate("blank.example", lang).format(value=example) if example and spec.type not in DAYS else ""
    numbered = translate("blank.new_no", lang) if kind in PRINTED and column == KINDS[kind].identity[0][0] else ""
    hint = required + _hint(spec.type, has_choices=bool(choices), lang=lang) + numbered + shown
    return Field(
        translate(f"{kind}.{column}", lang), spec.type, bool(spec.blank), hint[:LONGEST_HINT], choices, example
    )


def _hint(type_: Type, *, has_choices: bool, lang: str) -> str:
    key = "blank.choice" if has_choices and type_ is not Type.BOOL else f"blank.{type_.value}"
    return translate(key, lang) if key in load() else ""


def _choices(vocabulary: str, lang: str) -> tuple[str, ...]:
    """The first spelling of every meaning; in English the first in Latin letters, where there is one."""
    found: dict[str, str] = {}
    for spelling, meaning in spellings.group(vocabulary).items():
        if not meaning:
            continue
        known = found.get(meaning)
        if known is None or (lang == "en" and spelling.isascii() and not known.isascii()):
            found[meaning] = spelling
    return tuple(found.values())
