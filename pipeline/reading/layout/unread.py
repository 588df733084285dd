"""What is said of sheets that are not read: which table they are nearest to, what is missing, and what they hold.

A sheet is data where figures stand below its headings, and notes where there are none. Of notes a word is enough; data
that was not read must be seen by whoever sent it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import orjson

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import fold_heading
from pipeline.reading.layout.headings import is_like_heading, nearest_fit
from pipeline.reading.layout.layouts import head_of
from pipeline.reading.layout.unused_columns import likeness
from pipeline.reading.results import FileFinding, params
from schemas.incoming.sources import signs

UNKNOWN, UNREAD = "FILE-018", "FILE-041"
OF_SHEETS = ("FILE-005", "FILE-019", "FILE-020", "FILE-021", "FILE-040")  # why a sheet, or a table on it, was not read
SHEETS = "sheets"  # the param of a finding on several sheets: the name of each and how many rows
MOST_NAMED = 12  # headings or sheets in one sentence
LEAST_CELLS = 2  # a row of data says something of something
Phrase = tuple[str, dict[str, str]]  # a phrase of the word tables, and what it says


def unknown_sheet(grid: Grid) -> FileFinding:
    """Return what is said of a sheet none of whose rows is the heading of a table."""
    head = head_of(grid)
    fit = nearest_fit(head)
    at = fit.at if fit else next((at for at, row in enumerate(head.rows) if is_like_heading(row)), -1)
    count = rows_of_data(grid.rows[at + 1 :])
    said = _nearest(fit) if fit else _alike(head.rows[at]) if at >= 0 else [("unread.no_heading", {})]
    said += _unknown(fit, head.rows[at]) if at >= 0 else []
    said += [("unread.rows", {"count": str(count)})] if count else []
    row = grid.numbers[at] if at >= 0 else 0
    return FileFinding(UNKNOWN, grid.name, row=row, params=params(count=count, other_phrases=dumped(said)))


def rows_of_data(rows: Sequence[Sequence[Raw]]) -> int:
    """Return how many rows hold a figure beside something else; numbers that only count the rows are none."""
    several = [row for row in rows if sum(cell != BLANK for cell in row) >= LEAST_CELLS]
    counted = {n for n in range(len(several[0])) if _only_counts([row[n] for row in several])} if several else set()
    return sum(any(_is_figure(cell) for n, cell in enumerate(row) if n not in counted) for row in several)


def condensed(findings: Sequence[FileFinding], *, has_tables: bool) -> list[FileFinding]:
    """Return the findings of a file with one for all its sheets that hold data nobody read.

    `has_tables`: another sheet was read. Else the file is refused, for the sheet that holds most.
    """
    unknown = [finding for finding in findings if finding.rule == UNKNOWN and (_count(finding) or not has_tables)]
    rest = folded(finding for finding in findings if finding not in unknown)
    if not unknown:
        return rest
    most = max(unknown, key=_count)
    others = [finding for finding in unknown if finding is not most]
    return [*rest, _unread(most, unknown) if has_tables else _with_others(most, others)]


def folded(findings: Iterable[FileFinding]) -> list[FileFinding]:
    """Return findings of a file with one for all its sheets that were not read for one and the same reason."""
    alike: dict[object, list[FileFinding]] = {}
    for finding in findings:
        why = tuple(each for each in finding.params if each[0] != "count")
        same = (finding.rule, finding.column, why) if finding.rule in OF_SHEETS else len(alike)
        alike.setdefault(same, []).append(finding)
    return [_of_sheets(same) if len(same) > 1 else same[0] for same in alike.values()]


def _of_sheets(same: Sequence[FileFinding]) -> FileFinding:
    """Return the first finding with the names of all sheets, and how many rows of each it is about."""
    rows: dict[str, int] = {}
    for finding in same:
        rows[finding.sheet] = rows.get(finding.sheet, 0) + _count(finding)
    names = [*list(rows)[:MOST_NAMED], *(["\u2026"] if len(rows) > MOST_NAMED else [])]
    own = dict(same[0].params) | {"sheet": ", ".join(names), SHEETS: dumped([*rows.items()])}
    given = own | ({"count": str(sum(rows.values()))} if sum(rows.values()) else {})
    return replace(same[0], params=params(**given))


def _unread(most: FileFinding, unknown: Sequence[FileFinding]) -> FileFinding:
    """Return the finding on a file that was read in part."""
    if len(unknown) == 1:
        said: list[Phrase] = [("unread.one_sheet", {"name": most.sheet})]
    else:
        named = _named(f"{finding.sheet} ({_count(finding)})" for finding in unknown)
        said = [("unread.sheets", named | {"count": str(len(unknown))}), ("unread.most", {"name": most.sheet})]
    given = params(count=sum(map(_count, unknown)), other_phrases=dumped([*said, *_phrases(most)]))
    sheet, row = (most.sheet, most.row) if len(unknown) == 1 else ("", 0)
    return FileFinding(UNREAD, sheet, row=row, params=given)


def _with_others(most: FileFinding, others: Sequence[FileFinding]) -> FileFinding:
    if not others:
        return most
    named = _named(finding.sheet for finding in others) | {"count": str(len(others))}
    said = dumped([*_phrases(most), ("unread.others", named)])
    return FileFinding(UNKNOWN, most.sheet, row=most.row, params=params(count=_count(most), other_phrases=said))


def _nearest(fit: Fit) -> list[Phrase]:
    known = _understood(fit)
    pairs = [[fit.headings[at].strip(), f"{fit.kind}.{field}"] for at, field in sorted(known.items())]
    missing = ",".join(" ".join(f"{fit.kind}.{field}" for field in fields) for fields in fit.missing)
    said: list[Phrase] = [("unread.near", {"kind_words": f"kind.{fit.kind}"})]
    said += [("unread.understood", {"columns_pairs": dumped(pairs[:MOST_NAMED])})] if pairs else []
    return [*said, ("unread.missing", {"columns_words": missing})] if missing else said


def _understood(fit: Fit) -> dict[int, str]:
    """Return position → field; without headings that are too common to stand for what is missing."""
    missing = {field for fields in fit.missing for field in fields}
    return {at: field for field, places in fit.columns.items() if field not in missing for at in places}


def _alike(row: Sequence[Raw]) -> list[Phrase]:
    """Return the kind whose needed columns the headings of a row are most like, though none of them is known."""
    texts = [cell.strip() for cell in row if type(cell) is str and cell.strip()]
    found: dict[str, dict[str, tuple[float, str]]] = {}  # kind → field → how like, and which heading
    for sign in signs():
        needed = {field for clause in sign.needs for field in clause.fields}
        for text in texts:
            alike = likeness(sign.kind, fold_heading(text)).items()
            like, field = max(((like, field) for field, like in alike if field in needed), default=(0.0, ""))
            if like > found.get(sign.kind, {}).get(field, (0.0, ""))[0]:
                found.setdefault(sign.kind, {})[field] = (like, text)
    said: list[Phrase] = [("unread.none_known", {})]
    if not found:
        return said
    kind = max(found, key=lambda kind: sum(like for like, _ in found[kind].values()))
    pairs = [[text, f"{kind}.{field}"] for field, (_, text) in found[kind].items()]
    return [*said, ("unread.alike", {"kind_words": f"kind.{kind}", "columns_pairs": dumped(pairs)})]


def _unknown(fit: Fit | None, row: Sequence[Raw]) -> list[Phrase]:
    known = _understood(fit) if fit else {}
    left = [cell.strip() for at, cell in enumerate(row) if type(cell) is str and cell.strip() and at not in known]
    return [("unread.unknown", _named(left, "columns"))] if left else []


def _named(names: Iterable[str], key: str = "names") -> dict[str, str]:
    """Return the first of these names, each as it stands."""
    several = list(names)
    shown = [[name, ""] for name in several[:MOST_NAMED]]
    return {f"{key}_pairs": dumped([*shown, ["…", ""]] if len(several) > MOST_NAMED else shown)}


def dumped(said: object) -> str:
    """Return phrases or pairs as a param holds them."""
    return orjson.dumps(said).decode()


def _phrases(finding: FileFinding) -> list[Phrase]:
    said: list[Phrase] = orjson.loads(dict(finding.params)["other_phrases"])
    return said


def _count(finding: FileFinding) -> int:
    return int(dict(finding.params).get("count", 0))


def _only_counts(cells: Sequence[Raw]) -> bool:
    return [str(cell).removesuffix(".0") for cell in cells] == [str(n) for n in range(1, len(cells) + 1)]


def _is_figure(cell: Raw) -> bool:
    """Return whether it is a number or a day, or a text that holds nothing else."""
    if type(cell) is not str:
        return not isinstance(cell, bool)
    return any(sign.isdigit() for sign in cell) and not any(sign.isalpha() for sign in cell)
