"""Judged tables to outputs: exports, every workbook, letters and the report in a staged folder, then published."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.log import note_failure, step
from pipeline.core.progress import Outcome
from pipeline.excel.run_info import RunInfo
from pipeline.excel.write.workbook import write_workbooks
from pipeline.feedback import returned_copies, staff_entries
from pipeline.ledger import all_nights, close, exported_before, note_exported
from pipeline.night import counts as tally
from pipeline.night import self_check
from pipeline.night.set_aside import faults
from pipeline.publishing import exports, letters, publish, report_page
from reports import WORKBOOKS
from reports.letters import FOLDER as LETTERS
from reports.returned import FOLDER as RETURNED
from schemas.derived.findings import Findings
from schemas.language.words import translate

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.core.progress import Progress
    from pipeline.core.workspace import Workspace
    from pipeline.feedback.staff_entries import Collected
    from pipeline.ledger import Ledger, Night
    from pipeline.night.derive_and_judge import Judged
    from pipeline.publishing.exports import NightExport
    from pipeline.rules.context import RuleContext
    from reports.shape import Workbook


TREND_NIGHTS = 14


@dataclass(frozen=True)
class Outputs:
    """What was written into the staged folder: its day, the manifest without file hashes, counts.

    `is_whole`: every workbook was renewed, not only one.
    """

    staged: Path
    day: str
    manifest: dict[str, Any]
    counts: dict[str, Any]
    is_whole: bool


@step("export_documents")
def export_documents(workspace: Workspace, ledger: Ledger, night: Night, context: RuleContext) -> NightExport:
    """Prepare what other systems are given; the ledger remembers it before anything is published.

    Nothing on a look back; the same again when the night is repeated.
    """
    if night.is_past:
        return exports.NightExport()
    is_out = partial(publish.is_out, workspace)
    before = exported_before(ledger, night, is_out)
    sources = exports.ExportSources(context.tables, context.policy, context.as_of, context.lang)
    made = exports.prepare_export(sources, before)
    note_exported(ledger, night, made.given, is_out)
    return made


@step("write_outputs")
def write_outputs(  # noqa: PLR0913 - the night's own step: everything known meets here
    workspace: Workspace,
    ledger: Ledger,
    night: Night,
    judged: Judged,
    exported: NightExport,
    *,
    only: str,
    progress: Progress,
) -> Outputs:
    """Write every workbook of the night that is proved, the letters and the report, and count what they say."""
    tables = staff_entries.apply_staff_entries(judged.tables, ledger, workspace.lang)
    counts = _counts(ledger, night, judged, tables) | {"handed": exported.counts(workspace.lang)}
    counts |= _proved(workspace, ledger, night, (judged, tables), counts)
    staged = publish.staging(workspace, night.as_of)
    run_info = RunInfo(
        workspace.company, night.as_of, f"R{night.as_of:%Y%m%d-%H%M}", workspace.lang, workspace.next_night(night.as_of)
    )
    if only:
        _keep_others(workspace.latest, staged, workspace.lang)
    books = {
        key: book for key, book in WORKBOOKS.items() if translate(book.file, workspace.lang) not in counts["withheld"]
    }
    chosen = {key: workbook for key, workbook in books.items() if only in ("", key)}
    left_out = _write_papers(chosen, tables, run_info, staged, (workspace.parallel, progress))
    if not only and not night.is_past:
        found, rules = judged.findings, judged.rules
        left_out += returned_copies.write_returned_copies(
            workspace, ledger, found, judged.tables[Findings.name], rules, run_info, staged
        )
    if not only:
        letters.write_letters(judged.letters.filled, staged, workspace.lang)
    exports.write_export(exported, staged, workspace.lang)
    counts["left_out"] = sorted([*left_out, *faults(judged.findings), *counts["withheld"]])
    tally.note_counts(counts, judged.findings)
    report_page.write_report(tables, counts, _trend(ledger, night, counts), run_info, staged)
    day = f"{night.as_of:%Y-%m-%d}"
    manifest = {"as_of": night.as_of.isoformat(), "run_id": run_info.run_id, "language": workspace.lang, **counts}
    return Outputs(staged, day, manifest, counts, is_whole=not only)


def _write_papers(
    chosen: Mapping[str, Workbook],
    tables: Mapping[str, pd.DataFrame],
    run_info: RunInfo,
    staged: Path,
    how: tuple[int, Progress],
) -> list[str]:
    """Write the workbooks; gives the names of those on which our own program failed."""
    parallel, progress = how
    left_out: list[str] = []

    def leave_out(name: str, failure: Exception) -> None:
        note_failure("output", failure, output=name)
        left_out.append(name)

    progress.step("write", len(chosen))
    for path in write_workbooks(chosen, tables, run_info, staged, parallel, leave_out):
        progress.advance(path.name)
    return left_out


@step("publish")
def publish_outputs(
    workspace: Workspace, ledger: Ledger, night: Night, outputs: Outputs, entries: Collected | None
) -> Outcome:
    """Make the staged folder visible and close the night. `entries`: None on a look back, which renews no outputs."""
    marks = entries.marks if entries else None
    done = publish.publish_night(workspace, outputs.staged, outputs.day, outputs.manifest, marks=marks)
    if entries and outputs.is_whole:
        publish.retire(workspace, entries.elsewhere)
    if not night.is_past:
        with ledger.writing() as connection:
            close(connection, night, outputs.counts)
    return Outcome(done.folder, done.is_new, done.blocked, outputs.counts, night.is_past)


@step("prove")
def _proved(
    workspace: Workspace,
    ledger: Ledger,
    night: Night,
    seen: tuple[Judged, Mapping[str, pd.DataFrame]],
    counts: Mapping[str, Any],
) -> dict[str, Any]:
    """Prove the night: how its laws were kept, and the files of the workbooks that stay as they were last published.

    Raises NothingPublished where the ledger is not whole.
    """
    judged, tables = seen
    ledger_whole = self_check.prove_ledger(ledger, workspace.ledger_url)
    night_seen = self_check.NightSeen(
        tables,
        counts,
        judged.beside,
        findings=judged.findings,
        typed=staff_entries.entries_to_show(ledger, tables),
        letters=[f"{translate(LETTERS, workspace.lang)}/{draft.file}" for draft in judged.letters.drafts],
        as_of=night.as_of,
        lang=workspace.lang,
    )
    proofs = [ledger_whole, *self_check.prove(night_seen)]
    files = [translate(WORKBOOKS[key].file, workspace.lang) for key in self_check.withheld(proofs)]
    return {"self_check": [proof.as_record() for proof in proofs], "withheld": files}


def _counts(ledger: Ledger, night: Night, judged: Judged, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    sources = [] if night.is_past else tally.sources(ledger, night, judged.rules)
    states = Counter(source["state"] for source in sources)
    return {
        "sources": sources,
        "files": {state: states.get(state, 0) for state in ("read", "known", "refused", "waiting", "undone")},
        "unread": tally.read_in_part(sources, judged.findings),
        "rows": tally.rows(sources),
        "findings": tally.findings(judged),
        "questions": tally.questions(judged.tables),
        "control": tally.control(judged.tables),
        "headlines": tally.headlines(tables, night.as_of),
        "letters": judged.letters.counts,
    }


def _trend(ledger: Ledger, night: Night, counts: Mapping[str, Any]) -> list[report_page.TrendPoint]:
    """Return the last nights up to this one, this one as it is now."""
    earlier = [known for known in all_nights(ledger) if known.is_closed and known.as_of < night.as_of]
    known = [(known.as_of, json.loads(known.summary)["findings"]) for known in earlier[1 - TREND_NIGHTS :]]
    return [
        report_page.TrendPoint(f"{as_of:%Y-%m-%d}", found["hold"] + found["refuse"], found["flag"])
        for as_of, found in [*known, (night.as_of, counts["findings"])]
    ]


def _keep_others(latest: Path, staged: Path, lang: str) -> None:
    """`run --only` renews one workbook; the others are laid out as they were."""
    if latest.is_dir():
        for path in sorted(latest.glob("*.xlsx")):
            shutil.copyfile(path, staged / path.name)
        for folder in (latest / translate(RETURNED, lang), latest / translate(LETTERS, lang)):
            if folder.is_dir():
                shutil.copytree(folder, staged / folder.name)
