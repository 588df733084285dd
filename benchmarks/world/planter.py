"""Where defects go: clean rows by kind and condition, one defect a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from benchmarks.world import days, money
from benchmarks.world.clean_world import copied
from benchmarks.world.orders import LAST_DAY
from benchmarks.world.rows import Defect, Row, Sheet, Value
from pipeline.excel.write.sample_sheets import Formula

if TYPE_CHECKING:
    from benchmarks.world.clean_world import World
    from benchmarks.world.trade import Order


class Planter:
    """The arranged sheets of a night and what was planted in them so far."""

    def __init__(self, world: World, sheets: list[Sheet]) -> None:
        self.world = world
        self.sheets = sheets
        self.home = {id(row): sheet for sheet in sheets for row in sheet.real()}
        self.before: dict[int, dict[str, Value]] = {}  # id of a row -> its cells before planting
        self.books = money.Books(world.rng)
        self.books.used.update({f"{LAST_DAY:%Y%m}": 700, "202605": 700, "invoice": 5000})

    def rows(self, kind: str) -> Iterable[Row]:
        """Clean rows of a kind, in the order of the sheets."""
        return (row for sheet in self.sheets if sheet.kind == kind for row in sheet.real() if not row.is_planted)

    def order(self, row: Row) -> Order:
        """The order a line belongs to."""
        return self.world.order_of[id(row)]

    def pick(self, kind: str, where: Callable[[Row], bool]) -> Row:
        """The first clean row that fits. Raises LookupError when the world is too small."""
        found = next((row for row in self.rows(kind) if where(row)), None)
        if found is None:
            raise LookupError(f"no clean row of {kind} left")  # the world is too small for one more defect
        found.is_planted = True
        self.before[id(found)] = dict(found.cells)
        return found

    def fresh(self, where: Callable[[Order], bool] = lambda _: True, *, loose: bool = False) -> Row:
        """The one line of an order just received."""

        def fits(row: Row) -> bool:
            order = self.order(row)
            return order.state == "fresh" and order.is_loose is loose and where(order)

        row = self.pick("orders", fits)
        answered(row)
        return row

    def plant(self, row: Row, column: str, value: Value, why: tuple[str, str, str]) -> None:
        """Write a wrong value; why = (rule, what becomes of the row, reason)."""
        rule, expected, reason = why
        row.cells[column] = value
        self.expect(row, column, rule, reason)
        if expected != "accepted":
            row.expected = expected

    def expect(self, row: Row, column: str, rule: str, why: str) -> None:
        """Note what was planted; the row takes nothing more."""
        row.is_planted = True
        row.defects.append(Defect(rule, column, why))

    def add(self, row: Row, kind: str, *, after: Row | None = None, file: str = "") -> Row:
        """A further row: behind another, else at the foot of the last sheet of its kind."""
        sheet = self.home[id(after)] if after else [s for s in self.sheets if s.kind == kind and file in s.file][-1]
        at = len(sheet.rows) if after is None else next(n for n, other in enumerate(sheet.rows) if other is after) + 1
        sheet.rows.insert(at, row)
        self.home[id(row)] = sheet
        row.is_planted = True
        return row

    def copy_below(self, row: Row, **changed: Value) -> Row:
        """A second row right below that says the same but for what changed."""
        twin = copied(row)
        twin.cells |= changed
        twin.merges_up = False
        return self.add(twin, row.kind, after=row)

    def remove(self, row: Row) -> None:
        """Take a row out of its sheet."""
        sheet = self.home.pop(id(row))
        sheet.rows = [other for other in sheet.rows if other is not row]

    def remove_documents(self, number: Value) -> None:
        """Take out what hangs on a complaint whose number will not be read."""
        for kind in ("visits", "evidence", "capa"):
            for row in list(self.rows(kind)):
                if row.get("complaint_no") == number:
                    self.remove(row)

    def receipt(self) -> Row:
        """Money of a customer who has no open order: nothing else hangs on it."""
        payer = self.world.customers[-1].name
        n = self.books.used["extra"] = self.books.used["extra"] + 1
        row = self.books.receipt(days.plus(LAST_DAY, -4), payer, Decimal(3000 + n * 111))
        self.before[id(row)] = dict(row.cells)
        return self.add(row, "receipts")


def answered(row: Row) -> None:
    """The customer was asked the next working day, so nobody waits for the missing cell."""
    received = row.get("received_at")
    if isinstance(received, datetime):
        row.cells["supplement_at"] = days.at(days.plus(received.date(), 1), 9, 30)


def value_of(written: str) -> Value:
    """A cell of the table of defects: text, ``#`` number, ``date:``, ``serial:``, ``=formula|value``."""
    if not written:
        return None
    if written.startswith("date:"):
        return date.fromisoformat(written.removeprefix("date:"))
    if written.startswith("serial:"):
        return float(written.removeprefix("serial:"))
    if written.startswith("#"):
        return int(written[1:])
    if written.startswith("="):
        text, _, value = written.partition("|")
        return Formula(text, float(value) if value[:1].isdigit() else value)
    return written
