"""Every workbook with problems goes back to its sender, marked; written beside the night's outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.core import files
from pipeline.core.limited import Failed, Limits, run_limited
from pipeline.core.phrases import phrase
from pipeline.excel.edit.xml_edit import NotEditable
from pipeline.excel.write.tables import PlainSheet, write_rows
from pipeline.feedback.returned_copies.mark import MarkedCopy, mark_copy
from pipeline.feedback.returned_copies.origin import origin_of
from pipeline.feedback.returned_copies.selection import PACKED, GoingBack, choose_returns, copy_names, list_findings
from pipeline.ledger import files_behind
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.grid import Grid
from pipeline.reading.files.guard import inspect
from pipeline.reading.files.package import Damaged
from pipeline.reading.files.text_files import open_text
from pipeline.reading.values.cells import NO_VALUE, PICTURE, ErrorCell
from reports.returned import FOLDER, HINT, MADE_FROM, SAME_ROWS
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from pipeline.core.workspace import Workspace
    from pipeline.excel.run_info import RunInfo
    from pipeline.ledger import Ledger
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule

MADE = "rows.xlsx"
WRITE = f"{__name__}:write_copy"
LIMITS = Limits(seconds=120.0, is_lean=False)
UNUSUAL = (NotEditable, ValueError, LookupError)  # what a package may hold that we do not expect there


def write_returned_copies(  # noqa: PLR0913 - the night hands over what it has
    workspace: Workspace,
    ledger: Ledger,
    findings: Iterable[Finding],
    shown: pd.DataFrame,
    rules: Mapping[str, Rule],
    run_info: RunInfo,
    staged: Path,
) -> list[str]:
    """Write the copies below `staged`, under the names their senders gave; gives the names of those it could not.

    `shown` is the Findings frame: only what it has is listed, the rest of a long pile is coloured. Each is written in
    a limited child process, because it opens what the sender made.
    """
    found = list(findings)
    received_files = files_behind(ledger, {finding.seq for finding in found if finding.seq})
    returns = choose_returns(found, list_findings(shown, rules, run_info.lang), *received_files)
    kept = {back.received.id: files.kept(workspace.archive, back.received.sha256) for back in returns}
    packages = {key: path and path.suffix in PACKED and inspect(path).kind == "xlsx" for key, path in kept.items()}
    given = copy_names(returns, {key: bool(is_package) for key, is_package in packages.items()})
    folder = staged / translate(FOLDER, run_info.lang)
    tasks = [
        (back, str(source), str(folder / given[back.received.id]), run_info)
        for back in returns
        if (source := kept[back.received.id])
    ]
    left_out = []
    for (_, _, target, _), done in zip(tasks, run_limited(WRITE, tasks, _done, limits=LIMITS), strict=True):
        if isinstance(done, Failed):
            Path(target).unlink(missing_ok=True)
            left_out.append(Path(target).relative_to(staged).as_posix())
    return left_out


def _done(_folder: Path, told: bool) -> bool:  # noqa: FBT001 - what the child returned
    return told


def write_copy(folder: Path, back: GoingBack, source_: str, target_: str, run_info: RunInfo) -> bool:
    """Write one copy; False for a workbook that cannot be opened at all, which has a finding of its own.

    Called in a child process.
    """
    source, target = Path(source_), Path(target_)
    verdict = inspect(source, back.received.name)
    if verdict.rule:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    if verdict.kind == "xlsx":
        try:
            mark_copy(source.read_bytes(), _copy(back, source, run_info, HINT), target)
        except UNUSUAL:
            target.unlink(missing_ok=True)
        else:
            return True
    if back.received.state != "read":
        return False
    try:
        rows = same_rows(source, back.received.name, folder)  # formats whose parts cannot be edited
    except Damaged:
        return False
    mark_copy(rows.read_bytes(), _copy(back, source, run_info, SAME_ROWS), target)
    return True


def _copy(back: GoingBack, source: Path, run_info: RunInfo, hint: str) -> MarkedCopy:
    about = phrase(
        MADE_FROM,
        run_info.lang,
        file=back.received.name,
        as_of=f"{run_info.as_of:%Y-%m-%d}",
        count=str(sum(bool(line.words) for line in back.lines)),
    )
    return MarkedCopy(
        back.received.sha256, back.lines, (translate(hint, run_info.lang), about), run_info.lang, origin_of(source)
    )


def same_rows(source: Path, name: str, scratch: Path) -> Path:
    """Write the rows of a workbook that was read before. Raises Damaged when it cannot be read any more."""
    target = scratch / MADE
    write_rows(target, [_plain(grid) for grid in _grids(source, name, scratch)])
    return target


def _plain(grid: Grid) -> PlainSheet:
    """Return errors as their text, what was never calculated as nothing: as the reader took them."""
    rows = [[_cell(cell) for cell in row] for row in grid.rows]
    return PlainSheet(grid.name, grid.numbers, rows, grid.merges, grid.hidden_rows, grid.is_hidden, grid.offset)


def _cell(cell: object) -> object:
    if isinstance(cell, ErrorCell):
        return cell.text
    return "" if cell is NO_VALUE or cell is PICTURE else cell


def _grids(source: Path, name: str, scratch: Path) -> Iterator[Grid]:
    kind = inspect(source, name).kind
    if kind == "text":
        yield open_text(source.read_bytes(), PurePosixPath(name).stem)
    else:
        yield from open_workbook(source, kind, scratch)
