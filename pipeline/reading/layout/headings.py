"""Which row is the heading, which kind of sheet that makes it, which column is which field.

Exact after folding, never by likeness: fuzzy matching takes "not paid" for "paid". Two rows may be a heading that only
together say what a column is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Columns, Fit, strong_fields, told
from pipeline.reading.layout.foreign import foreign_to
from pipeline.reading.layout.heading_names import (
    NET_AND_GROSS,
    aliases,
    is_of_money,
    is_outgoing,
    known_name,
    other_names,
    own_names,
    strong_names,
    weak_names,
)
from pipeline.reading.layout.joined_headings import JoinedRow, join_rows
from pipeline.reading.layout.loose_names import with_loose_names
from pipeline.reading.layout.proved_quantity import with_proved_quantity
from pipeline.reading.layout.tax_words import find_tax, mark_of, says_tax, without_tax_words
from pipeline.reading.layout.title_sides import is_their_title
from schemas.incoming.foreign import Foreign
from schemas.incoming.sources import Sign, signs

SEARCHED_ROWS = 30  # titles, notes and terms above a list are fewer, and a row further down is data or another table
LEAST_HEADINGS = 2  # one known word alone is a title or a value
DEEPEST = 2  # rows below the first in which a heading of several rows may say more
ALL = 99  # clauses: what lacks all of them is looked at all the same
NEAR_HEADINGS = 4  # so many known headings make a row worth naming when one is missing
BEFORE_PROOF = 2  # clauses that may lack where the figures below prove what a column is
HALF = 0.5  # of the headings: what most of them are, the row is
FIGURES = frozenset("0123456789\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


@dataclass(frozen=True)
class FoundHeading:
    """What the search gave: the fit to read by, rivals that fit as well, or the nearest miss."""

    fit: Fit | None = None
    rivals: tuple[Fit, ...] = ()
    near: Fit | None = None
    foreign: Mapping[int, Foreign] = field(default_factory=dict)  # position → the table of others that begins there


def find_heading(grid: Grid) -> FoundHeading:
    """Return the heading of a grid: of rows that stand together the one with most known headings, then the first."""
    near: list[Fit] = []
    best: list[Fit] = []
    foreign, others = dict[int, Foreign](), dict[int, list[Foreign]]()
    for at, row in heading_candidates(grid):
        others[at] = others.get(at, []) + (foreign_to(row) if is_like_heading(row) else [])
        possible = _proved(grid, _fits(row, at, BEFORE_PROOF))
        fits = [fit for fit in possible if not _is_never(fit.kind, others[at])]
        kinds = {fit.kind for fit in possible if not fit.missing}
        foreign |= [(at, each) for each in others[at] if any(map(each.is_never, kinds))]
        whole = _not_explained_away([fit for fit in fits if not fit.missing])
        near += [fit for fit in fits if _is_near(fit)]
        if not whole or (best and at > best[0].at + DEEPEST):
            continue  # a further table, to be read after the first
        if not best or _weight(whole[0]) > _weight(best[0]):
            best = whole
    if not best:
        return FoundHeading(near=max(near, key=_weight, default=None), foreign=foreign)
    above = {at: each for at, each in foreign.items() if at < best[0].at}
    return FoundHeading(fit=best[0], rivals=tuple(best[1:]), foreign=above)


def nearest_fit(grid: Grid) -> Fit | None:
    """Return the kind a grid is nearest to, where its heading lacks too much to be read: one that has a needed heading.

    It only tells somebody what is missing; nothing is ever read by it.
    """
    rows = ((at, row, foreign_to(row) if is_like_heading(row) else []) for at, row in heading_candidates(grid))
    fits = [fit for at, row, others in rows for fit in _fits(row, at, ALL, 1) if not _is_never(fit.kind, others)]
    near = [fit for fit in fits if any(field in fit.columns for clause in fit.sign.needs for field in clause.fields)]
    return max(near, key=lambda fit: (_weight(fit) - len(fit.missing), _weight(fit)), default=None)


def is_like_heading(row: Sequence[Raw]) -> bool:
    """Return whether a row is words from one place to the next, as the headings of a table are."""
    filled = [cell for cell in row if cell != BLANK]
    return len(filled) > LEAST_HEADINGS and all(type(cell) is str for cell in filled)


def fits_of(row: Sequence[object], at: int = 0, lacking: int = 1) -> list[Fit]:
    """Return the row as a heading of every kind of which it lacks no more than so many clauses."""
    others = foreign_to(row)
    return [fit for fit in _fits(row, at, lacking) if not _is_never(fit.kind, others)]


def _proved(grid: Grid, fits: Sequence[Fit]) -> list[Fit]:
    """Return the fits that lack one clause at most, once figures have proved which column is the quantity."""
    return [fit for fit in (with_proved_quantity(grid, fit) for fit in fits) if len(fit.missing) <= 1]


def _is_never(kind: str, others: Sequence[Foreign]) -> bool:
    return any(each.is_never(kind) for each in others)


def _fits(row: Sequence[object], at: int, lacking: int = 1, least: int = LEAST_HEADINGS) -> list[Fit]:
    written = {position: cell for position, cell in enumerate(row) if type(cell) is str and cell}
    names = with_loose_names(written, {position: known_name(text) for position, text in written.items()})
    if sum(bool(name) for name in names.values()) < least:
        return []
    return [fit for sign in signs() if (fit := _fit(sign, at, names, written, lacking)) is not None]


def heading_candidates(grid: Grid) -> Iterator[tuple[int, list[Raw]]]:
    """Return position and cells of every row that may be a heading, the row alone before two rows together."""
    for at, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        is_below = at > 0 and grid.numbers[at - 1] + 1 == grid.numbers[at] and all(type(cell) is str for cell in row)
        is_below = is_below and not is_their_title(grid.rows[at - 1])
        joined = join_rows(grid.rows[at - 1], row) if is_below else JoinedRow(row)
        if not (joined.is_needed or is_form_row(grid, at)):
            yield at, row
        if joined.cells != row:
            yield at, joined.cells


def is_form_row(grid: Grid, at: int) -> bool:
    """Return whether labels stand in a row with their values beside them, as on a printed form."""
    row = grid.rows[at]
    labels = [n for n, cell in enumerate(row) if _is_label(cell)]
    beside = [n for n in labels if n + 1 < len(row) and row[n + 1] != BLANK and not _is_label(row[n + 1])]
    if len(beside) <= HALF * len(labels):
        return False
    if any(_is_figure(row[n + 1]) for n in beside):
        return True
    below = grid.rows[at + 1] if at + 1 < len(grid.rows) else []
    return sum(_is_label(below[n]) for n in labels if n < len(below)) > HALF * len(labels)


def _fit(sign: Sign, at: int, names: Mapping[int, str], written: Mapping[int, str], lacking: int) -> Fit | None:
    columns = _columns(sign, names)
    said = {name: [names[at] for at in positions] for name, positions in columns.items()}
    strong = strong_fields(sign, said)
    for name in sign.by_weak_name & strong:
        columns[name] = [at for at in columns[name] if names[at] not in weak_names(sign)]
    missing = sign.missing(told(sign, said))
    for name in sign.by_weak_name.intersection(name for clause in missing for name in clause.fields):
        columns.pop(name, None)  # a weak name that proves nothing here
    if not columns or len(missing) > lacking or _is_excluded(sign, names):
        return None
    for name, positions in columns.items():
        positions.sort(key=lambda position: (_rank(names[position], own_names(sign.kind, name)), position))
    _name_sum(sign, columns, names, written)
    lacks = tuple(clause.fields for clause in missing)
    fit = Fit(sign, at, columns, written, lacks, not missing and bool(sign.missing(strong)), names)
    return None if fit.is_by_weak_name and _has_other_sums(fit) else fit


def _columns(sign: Sign, names: Mapping[int, str]) -> Columns:
    """Return what the names call their columns; where one that is needed lacks, what may stand for it does."""
    known, columns = aliases(sign.kind), dict[str, list[int]]()
    for position, name in names.items():
        if known_as := known.get(name):
            columns.setdefault(known_as, []).append(position)
    for needed, others in sign.instead:
        if needed not in columns and (other := next((name for name in others if name in columns), None)):
            columns[needed] = columns.pop(other)
    return columns


def _has_other_sums(fit: Fit) -> bool:
    """A day beside what was received and what is owed, or went out, may be the day of that."""
    left = (text for at, text in fit.headings.items() if at not in fit.explained)
    return any(is_of_money(text) or is_outgoing(text) for text in left)


def _rank(name: str, own: Sequence[str]) -> int:
    """Of columns of one field a sum with tax goes first and one without it last, then the field's own name counts."""
    said = says_tax(name)
    if said is False:
        return 3
    if said and (name in {text + mark_of(is_gross=True) for text in own} or without_tax_words(name) == name):
        return 0
    return 1 if name in own else 2


def _name_sum(sign: Sign, columns: Columns, names: Mapping[int, str], written: Mapping[int, str]) -> None:
    """The only sum of invoices that say nothing of tax is what they come to."""
    for net, gross in NET_AND_GROSS.items():
        is_said = any(find_tax(text) for text in written.values())
        if net not in columns or gross in columns or is_said or gross not in aliases(sign.kind).values():
            continue
        if names[columns[net][0]] in other_names(sign.kind, net):  # its own name says that it is before tax
            columns[gross] = columns.pop(net)


def _is_excluded(sign: Sign, names: Mapping[int, str]) -> bool:
    present = set(names.values())
    return any(all(not present.isdisjoint(strong_names(field)) for field in group) for group in sign.excludes)


def _not_explained_away(fits: list[Fit]) -> list[Fit]:
    """Return the fits that no other explains away, the widest first.

    One fit explains another away when it knows all the columns that make the other fit.
    """
    sure = [fit for fit in fits if not fit.is_by_weak_name] or fits
    left = [fit for fit in sure if not any(_covers(other, fit) for other in sure if other is not fit)]
    return sorted(left, key=_weight, reverse=True)


def _covers(wide: Fit, narrow: Fit) -> bool:
    return _claims(wide, narrow) and (not _claims(narrow, wide) or _weight(wide) > _weight(narrow))


def _claims(wide: Fit, narrow: Fit) -> bool:
    explained = wide.explained
    shared = {field for field, positions in narrow.columns.items() if explained.intersection(positions)}
    return not narrow.sign.missing(shared)


def _weight(fit: Fit) -> int:
    return len(fit.explained)


def _is_near(fit: Fit) -> bool:
    """One clause short, and most of the row is headings of this kind, many of them of no other."""
    weak = weak_names(fit.sign)
    own = sum(fit.names.get(at, "") not in weak for at in fit.explained)
    is_known = len(fit.sign.needs) > 1 and own >= NEAR_HEADINGS
    return bool(fit.missing) and is_known and len(fit.explained) > HALF * len(fit.headings)


def _is_label(cell: Raw) -> bool:
    return type(cell) is str and bool(cell) and bool(known_name(cell))


def _is_figure(cell: Raw) -> bool:
    """A number, a day, or a text with digits in it: no heading."""
    return type(cell) is not str or not FIGURES.isdisjoint(cell)
