"""How a table is declared: columns are strings that know what they must hold.

``frame[Orders.order_no]`` is plain indexing by name, yet a misspelt column fails in
mypy and at run time, and the reader, the checks and the templates all see the same
declaration. No pandas here: the parsing child process imports this module.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar, Self

HOME = (
    "CNY"  # of money whose row says no other; rows that come in say theirs by its ISO code, made tables say it always
)
MOST_DAYS = 3_650  # ten years: more than anything takes or is granted


class Type(Enum):
    """What a column holds, and (in brackets) its dtype in a frame."""

    TEXT = "text"  # str
    RAW = "raw"  # str; what another cell shows, sign by sign: an error, a dash or a formula's text stays what it is
    NAME = "name"  # str; people and companies, kept as written
    CODE = "code"  # str; ids that keep their zeros
    MODEL = "model"  # str
    ORDER_NO = "order_no"  # str, as written
    COMPLAINT_NO = "complaint_no"  # str, as written
    PAPER_NO = "paper_no"  # str, as written; of a contract, invoice, receipt, delivery
    ORDER_LIST = "order_list"  # str, "202405-001=1000000;202405-002", fen after "="
    DAY = "day"  # datetime64[us] at midnight
    MOMENT = "moment"  # datetime64[us], local; midnight means "day known, time not"
    MONEY = "money"  # Int64, fen, hundredths of the currency of its row
    PRICE = "price"  # Decimal yuan in an object column
    QTY = "qty"  # Int64, thousandths of a unit
    RATE = "rate"  # Decimal 0-1 in an object column
    DISCOUNT = "discount"  # str, "factor=0.9" | "reduction=0.1" | "ambiguous=0.1"
    INTEGER = "integer"  # Int64
    BOOL = "bool"  # boolean
    CHOICE = "choice"  # str, a key of its vocabulary
    PHONE = "phone"  # str


@dataclass(frozen=True, slots=True)
class Spec:
    """What must hold for a column; rule ids point into the rule table."""

    type: Type = Type.TEXT
    blank: str = ""  # rule broken when the cell is empty
    holds: bool = False  # an unreadable cell here holds the row (identity or money)
    form: str = ""  # rule broken when the text is not of the column's form
    least: int | None = None  # smallest value allowed, in the frame's own unit
    bound: str = ""  # rule broken below `least`
    most: int | None = None  # a number beyond it, either way, is not read
    choices: str = ""  # vocabulary of schemas/spellings.csv
    is_end: bool = False  # a day something lasts to: of a span its end, with or without a word before it
    labelled: str = ""  # rule that tells of a label or a line to write on, left in the cell
    header: bool = False  # belongs to the order, not the line: filled down
    personal: bool = False  # privacy mask in widely distributed sheets
    wish: str = ""  # "deadline" | "event": which end of a range of dates counts


class Column(str):
    """A column name that carries its `Spec`."""

    __slots__ = ("spec",)
    spec: Spec

    def __new__(cls, name: str, spec: Spec) -> Self:
        """A name with what is declared of it."""
        column = super().__new__(cls, name)
        column.spec = spec
        return column

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Travel to another process as a plain name."""
        return str, (str(self),)


def column(type_: Type = Type.TEXT, **spec: object) -> Column:
    """Declare a column; its name is the attribute it is bound to."""
    return Column("", replace(Spec(type=type_), **spec))  # type: ignore[arg-type]


class Table:
    """A table; subclasses declare columns, in the order people read them, and a name unless only worked with."""

    name: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()

    def __init_subclass__(cls, *, name: str = "") -> None:
        cls.name = name or cls.name
        own = {k: v for k, v in vars(cls).items() if isinstance(v, Column)}
        named = {k: Column(k, v.spec) for k, v in own.items()}
        for attribute, made in named.items():
            setattr(cls, attribute, made)
        cls.columns = (*cls.columns, *named.values())

    @classmethod
    def spec(cls, name: str) -> Spec:
        """Return the spec of one column. Raises KeyError for a name this table has not."""
        for own in cls.columns:
            if own == name:
                return own.spec
        raise KeyError(name)


class Counted(tuple[str, ...]):
    """Columns that name a row together with its place among the rows of one file that are alike in them."""

    __slots__ = ()


def counted(*columns: str) -> Counted:
    """Return columns that name a row and are counted: two equal receipts in one file are two receipts."""
    return Counted(columns)


class Source(Table):
    """A table that comes in: every row knows the cell block it was read from.

    `identity`: what names a row, alternatives in order; the first whose leading column is filled counts.
    """

    identity: ClassVar[tuple[tuple[str, ...], ...]]

    src_file = column()  # name under the inbox, with its folder
    src_sheet = column()
    src_row = column(Type.INTEGER)  # as Excel shows it
    src_seq = column(Type.INTEGER)  # ledger version; missing before posting
    src_key = column(Type.CODE)  # business key (decisions: identity)
    src_held = column(Type.BOOL)  # waits in the ledger, counts for nothing
    src_unknown = column()  # columns whose cell could not be trusted, space separated
    src_cells = column()  # JSON, column -> [cell, heading, sheet] where it stands elsewhere than its row says

    @classmethod
    def naming(cls) -> tuple[str, ...]:
        """Return the columns that name a row, the leading one of each alternative first."""
        leading = [columns[0] for columns in cls.identity]
        return tuple(dict.fromkeys([*leading, *(column for columns in cls.identity for column in columns)]))


PROVENANCE = Source.columns
