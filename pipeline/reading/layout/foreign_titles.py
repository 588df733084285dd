"""Tables that are not ours by what their title, their sheet or their file is called, where their headings are silent.

What is nearer to the rows goes first: the line next above them, those above it, the sheet's name, the file's. One that
speaks of our side ends the search, one that speaks of both decides nothing. Whatever they say, a column or a line that
says who buys makes the table ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import PurePosixPath

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.foreign import foreign_to
from pipeline.reading.layout.heading_names import fold_heading
from pipeline.reading.layout.headings import is_like_heading, nearest_fit
from pipeline.reading.layout.layouts import FoundTables, head_of
from pipeline.reading.layout.row_labels import is_title
from pipeline.reading.layout.rows import sort_rows
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.layout.title_customer import named_in
from pipeline.reading.layout.title_sides import OURS, Said, find_title, says_ours, titles_in
from pipeline.reading.layout.unread import dumped, rows_of_data
from pipeline.reading.results import FileFinding, params
from schemas.incoming.foreign import buyers, foreign_titles
from schemas.language.headings import parts

FOREIGN, TITLED, ONE_BUYER = "FILE-040", "unread.titled", "unread.one_buyer"
SELLERS = "sellers"


def titled_foreign(layout: TableLayout, file: str, heads: Sequence[Fit] = ()) -> Said | None:
    """Return what says that a table is not ours though its headings fit; nothing where it is.

    `file`: its name; `heads`: the headings of what stands on other sheets and is said of its rows.
    """
    if bought := _bought_by_one(layout):
        return bought
    if any(map(_names_buyer, layout.outside)):
        return None
    texts = [text for fit in (layout.fit, *heads) for text in fit.headings.values()]
    return find_title(_titles(layout, file), layout.fit.kind, texts)


def with_titles(found: FoundTables, file: str, heads: Sequence[Fit]) -> Iterator[tuple[TableLayout, Said | None]]:
    """Yield the tables, each with the title that says that it is not ours; one of the same rows goes with the first."""
    said = None
    for layout in found.tables:
        if layout.is_second and said:
            continue
        said = titled_foreign(layout, file, heads)
        yield layout, said


def leave_out(layout: TableLayout, said: Said) -> tuple[FileFinding, Grid | None]:
    """Return the finding on a table that is not ours, and the rest of its grid where another begins, be it by title."""
    grid, fit = layout.bare or (layout.grid, layout.fit)
    found = sort_rows(grid, fit)
    titles = (at for at in range(fit.at + 1, len(grid.rows)) if says_ours(grid.rows[at]))
    ends = [at for at in (found.other, next(titles, None)) if at is not None]
    end = min(ends, default=len(grid.rows))
    rest = replace(grid, numbers=grid.numbers[end:], rows=grid.rows[end:]) if ends else None
    return _told(said, grid, fit.at, sum(at < end for at in found.kept)), rest


def without_foreign(sheets: Mapping[int, tuple[Grid, Fit]], file: str) -> dict[int, tuple[Grid, Fit]]:
    """Return those of the sheets of heads and lines that no title calls another's; all where one says who buys."""
    fits = [fit for _, fit in sheets.values()]
    layouts = {at: TableLayout(grid, fit, outside=grid.rows[: fit.at]) for at, (grid, fit) in sheets.items()}
    return {at: sheets[at] for at, layout in layouts.items() if titled_foreign(layout, file, fits) is None}


def _told(said: Said, grid: Grid, at: int, count: int) -> FileFinding:
    """Return the finding on a table that is not ours, by the words that say so.

    `at`: position of its first row; `count`: how many rows it has.
    """
    key, buyer = (ONE_BUYER, {"other": said.buyer}) if said.buyer else (TITLED, {})
    phrase = (key, {"table_words": f"foreign.{said.foreign.table}", "name": said.title, **buyer})
    given = params(count=count, other_phrases=dumped([phrase]))
    return FileFinding(FOREIGN, grid.name, raw=said.title, params=given, row=grid.numbers[max(at, 0)])


def titled_rest(grid: Grid, found: FoundTables, file: str, above: str = "") -> FileFinding | None:
    """Return the finding on what is no table of ours where its title says so: nobody is to make it one.

    `above`: the kind of the table above, whose heading may be that of these rows too.
    """
    if found.tables or found.findings or found.blank_form or not grid.rows:
        return None
    if fit := next(iter(found.rivals), found.near) or nearest_fit(head_of(grid)):
        layout = TableLayout(grid, fit, outside=grid.rows[: fit.at])
        said = titled_foreign(layout, file)
        return _told(said, grid, fit.at, rows_of_data(grid.rows[fit.at + 1 :])) if said else None
    titles = list(takewhile(is_title, grid.rows))
    said = find_title((title for row in reversed(titles) for title in titles_in(row)), above, ())
    return _told(said, grid, 0, rows_of_data(grid.rows[len(titles) :])) if said else None


def _bought_by_one(layout: TableLayout) -> Said | None:
    """Return what shows that we are who buys: the rows name several who sell, and one buyer in all of them."""
    table = next((each for each in foreign_titles() if layout.fit.kind in each.kinds), None)
    headings = {fold_heading(text): (at, text.strip()) for at, text in layout.fit.headings.items()}
    sellers = [headings[name] for name in map(fold_heading, parts()[SELLERS]) if name in headings]
    names = (name for name in dict.fromkeys(map(fold_heading, buyers())) if name in headings)
    bought = [headings[name] for name in names if not OURS.search(name)]  # nobody is a customer of their own
    if table is None or layout.cells or not (sellers and bought):
        return None
    rows = layout.grid.rows[layout.fit.at + 1 :]
    pairs = {(_name(row[sellers[0][0]]), _name(row[bought[0][0]])) for row in rows}
    pairs = {pair for pair in pairs if all(pair)} - {(fold_heading(sellers[0][1]), fold_heading(bought[0][1]))}
    is_one = len({buyer for _, buyer in pairs}) == 1 < len({seller for seller, _ in pairs})
    return Said(sellers[0][1], table, bought[0][1]) if is_one else None


def _name(cell: Raw) -> str:
    return fold_heading(cell) if type(cell) is str else ""


def _names_buyer(row: Sequence[Raw]) -> bool:
    return next(named_in(row), None) is not None


def _titles(layout: TableLayout, file: str) -> Iterator[str]:
    """Return what may say of a table whose it is, the nearest first. Of a form only what stands above its labels."""
    above = layout.outside
    if layout.cells:
        above = list(takewhile(lambda row: len({cell for cell in row if cell != BLANK}) <= 1, above))
    for row in reversed(above):
        if is_like_heading(row) and foreign_to(row):
            break  # what stands above that is of that table
        yield from titles_in(row)
    yield layout.grid.name
    yield PurePosixPath(file).stem
