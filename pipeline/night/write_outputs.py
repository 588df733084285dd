"""Tables to papers: every workbook and the report, in a staged folder."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.excel.run_info import RunInfo
from pipeline.excel.write import write_workbooks
from pipeline.feedback import returned_copies
from pipeline.ledger import all_nights
from pipeline.night import counts as tally
from pipeline.publishing import exports, letters, report_page
from reports import WORKBOOKS
from reports.letters import FOLDER as LETTERS
from reports.returned import FOLDER as RETURNED
from schemas.derived.findings import Findings
from schemas.language.words import translate

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.core.progress import Progress
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night
    from pipeline.night.derive_and_judge import Judged
    from pipeline.publishing.exports import Handed


TREND_NIGHTS = 14


@dataclass(frozen=True)
class Laid:
    """What was written: the folder's day, the manifest without file hashes, counts."""

    day: str
    manifest: dict[str, Any]
    counts: dict[str, Any]


def lay_out(  # noqa: PLR0913 - the night's own step: everything known meets here
    workspace: Workspace,
    ledger: Ledger,
    night: Night,
    judged: Judged,
    tables: Mapping[str, pd.DataFrame],
    handed: Handed,
    staged: Path,
    *,
    only: str,
    progress: Progress,
) -> Laid:
    """Write every paper of the night and count what it says."""
    run_info = RunInfo(
        workspace.company, night.as_of, f"R{night.as_of:%Y%m%d-%H%M}", workspace.lang, workspace.next_night(night.as_of)
    )
    chosen = {key: each for key, each in WORKBOOKS.items() if only in ("", key)}
    progress.step("write", len(chosen))
    if only:
        _keep_others(workspace.latest, staged, workspace.lang)
    for path in write_workbooks(chosen, tables, run_info, staged, workspace.parallel):
        progress.advance(path.name)
    if not only and not night.is_past:
        found, rules = judged.findings, judged.rules
        returned_copies.hand_back(workspace, ledger, found, judged.tables[Findings.name], rules, run_info, staged)
    if not only:
        letters.write(judged.post.drafts, judged.post.forms, staged, workspace.lang)
    exports.write(handed, staged, workspace.lang)
    counts = _counts(ledger, night, judged) | {"handed": handed.counts(workspace.lang)}
    report_page.report(tables, counts, _trend(ledger, night, counts), run_info, staged)
    day = f"{night.as_of:%Y-%m-%d}"
    manifest = {"as_of": night.as_of.isoformat(), "run_id": run_info.run_id, "language": workspace.lang, **counts}
    return Laid(day, manifest, counts)


def _counts(ledger: Ledger, night: Night, judged: Judged) -> dict[str, Any]:
    sources = [] if night.is_past else tally.sources(ledger, night)
    states = Counter(source["state"] for source in sources)
    return {
        "sources": sources,
        "files": {state: states.get(state, 0) for state in ("read", "known", "refused", "waiting", "undone")},
        "rows": tally.rows(sources),
        "findings": tally.findings(judged),
        "control": tally.control(judged.tables),
        "letters": judged.post.counts,
    }


def _trend(ledger: Ledger, night: Night, counts: Mapping[str, Any]) -> list[report_page.Night]:
    """The last nights up to this one, this one as it is now."""
    earlier = [each for each in all_nights(ledger) if each.is_closed and each.as_of < night.as_of]
    known = [(each.as_of, json.loads(each.summary)["findings"]) for each in earlier[1 - TREND_NIGHTS :]]
    return [
        report_page.Night(f"{as_of:%Y-%m-%d}", found["hold"] + found["refuse"], found["flag"])
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
