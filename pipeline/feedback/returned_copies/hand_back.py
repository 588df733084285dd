"""Every workbook with problems goes back to its sender, marked; written beside the night's outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.core import files
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
from pipeline.reading.files.text_files import open_text
from pipeline.reading.values.cells import NO_VALUE, PICTURE, ErrorCell
from reports.returned import FOLDER, HINT, MADE_FROM, SAME_ROWS
from schemas.language.words import translate

MADE = "rows.xlsx"


if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from pipeline.core.workspace import Workspace
    from pipeline.excel.run_info import RunInfo
    from pipeline.ledger import Ledger
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule


UNUSUAL = (NotEditable, ValueError, LookupError)  # what a package may hold that we do not expect there


def write_returned_copies(  # noqa: PLR0913 - the night hands over what it has
    workspace: Workspace,
    ledger: Ledger,
    findings: Iterable[Finding],
    shown: pd.DataFrame,
    rules: Mapping[str, Rule],
    run_info: RunInfo,
    staged: Path,
    *,
    on_done: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write the copies below `staged`, under the names their senders gave; gives their paths.

    `shown` is the Findings frame: only what it has is listed, the rest of a long pile is coloured.
    """
    found = list(findings)
    received_files = files_behind(ledger, {finding.seq for finding in found if finding.seq})
    returns = choose_returns(found, list_findings(shown, rules, run_info.lang), *received_files)
    kept = {back.received.id: files.kept(workspace.archive, back.received.sha256) for back in returns}
    packages = {key: path and path.suffix in PACKED and inspect(path).kind == "xlsx" for key, path in kept.items()}
    given = copy_names(returns, {key: bool(is_package) for key, is_package in packages.items()})
    made = []
    for back in returns:
        source = kept[back.received.id]
        target = staged / translate(FOLDER, run_info.lang) / given[back.received.id]
        if source and _write(back, source, target, run_info):
            made.append(target)
            on_done(target.name)
    return made


def _write(back: GoingBack, source: Path, target: Path, run_info: RunInfo) -> bool:
    """Write one copy; False for a workbook that cannot be opened at all, which has a finding of its own."""
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
    return back.received.state == "read" and _write_rows(back, source, target, run_info)


def _write_rows(back: GoingBack, source: Path, target: Path, run_info: RunInfo) -> bool:
    """Write the same rows into a new workbook, for formats whose parts cannot be edited."""
    with TemporaryDirectory(prefix="nightdesk-") as scratch:
        rows = same_rows(source, back.received.name, Path(scratch))
        if rows is None:
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


def same_rows(source: Path, name: str, scratch: Path) -> Path | None:
    """Write the rows of a workbook that was read before; None when it cannot be read any more."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
        try:
            return child.submit(_written, source, name, scratch).result()
        except Exception:  # noqa: BLE001 - whatever a file does to its reader or writer, it has no copy, and the night goes on
            return None


def _written(source: Path, name: str, scratch: Path) -> Path:
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
