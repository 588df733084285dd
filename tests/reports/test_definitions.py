"""Every headline is recounted from the rows of the written workbook, over nights made up by chance."""

from __future__ import annotations

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
from schemas.language.words import translate
from tests.support import nights
from tests.support import paper_frames as made
from tests.support.recount import recounted

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.fixture(scope="module", params=range(4))
def night(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, pd.DataFrame]]:
    folder, tables = tmp_path_factory.mktemp("chance"), chance(request.param)
    list(write_workbooks(WORKBOOKS, tables, RunInfo("夜航", made.AS_OF, "R1", "zh"), folder))
    return folder, tables


@pytest.mark.parametrize("book", list(HEADLINES))
def test_headlines_are_what_the_rows_of_the_workbook_say(
    night: tuple[Path, dict[str, pd.DataFrame]], book: str
) -> None:
    folder, tables = night
    lists = {sheet.key: nights.rows(folder, book, sheet.key) for sheet in WORKBOOKS[book].lists if not sheet.split}
    wanted = recounted(book, lists, made.AS_OF)
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
