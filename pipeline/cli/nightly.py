"""`run` and `check`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import reading
from pipeline.cli import console
from pipeline.cli.clock import now
from pipeline.core.errors import CommandError
from pipeline.core.log import shown_on_stderr
from pipeline.core.phrases import phrase, tell
from pipeline.core.workspace import SETTINGS, Workspace, open_workspace
from pipeline.feedback import returned_copies
from pipeline.ledger import ReceivedFile
from pipeline.rules.policy_workbook import policy_of
from pipeline.rules.validation import sift as checking
from pipeline.run import run_night
from reports import WORKBOOKS
from schemas.derived.finding import Finding, Place
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.core.progress import Outcome
    from pipeline.reading import FileFinding, FileRead
    from schemas.policy.policy import Policy
    from schemas.policy.rules import Rule

FOUND = 10


def run(  # noqa: PLR0913 - one parameter per option
    root: Path, lang: str, as_of: datetime | None, *, dry_run: bool, only: str, as_json: bool, verbose: bool = False
) -> int:
    """Run the night and print its outcome; gives the exit code."""
    workspace = open_workspace(root, lang or None)
    if lang and lang != open_workspace(root).lang and not dry_run:
        raise CommandError("--lang", "other_language", "set_language", language=open_workspace(root).lang)
    if only and only not in WORKBOOKS:
        raise CommandError("--only", "no_paper", "use_paper", value=only, names=", ".join(WORKBOOKS))
    policy = policy_of(workspace)
    scratch = Path(tempfile.mkdtemp(prefix="nightdesk-")) if dry_run else None
    where = _rehearsal(workspace, scratch, lang) if scratch else workspace
    try:
        # Bars and lines would write over each other.
        seen = shown_on_stderr() if verbose else nullcontext()
        with seen, console.progress(workspace.lang, quiet=as_json, bars=not verbose) as progress:
            done = run_night(where, policy, as_of=as_of or now(workspace), only=only, progress=progress)
    finally:
        if scratch:
            _leave_papers(scratch)
    if as_json:
        console.as_json({"folder": str(done.folder), "exit_code": done.exit_code, **done.counts})
    else:
        report(done, workspace.lang, is_dry=dry_run)
    return done.exit_code


def report(done: Outcome, lang: str, *, is_dry: bool = False) -> None:
    """The counts of a night, which add up."""
    counts = done.counts
    for key in ("files", "rows", "findings"):
        console.line(phrase(f"say.{key}", lang, **{k: str(v) for k, v in counts[key].items()}))
    if done.is_past:
        console.line(translate("say.past", lang))
    if done.blocked:
        console.line(phrase("say.blocked", lang, names=translate("mark.list", lang).join(done.blocked)))
    key = "say.dry" if is_dry else "say.published" if done.is_new else "say.unchanged"
    console.line(phrase(key, lang, folder=console.link(done.folder)))


def _rehearsal(workspace: Workspace, scratch: Path, lang: str) -> Workspace:
    """A copy of everything a night touches: the same code path, nothing at stake."""
    for name, path in (("inbox", workspace.inbox), ("outbox", workspace.outbox)):
        if path.is_dir():
            shutil.copytree(path, scratch / name, ignore=shutil.ignore_patterns("_taken"))
    for settings in (workspace.root / SETTINGS, workspace.policy):
        if settings.exists():
            shutil.copyfile(settings, scratch / settings.name)
    if workspace.ledger_file and workspace.ledger_file.exists():
        shutil.copyfile(workspace.ledger_file, scratch / "ledger.db")
    if workspace.own_letters.is_dir():
        shutil.copytree(workspace.own_letters, scratch / workspace.own_letters.name)
    shutil.copytree(workspace.archive, scratch / "archive") if workspace.archive.is_dir() else None
    return _pointed(open_workspace(scratch, lang or workspace.lang), scratch)


def _leave_papers(scratch: Path) -> None:
    """Of a rehearsal only its papers stay; the copies held the company's data."""
    for name in ("inbox", "archive", "state"):
        shutil.rmtree(scratch / name, ignore_errors=True)
    (scratch / "ledger.db").unlink(missing_ok=True)


def _pointed(workspace: Workspace, scratch: Path) -> Workspace:
    from dataclasses import replace

    return replace(
        workspace,
        inbox=scratch / "inbox",
        outbox=scratch / "outbox",
        archive=scratch / "archive",
        ledger_url=f"sqlite:///{scratch / 'ledger.db'}",
        settle_seconds=0,
    )


def check(root: Path, lang: str, files: Sequence[Path], *, as_json: bool) -> int:
    """Print what would be found in these workbooks; nothing is taken in or written."""
    from pipeline.cli.words import spoken

    policy = policy_at(root, lang)
    lang = lang or spoken()
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise CommandError(missing[0], "no_file", "check_name")
    lines = list(found_in(files, policy, lang))
    if as_json:
        console.as_json(lines)
    else:
        for line in lines:
            grade = translate(f"severity.{line['severity']}", lang)
            console.line(f"{line['rule']}  {grade}  {line['place']}\n  {line['problem']}\n  {line['remedy']}")
        if not lines:
            console.line(translate("say.nothing_found", lang))
    return FOUND if lines else 0


def policy_at(root: Path, lang: str) -> Policy:
    """The workspace's policy where there is one, else the shipped one."""
    from schemas.policy.policy import shipped

    return policy_of(open_workspace(root, lang or None)) if (root / "inbox").is_dir() else shipped()


def found_in(files: Sequence[Path], policy: Policy, lang: str) -> Iterator[dict[str, str]]:
    """What would be found in these workbooks by themselves, each with its rule, severity, place and words."""
    named = [(path.name, path) for path in files]
    read = []
    for n, raw in enumerate(reading.read_all(named, 1, aliases=policy.headings)):
        mark = returned_copies.origin_of(files[n])
        file = returned_copies.without_ours(raw, mark) if mark else raw
        received = ReceivedFile(token="", name=file.name, sha256="", size=0, modified="", night_id=0, id=n)
        for found in file.findings:
            yield _line(_as_finding(file, found), policy.rules[found.rule], lang)
        if not file.refused:
            read.append((received, file))
    for validated in checking.validate(read, checking.Known(), policy.rules):
        for finding in validated.findings:
            yield _line(finding, policy.rules[finding.rule], lang)


def _as_finding(file: FileRead, found: FileFinding) -> Finding:
    return Finding(
        rule=found.rule,
        kind="sources",
        key=file.name,
        place=Place(file.name, found.sheet, found.row, found.letter),
        heading=found.column,
        raw=found.raw,
        params=dict(found.params),
        is_refusing=found.rule == file.refused,
    )


def _line(finding: Finding, rule: Rule, lang: str) -> dict[str, str]:
    problem, remedy = tell(finding, rule, lang)
    return {
        "rule": rule.id,
        "severity": "refuse" if finding.is_refusing else "hold" if finding.is_holding else rule.severity,
        "place": str(finding.place),
        "problem": problem,
        "remedy": remedy,
    }
