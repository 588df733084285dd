"""Every value that nobody should type, and every one a drop-down offers, each in one cell of a row that is good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

from reports.blanks import fields
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.language.words import translate
from schemas.table import PROVENANCE
from tests.support import nights
from tests.support.books import rewrite
from tests.support.filled_blanks import typed
from tests.support.night_world import STAGES, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.core.workspace import Workspace
    from tests.support.night_world import Row

SURROGATE = "LONESURROGATE"  # becomes one in the package: XlsxWriter can write none
A_NIGHT, MIXED = 300, 7
NUMBERS: tuple[Any, ...] = (1e300, -1e300, 1e18, 1e15, 1e12, -1e12, -5, 0, 0.001, 1e-300, 1e9, 2958465, 0.5, 60, True)
DAYS: tuple[Any, ...] = (datetime(9999, 12, 31), datetime(2399, 1, 1), datetime(1900, 1, 1), date(2023, 5, 1))
WRITTEN = (
    "99999999999999999999",
    "1e300",
    "-1",
    "0",
    "0.001",
    "1899-12-31",
    "9999-12-31",
    "2399-01-01",
    "2026-02-30",
    "202603-001=1" + "0" * 30,
)
SIGNS = (
    "emoji 💥👩‍👩‍👧🇨🇳",
    "a\x01\x0b\x1f\x7f\x85b",
    "\u202egnp.\u202c\u200f\u2066\ufeff",
    f"a{SURROGATE}b",
    "\n\r\n\t",
    "\ufffe\uffff",
)
ORDERS_TO_MACHINES = (
    *("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "{{ 7*7 }}", "{% for x in range(10**9) %}", "{#", "%(x)s {0} {x}"),
    *("<b>&amp;</b>", "'0012", "~*?", "[x]:/\\?*", "../../etc/passwd", "CON", "http://a.b/" + "c" * 2100),
)
LONG = ("长" * 300, "x" * 32_767, "9" * 32_767)
NASTY = (*NUMBERS, *DAYS, *WRITTEN, *SIGNS, *ORDERS_TO_MACHINES, *LONG)
IN_TEXT_FILES = ("a\0b", "\ufeff", 'a"b', "'0012", "=1+1", "a\x1ab")  # of these a CSV file alone can hold some
USUAL = ("customers", "prices", "orders", "tracking", "invoices", "receipts")  # what every case has one row of
ON_COMPLAINTS = ("actions", "visits", "evidence", "capa")
EXAMPLE_PARTS = {
    "202603-001": "202603-{n:03}",
    "202603-T001": "202603-T{n:03}",
    "202512-008": "202512-{n:03}",
    "C001": "C{n:03}",
    "杭州青木机械有限公司": "杭州青木{n}机械有限公司",
    "PO-2026-0318": "PO-2026-{n:04}",
    "26332000000012345678": "2633200000001234{n:04}",
    "91330100MA27XYZ12A": "91330100MA27X{n:04}A",
    "SF1234567890123": "SF1234567890{n:03}",
    "P100": "P{n:03}",
    "X100": "X{n:03}",
    "ZK-01": "ZK-{n:03}",
    "浙江": "浙江{n}",
    "K7QZ3MAB2C": "K7QZ3MA{n:03}",
    **{f"{letters}-0001": f"{letters}-{{n:04}}" for letters in ("FH", "SH", "SK", "CK")},
}


@dataclass(frozen=True)
class Case:
    """One value in one column of one kind; `is_text_file`: in a CSV file of its own."""

    kind: str
    column: str
    value: Any
    is_text_file: bool = False

    def __str__(self) -> str:
        return f"{self.kind}.{self.column} = {str(self.value)[:60]!r}{' in CSV' if self.is_text_file else ''}"


@cache
def batches() -> list[list[Case]]:
    """Return every value in every column of every kind, so many a night, kinds and values mixed."""
    columns = [(kind, str(c), c.spec) for kind, table in KINDS.items() for c in table.columns if c not in PROVENANCE]
    cases = [Case(kind, name, value) for value in NASTY for kind, name, _ in columns]
    cases += [Case(kind, name, word) for kind, name, spec in columns for word in _offered(name, spec.choices)]
    cases += [
        Case(kind, _columns(kind)[n], value, True)
        for kind in KINDS
        for n, value in enumerate(IN_TEXT_FILES[: len(_columns(kind))])
    ]
    Random(MIXED).shuffle(cases)  # noqa: S311 - the same batches everywhere
    return [cases[at : at + A_NIGHT] for at in range(0, len(cases), A_NIGHT)]


@cache
def _offered(name: str, vocabulary: str) -> tuple[str, ...]:
    """The first spelling of every choice of a column, one of words without a list included."""
    group = vocabulary or f"choice.{name}"
    known = {meaning: spelling for spelling, meaning in reversed(spellings.load().get(group, {}).items())}
    return tuple(known.values())


@cache
def _columns(kind: str) -> list[str]:
    return [str(column) for column in KINDS[kind].columns if column not in PROVENANCE]


def laid_in(cases: Sequence[Case]) -> Callable[[Workspace], None]:
    """Return what lays the company of these cases into the inbox of its first night, and nothing later."""
    first = iter([cases])
    return lambda workspace: lay_in(workspace, next(first, ()))


def lay_in(workspace: Workspace, cases: Sequence[Case]) -> None:
    """Lay in one order with all that belongs to it for each case, one cell of it nasty."""
    tables = {kind: Table([translate(f"{kind}.{name}", "zh") for name in _columns(kind)]) for kind in KINDS}
    for n, case in enumerate(cases, 1):
        beside = (*USUAL, *(("complaints",) if case.kind in ON_COMPLAINTS else ()))
        for kind in {*beside} - {case.kind}:
            tables[kind].rows.append(good(kind, n))
        row = good(case.kind, n) | {translate(f"{case.kind}.{case.column}", "zh"): case.value}
        if case.is_text_file:
            path = workspace.inbox / f"{case.kind}-{n}.csv"
            nights.csv(path, Table(tables[case.kind].headings, [row]), "utf-8")
        else:
            tables[case.kind].rows.append(row)
    for kind, table in tables.items():
        if table.rows:
            path = nights.save(workspace.inbox / f"{kind}.xlsx", {translate(f"kind.{kind}", "zh"): table})
            rewrite(path, "xl/sharedStrings", lambda part: part.replace(SURROGATE.encode(), b"_xD800_"))


def good(kind: str, n: int) -> Row:
    """Return a row of a kind as its blank workbook shows it filled in, of the n-th order."""
    if kind == "corrections":
        headings = (translate(f"corrections.{name}", "zh") for name in _columns(kind))
        return dict(zip(headings, (f"K7QZ3MA{n:03}", "甲", "乙"), strict=True))
    row = {field.heading: _numbered(typed(field), n) for field in fields(kind, "zh") if field.example}
    return row | ({translate("tracking.stage", "zh"): STAGES[3 - n % 4]} if kind == "tracking" else {})


def _numbered(example: Any, n: int) -> Any:
    """Return an example with its numbers and names made those of the n-th order."""
    if isinstance(example, str):
        for part, form in EXAMPLE_PARTS.items():
            example = example.replace(part, form.format(n=n))
    return example
