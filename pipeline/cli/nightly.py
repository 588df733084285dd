"""`run` and `check`."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from pipeline.cli import console
from pipeline.cli.locale import now
from pipeline.core.errors import CommandError
from pipeline.core.log import shown_on_stderr
from pipeline.core.phrases import phrase
from pipeline.core.progress import Leave, Outcome
from pipeline.core.workspace import SETTINGS, Workspace, open_workspace
from pipeline.rules.policy_workbook import policy_of
from pipeline.run import run_night
from reports import WORKBOOKS
from schemas.language.words import translate


def run(  # noqa: PLR0913 - one parameter per option
    root: Path,
    lang: str,
    as_of: datetime | None,
    *,
    dry_run: bool,
    only: str,
    as_json: bool,
    verbose: bool = False,
    ahead: bool = False,
    new_ledger: bool = False,
) -> int:
    """Run the night and print its outcome; gives the exit code."""
    workspace = open_workspace(root, lang or None)
    if lang and lang != open_workspace(root).lang and not dry_run:
        raise CommandError("--lang", "other_language", "set_language", language=open_workspace(root).lang)
    if only and only not in WORKBOOKS:
        raise CommandError("--only", "no_paper", "use_paper", value=only, names=", ".join(WORKBOOKS))
    clock = now(workspace)
    if as_of and as_of > clock and not ahead:
        raise CommandError("--as-of", "in_future", "ask_ahead", value=_moment(as_of), now=_moment(clock))
    policy = policy_of(workspace)
    # A rehearsal has no copy of a ledger that a server keeps.
    leave = Leave(new_ledger or (dry_run and not workspace.ledger_file), look_back=as_of is not None)
    scratch = Path(tempfile.mkdtemp(prefix="nightdesk-")) if dry_run else None
    where = _rehearsal(workspace, scratch, lang) if scratch else workspace
    try:
        # Bars and lines would write over each other.
        seen = shown_on_stderr() if verbose else nullcontext()
        with seen, console.progress(workspace.lang, quiet=as_json, bars=not verbose) as progress:
            done = run_night(where, policy, as_of=as_of or clock, only=only, progress=progress, leave=leave)
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
    if counts["left_out"]:
        names = translate("mark.list", lang).join(counts["left_out"])
        console.line(phrase("say.left_out", lang, names=names))
    if counts["unread"]:
        console.line(phrase("say.unread", lang, names=translate("mark.list", lang).join(counts["unread"])))
    if done.blocked:
        console.line(phrase("say.blocked", lang, names=translate("mark.list", lang).join(done.blocked)))
    key = "say.dry" if is_dry else "say.published" if done.is_new else "say.unchanged"
    console.line(phrase(key, lang, folder=console.link(done.folder)))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _rehearsal(workspace: Workspace, scratch: Path, lang: str) -> Workspace:
    """Return a copy of everything a night touches: the same code path, nothing at stake."""
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
