"""Every workbook with problems goes back to its sender, marked; written beside the night's papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.core import files
from pipeline.core.phrases import phrase
from pipeline.excel.edit.xml_edit import NotEditable
from pipeline.feedback.returned_copies.mark import Copy, mark
from pipeline.feedback.returned_copies.origin import origin_of
from pipeline.feedback.returned_copies.rows import same_rows
from pipeline.feedback.returned_copies.selection import PACKED, Return, choose, names, told
from pipeline.ledger import files_behind
from pipeline.reading.files.guard import inspect
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

UNUSUAL = (NotEditable, ValueError, LookupError)  # what a package may hold that we do not expect there


def hand_back(  # noqa: PLR0913 - the night hands over what it has
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

    `shown` is the Findings frame: only what it tells is listed, the rest of a long pile is coloured.
    """
    found = list(findings)
    received_files = files_behind(ledger, {each.seq for each in found if each.seq})
    returns = choose(found, told(shown, rules, run_info.lang), *received_files)
    kept = {each.received.id: files.kept(workspace.archive, each.received.sha256) for each in returns}
    given = names(returns, {key: _is_package(path) for key, path in kept.items()})
    made = []
    for each in returns:
        source = kept[each.received.id]
        target = staged / translate(FOLDER, run_info.lang) / given[each.received.id]
        if source and _write(each, source, target, run_info):
            made.append(target)
            on_done(target.name)
    return made


def _is_package(path: Path | None) -> bool:
    return path is not None and path.suffix in PACKED and inspect(path).kind == "xlsx"


def _write(each: Return, source: Path, target: Path, run_info: RunInfo) -> bool:
    """False for a workbook that cannot be opened at all: what is wrong with it is told elsewhere."""
    verdict = inspect(source, each.received.name)
    if verdict.rule:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    if verdict.kind == "xlsx":
        try:
            mark(source.read_bytes(), _copy(each, source, run_info, HINT), target)
        except UNUSUAL:
            target.unlink(missing_ok=True)
        else:
            return True
    return each.received.state == "read" and _write_rows(each, source, target, run_info)


def _write_rows(each: Return, source: Path, target: Path, run_info: RunInfo) -> bool:
    """The same rows in a new workbook, for formats whose parts cannot be edited."""
    with TemporaryDirectory(prefix="nightdesk-") as scratch:
        rows = same_rows(source, each.received.name, Path(scratch))
        if rows is None:
            return False
        mark(rows.read_bytes(), _copy(each, source, run_info, SAME_ROWS), target)
    return True


def _copy(each: Return, source: Path, run_info: RunInfo, hint: str) -> Copy:
    about = phrase(
        MADE_FROM,
        run_info.lang,
        file=each.received.name,
        as_of=f"{run_info.as_of:%Y-%m-%d}",
        count=str(sum(bool(line.words) for line in each.lines)),
    )
    return Copy(
        each.received.sha256, each.lines, (translate(hint, run_info.lang), about), run_info.lang, origin_of(source)
    )
