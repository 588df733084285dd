"""Which rows stand in which sheet of which workbook, as the teams keep them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from benchmarks.world.rows import Row, Sheet
from benchmarks.world.words import layout, listed, word

if TYPE_CHECKING:
    from benchmarks.world.clean_world import World
    from benchmarks.world.trade import Order

GROUP = 25  # rows between two blank lines of the second team's list
WEB_SHARE = 3  # orders of team 3 on every third day came by the web shop


def arranged_sheets(world: World) -> list[Sheet]:
    """Every sheet of the night, in the order of their files."""
    sheets = [*_monthly(world), _flat(world), *_third(world), _web(world)]
    sheets.append(_tracking(world))
    receipts = _by_year(world.rows["receipts"], "received_on")
    sheets.append(titled_sheet("shipments", "shipments", world.rows["shipments"]))
    sheets.append(titled_sheet("invoices", "invoices", world.rows["invoices"]))
    for year, file in ((2025, "receipts25"), (2026, "receipts26")):
        made = titled_sheet("receipts", file, receipts[year])
        made.has_total = year == 2025
        made.notes = [] if made.has_total else [word("label", "note2")]
        sheets.append(made)
    for kind, file in (
        ("opening", "opening"),
        ("reminders", "reminders"),
        ("customers", "customers"),
        ("qualifications", "customers"),
        ("prices", "prices"),
        ("discounts", "prices"),
        ("leadtimes", "prices"),
        ("complaints", "complaints"),
        ("visits", "complaints"),
        ("evidence", "complaints"),
        ("capa", "complaints"),
    ):
        sheets.append(titled_sheet(kind, file, world.rows[kind]))
    for made in sheets:
        if made.file == word("file", "shipments"):
            made.date_form = "31"  # the built-in form only Chinese Excel knows
    return sheets


def titled_sheet(form: str, file: str, rows: list[Row], **named: str) -> Sheet:
    """A titled sheet of one layout."""
    kind = named.get("kind", form)
    name = named.get("name") or word("sheet", form if form != "receipts" else "receipts")
    made = Sheet(word("file", file), name, kind, list(layout(form)), rows=list(rows))
    made.title = word("title", named.get("title", form), sheet=name)
    made.total_label = word("label", "total")
    made.subtitle = [word("label", "subtitle", who=listed("finance")[0]), word("label", "date")]
    if kind in {"orders", "receipts", "invoices"}:
        made.subtitle.append(word("label", "unit"))
    return made


def orders_of(world: World, team: int) -> list[Order]:
    """Orders of one team."""
    return [order for order in world.orders if order.customer.team == team]


def _monthly(world: World) -> list[Sheet]:
    """Team 1: a sheet a month, merged cells, a total at the foot."""
    made = []
    months = groupby(orders_of(world, 1), lambda order: (order.day.year, order.day.month))
    for (year, month), found in months:
        rows: list[Row | None] = []
        for order in found:
            for n, row in enumerate(order.lines):
                row.merges_up = n > 0
                rows.append(row)
        name = word("sheet", "month", y=year, m=month)
        monthly = titled_sheet("orders_a", "sales1", [], kind="orders", name=name)
        monthly.rows, monthly.has_total, monthly.notes = rows, True, [word("label", "note"), word("label", "note2")]
        made.append(monthly)
    return made


def _flat(world: World) -> Sheet:
    """Team 2: one long list with blank lines, every cell repeated."""
    rows: list[Row | None] = []
    for order in orders_of(world, 2):
        if len(rows) % GROUP > GROUP - 4:
            rows.extend([None] * (GROUP - len(rows) % GROUP))
        rows.extend(order.lines)
    made = titled_sheet("orders_b", "sales2", [], kind="orders", name=word("sheet", "sales2"))
    made.rows, made.notes = rows, [word("label", "note")]
    made.date_form = "yyyy/m/d"
    return made


def _third(world: World) -> list[Sheet]:
    """Team 3: orders and tracking in one workbook."""
    mine = [order for order in orders_of(world, 3) if not _is_web(order)]
    rows: list[Row] = []
    for order in mine:
        for row in order.lines:
            row.cells["line_no"] = len(rows) + 1
            rows.append(row)
    first = titled_sheet("orders_c", "sales3", rows, kind="orders", name=word("sheet", "sales3"))
    numbers = {order.number for order in mine}
    tracked = [row for row in world.rows["tracking"] if row.get("order_no") in numbers]
    return [
        first,
        titled_sheet("track3", "sales3", tracked, kind="tracking", name=word("sheet", "track3"), title="tracking"),
    ]


def _is_web(order: Order) -> bool:
    """Plain orders with nothing the web export has no column for."""
    plain = order.state == "done" and order.customer.team == 3
    line = order.lines[0]
    return plain and order.day.day % WEB_SHARE == 0 and not any(row.get("discount") for row in (line, *order.lines))


def _web(world: World) -> Sheet:
    rows = [row for order in orders_of(world, 3) if _is_web(order) for row in order.lines]
    return Sheet(word("file", "web"), "", "orders", list(layout("web")), rows=list(rows))


def _tracking(world: World) -> Sheet:
    numbers = {order.number for order in orders_of(world, 3) if not _is_web(order)}
    rows = [row for row in world.rows["tracking"] if row.get("order_no") not in numbers]
    return titled_sheet("tracking", "tracking", rows)


def _by_year(rows: list[Row], column: str) -> dict[int, list[Row]]:
    years: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        day = row.get(column)
        years[day.year if isinstance(day, date) else 2026].append(row)
    return years


def csv_text(made: Sheet) -> str:
    """The web shop's export: no title, dates as text, every field as it is shown."""
    lines = [",".join(heading for _, heading in made.columns)]
    lines += [",".join(_plain(row.get(column)) for column, _ in made.columns) for row in made.real()]
    return "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.2f}" if isinstance(value, Decimal) else str(value)
    return f'"{text}"' if "," in text else text
