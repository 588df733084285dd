"""Every headline is recounted from the rows of the written workbook, over nights made up by chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from pipeline.core.phrases import phrase
from pipeline.excel.run_info import RunInfo
from pipeline.excel.write.workbook import write_workbooks
from pipeline.night.counts import headlines
from reports import WORKBOOKS
from reports.definitions import HEADLINES
from reports.shape import Cards, Summary
from schemas.derived.receivables import BUCKETS
from schemas.language.words import translate
from schemas.policy import states
from schemas.policy.rules import SEVERITIES
from tests.support import nights
from tests.support import paper_frames as made

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[dict[str, Any]]
Lists = dict[str, Rows]
TODAY = datetime(made.AS_OF.year, made.AS_OF.month, made.AS_OF.day)
# columns whose values change places from row to row, by table
SHUFFLED = {
    "standing": "delivery_state delay_wd open_complaints amount_fen payment_state",
    "receivables": "open_fen overdue_days promised_on fee_fen",
    "findings": "severity life count",
    "cases": "is_open is_overdue claim_fen state",
    "clocks": "clock_state stopped_at",
    "todo": "is_overdue due_on",
}


def chance(seed: int) -> dict[str, pd.DataFrame]:
    """Tables of one night; no two columns of a row know of each other."""
    tables = made.tables(14)
    for name, columns in SHUFFLED.items():
        frame = tables[name]
        mixed = {
            column: frame[column].sample(frac=1, replace=True, random_state=100 * seed + place)
            for place, column in enumerate(columns.split())
        }
        tables[name] = frame.assign(**{column: values.set_axis(frame.index) for column, values in mixed.items()})
    tables["ageing"] = made.ageing(tables["receivables"])
    return tables


def says(row: dict[str, Any], field: str, word: str) -> bool:
    return str(row[field]).endswith(word)


def count(rows: Rows, holds: Callable[[dict[str, Any]], bool]) -> int:
    return sum(holds(row) for row in rows)


def total(rows: Rows, field: str, holds: Callable[[dict[str, Any]], bool] = lambda _: True) -> float:
    return round(sum(float(row[field] or 0) for row in rows if holds(row)), 2)


def above(field: str, least: float) -> Callable[[dict[str, Any]], bool]:
    return lambda row: row[field] != "" and float(row[field]) > least


def promised(first: int, last: int) -> Callable[[dict[str, Any]], bool]:
    def holds(row: dict[str, Any]) -> bool:
        day = pd.to_datetime(row["promised_on"]) if row["promised_on"] else None
        return day is not None and timedelta(first) <= day - TODAY <= timedelta(last)

    return holds


def orders(lists: Lists) -> dict[str, float]:
    rows = lists["orders"]
    state = {
        key: count(rows, lambda row, key=key: says(row, "delivery_state", states.state_text("delivery", key, "zh")))  # type: ignore[misc]
        for key in ("late", "very_late", "done_late", "done")
    }
    return {
        "orders": len(rows),
        "amount_fen": total(rows, "amount_fen"),
        "delayed": count(rows, above("delay_wd", 0)),
        "delayed_long": count(rows, above("delay_wd", 3)),
        "late": state["late"] + state["very_late"],
        "late_long": state["very_late"],
        "done_late": state["done_late"],
        "on_time": state["done"],
        "open_complaints": total(rows, "open_complaints"),
    }


def found(lists: Lists) -> dict[str, float]:
    rows = lists["findings"]
    made = {
        key: total(rows, "count", lambda row, key=key: says(row, "severity", translate(f"severity.{key}", "zh")))
        for key in SEVERITIES
    }  # type: ignore[misc]
    new = total(rows, "count", lambda row: says(row, "life", translate("life.new", "zh")))
    return made | {"all": total(rows, "count"), "new": new, "waivers": len(lists["waived"])}


def owed(lists: Lists) -> dict[str, float]:
    rows, late = lists["open"], above("overdue_days", 0)
    aged = [f"{bucket}_fen" for bucket in BUCKETS if bucket not in ("not_due", "unknown")]
    return {
        "open_fen": total(rows, "open_fen"),
        "overdue_fen": total(rows, "open_fen", late),
        "overdue_items": count(rows, late),
        "overdue_customers": count(lists["ageing"], lambda row: sum(float(row[name] or 0) for name in aged) > 0),
        "old_fen": total(rows, "open_fen", above("overdue_days", 90)),
        "promised_fen": total(rows, "open_fen", promised(0, 7)),
        "broken_fen": total(rows, "open_fen", promised(-9999, -1)),
        "unapplied_fen": total(lists["unapplied"], "left_fen"),
        "fee_fen": total(lists["fees"], "fee_fen"),
    }


def complained(lists: Lists) -> dict[str, float]:
    rows, clocks = lists["cases"], lists["clocks"]
    is_open = [row for row in rows if says(row, "is_open", "是")]
    word = {key: translate(f"paper.clock_state.{key}", "zh") for key in ("running", "overdue", "late")}
    state = {key: count(clocks, lambda row, text=text: says(row, "clock_state", text)) for key, text in word.items()}  # type: ignore[misc]
    return {
        "complaints": len(rows),
        "open": len(is_open),
        "overdue": count(is_open, lambda row: says(row, "is_overdue", "是")),
        "claim_fen": total(rows, "claim_fen"),
        "steps_running": state["running"],
        "steps_overdue": state["overdue"],
        "steps_late": state["late"],
        "steps_on_time": count(clocks, lambda row: "按时" in str(row["clock_state"]) and row["stopped_at"] != ""),
    }


def listed(lists: Lists) -> dict[str, float]:
    return {"lines": len(lists["todo"]), "overdue": count(lists["todo"], lambda row: says(row, "is_overdue", "是"))}


RECOUNT = {"tracking": orders, "findings": found, "receivables": owed, "complaints": complained, "todo": listed}


@pytest.fixture(scope="module", params=range(4))
def night(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, pd.DataFrame]]:
    folder, tables = tmp_path_factory.mktemp("chance"), chance(request.param)
    list(write_workbooks(WORKBOOKS, tables, RunInfo("夜航", made.AS_OF, "R1", "zh"), folder))
    return folder, tables


@pytest.mark.parametrize("book", list(RECOUNT))
def test_headlines_are_what_the_rows_of_the_workbook_say(
    night: tuple[Path, dict[str, pd.DataFrame]], book: str
) -> None:
    folder, tables = night
    lists = {sheet.key: nights.rows(folder, book, sheet.key) for sheet in WORKBOOKS[book].lists if not sheet.split}
    wanted = RECOUNT[book](lists)
    assert set(wanted) == set(HEADLINES[book])
    said = headlines(tables, made.AS_OF)[book]
    assert {name: fen / 100 if name.endswith("_fen") else fen for name, fen in said.items()} == pytest.approx(wanted)
    shown = figures(folder, book)
    of_measure = {measure: wanted[name] for name, measure in HEADLINES[book].items()}
    known = [(word, value, of_measure[measure]) for word, measure, value in shown if measure in of_measure]
    assert [(word, value) for word, value, _ in known] == [(word, pytest.approx(count)) for word, _, count in known]
    assert len(known) >= len(shown) - 1  # a share is made of two of them


def figures(folder: Path, book: str) -> list[tuple[str, Any, float]]:
    """Every card of the summary: its word, its measure, and the figure below the word."""
    first = WORKBOOKS[book].sheets[0]
    if not isinstance(first, Summary):
        return []
    grid = nights.tabs(nights.paper(folder, book))[translate(first.tab, "zh")]
    cards = [card for block in first.blocks if isinstance(block, Cards) for card in block.cards]
    places = {
        str(cell): (row, col) for row, line in reversed(list(enumerate(grid[:16]))) for col, cell in enumerate(line)
    }
    at = {card.word: places[translate(card.word, "zh")] for card in cards}
    return [(card.word, card.measure, float(grid[at[card.word][0] + 1][at[card.word][1]])) for card in cards]


@pytest.mark.parametrize("book", ["tracking", "complaints"])
def test_the_conclusion_says_the_same_figures(night: tuple[Path, dict[str, pd.DataFrame]], book: str) -> None:
    folder, tables = night
    said = headlines(tables, made.AS_OF)[book]
    rate = {"rate": f"{100 * said['late'] / said['orders']:.1f}%"} if book == "tracking" else {}
    text = phrase(f"sentence.{book}", "zh", **{name: f"{number:,}" for name, number in said.items()}, **rate)
    assert text in nights.texts(nights.paper(folder, book))
