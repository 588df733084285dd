"""Inbox to ledger: claim, read, validate, post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline import reading
from pipeline.core.log import step
from pipeline.feedback import corrections, questions, returned_copies
from pipeline.feedback.held_rows import fixed_rows
from pipeline.feedback.typed_entries import in_force, typed_in_dropped
from pipeline.ledger import (
    Posting,
    WaitingFile,
    Workbooks,
    assigned_numbers,
    attempt,
    findings_of_file,
    held_rows,
    kept_codes,
    known_bytes,
    known_rows,
    living_rows,
    note_waiting,
    post_rows,
    read_before,
    record_owners,
    sheets_before,
    used_numbers,
    was_undone,
)
from pipeline.night import inbox
from pipeline.night.file_findings import (
    SOURCES,
    finding_on_file,
    findings_about_file,
    lists_of_their_own,
    ours_in_file,
    sheets_of,
)
from pipeline.night.set_aside import FAILED, setting_aside, settle, validated_apart
from pipeline.publishing import exports
from pipeline.reading.layout import sheet_checks
from pipeline.reading.workers.pool import NOT_NOW
from pipeline.rules.validation import validate
from pipeline.rules.validation.scope import OWNED
from pipeline.rules.validation.versions import Versions
from schemas.derived.finding import Finding
from schemas.incoming.corrections import Corrections

if TYPE_CHECKING:
    from pipeline.core.progress import Progress
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import FormerRow, Ledger, Night, ReceivedFile, StaffEntry
    from pipeline.reading import FileRead
    from pipeline.reading.layout.heading_names import Alias
    from pipeline.rules.validation.validated_file import ValidatedFile
    from schemas.policy.policy import Policy

KNOWN, QUARANTINED, OUTDATED = "FILE-009", "FILE-015", "X-016"
NOT_READ = ("FILE-012", "FILE-018", "FILE-019", "FILE-021", "FILE-041")  # findings on what was not read
ATTEMPTS = 3

Claims = Sequence[tuple["ReceivedFile", Path]]
Reads = Sequence[tuple["ReceivedFile", "FileRead"]]


class Reading(NamedTuple):
    """How files are read: in how many processes, what headings are also called here, those of our own exports.

    `theirs`: names of files that look like ours and are not.
    """

    workers: int
    aliases: Sequence[Alias]
    exports: Sequence[Sequence[str]]
    theirs: frozenset[str]


@dataclass(frozen=True)
class _Beside:
    """What is known of files besides their rows, by their id: whose returned copy one is, what staff typed in it."""

    origins: Mapping[int, ReceivedFile]
    entries: Mapping[int, Sequence[StaffEntry]]
    lang: str


@step("take_in")
def take_in(workspace: Workspace, ledger: Ledger, night: Night, policy: Policy, progress: Progress) -> None:
    """Turn everything that lies in the inbox into facts, or findings about why not.

    A night cut short sees its rows as it saw them first: what it had posted is read
    again beside the rest, and not asked of the ledger.
    """
    policy = questions.with_answered_scope(ledger, policy)
    own = 0 if night.is_closed else night.id
    fresh = _claim(workspace, ledger, night, policy.headings, progress)
    theirs = lists_of_their_own((file.name for file, _ in fresh), questions.typed_answers(ledger))
    how = Reading(workspace.parallel, policy.headings, exports.headings(policy), theirs)
    read = _read(ledger, night, fresh, how, progress)
    progress.step("check", 0)
    dropped = {file.id: content for file, content in read if content.own}
    origins = returned_copies.find_origins(ledger, fresh, dropped)
    validated = _validate(ledger, read, own, policy, origins)
    typed = typed_in_dropped(ledger, dropped)
    beside = _Beside(origins, typed, workspace.lang)
    _post_all(ledger, validated, own, beside, progress)


@step("claim")
def _claim(workspace: Workspace, ledger: Ledger, night: Night, aliases: Sequence[Alias], progress: Progress) -> Claims:
    """Take the inbox's files, and name those whose bytes are known already."""
    claimed = inbox.claim(workspace, ledger, night, on_wait=progress.wait)
    fresh = [pair for pair in claimed.received_files if _stands(pair[0]) or _is_fresh(ledger, pair[0], aliases)]
    progress.step("read", len(fresh))
    return fresh


@step("post")
def _post_all(
    ledger: Ledger,
    validated: Sequence[tuple[ValidatedFile, FileRead]],
    own: int,
    beside: _Beside,
    progress: Progress,
) -> None:
    """Store the rows of every file that does not stand yet, each in a transaction of its own."""
    progress.step("post", len(validated))
    waiting = held_rows(ledger, besides=own)
    for file, content in validated:
        if not _stands(file.received):
            with setting_aside(ledger, file.received):
                packed = file.packed()
                _post(ledger, packed, content, fixed_rows(waiting, packed), beside)
        progress.advance(file.received.name)


def _has_corrections(kinds: Iterable[str]) -> bool:
    return any(kind == Corrections.name for kind in kinds)


def _stands(received: ReceivedFile) -> bool:
    """Was it settled already by the night that was cut short? It is read again for its rows to meet the others."""
    return received.state in ("read", "known")


def _is_fresh(ledger: Ledger, received: ReceivedFile, aliases: Sequence[Alias]) -> bool:
    """Are these bytes new? Those we know already are named, and have no effect.

    A sheet that was not read may be one whose heading the workspace has named since; one that our program failed on
    may be good for the next version. Of files without a byte each is found empty.
    """
    twin = known_bytes(ledger, received)
    if twin is None or not received.size or twin.rule == FAILED:
        return True
    if aliases and any(finding.rule in NOT_READ for finding in findings_of_file(ledger, twin)):
        return True
    if twin.state == "read" and was_undone(ledger, received):
        return True
    _settle_known(ledger, received, twin)
    return False


def _new_content(ledger: Ledger, received: ReceivedFile, file: FileRead, *, is_returned: bool) -> FileRead | None:
    """Return what a file says that it did not say when its bytes were read before; None for nothing.

    Its other sheets were read then, and may have been restated since. A returned copy is weighed row by row.
    """
    seen = read_before(ledger, received)
    fresh = [sheet for sheet in file.sheets if (sheet.sheet, sheet.heading_row) not in seen]
    if not seen or (is_returned and fresh):
        return file
    twin = None if fresh or _stands(received) else known_bytes(ledger, received)
    if twin is None:
        return replace(file, sheets=fresh)
    _settle_known(ledger, received, twin)
    return None


def _settle_known(ledger: Ledger, received: ReceivedFile, twin: ReceivedFile) -> None:
    settle(ledger, replace(received, state="known", rule=KNOWN), [finding_on_file(received, KNOWN, other=twin.name)])


@step("read")
def _read(ledger: Ledger, night: Night, claims: Claims, how: Reading, progress: Progress) -> Reads:
    """Read every file in a limited process; refused ones are settled here, those our disk does not give wait."""
    safe = [(file, path) for file, path in claims if _stands(file) or file.attempts < ATTEMPTS]
    for received in (file for file, path in claims if (file, path) not in safe):
        settle(ledger, replace(received, state="refused", rule=QUARANTINED), [finding_on_file(received, QUARANTINED)])
    named = [(received.name, path) for received, path in safe]
    contents = reading.read_all(
        named, how.workers, on_done=progress.advance, aliases=how.aliases, exports=how.exports, theirs=how.theirs
    )
    read = []
    for (received, path), raw in zip(safe, contents, strict=True):
        if raw.refused == NOT_NOW:
            note_waiting(ledger, night, [WaitingFile(received.name, NOT_NOW, received.sha256)], besides=True)
            continue
        with attempt(ledger, received), setting_aside(ledger, received):
            file = _taken(ledger, received, path, raw)
            read += [(received, file)] if file else []
    return read


def _taken(ledger: Ledger, received: ReceivedFile, path: Path, raw: FileRead) -> FileRead | None:
    """Return what is new of a file; None for one that is settled by it, because nothing is or it is refused."""
    mark = returned_copies.origin_of(path)
    file = corrections.only_typed(returned_copies.without_ours(raw, mark) if mark else raw)
    new = _new_content(ledger, received, file, is_returned=bool(mark))
    if new and not new.refused:
        return _compared(ledger, received, new)
    if new and not _stands(received):
        settle(ledger, replace(received, state="refused", rule=new.refused or ""), findings_about_file(received, new))
    return None


@step("validate")
def _validate(
    ledger: Ledger, read: Reads, own: int, policy: Policy, origins: Mapping[int, ReceivedFile]
) -> list[tuple[ValidatedFile, FileRead]]:
    """Validate all files beside each other, without those on which our program fails."""
    workbooks = Workbooks(ledger, besides=own, tonight={received.id for received, _ in read})
    asked = [(file, origins.get(file.id), {sheet.sheet for sheet in content.sheets}) for file, content in read]
    formers = {file.id: workbooks.formers(file, origin, sheets) for file, origin, sheets in asked}
    known = _known(ledger, own, formers)

    def validated(files: Reads) -> list[tuple[ValidatedFile, FileRead]]:
        contents = [file for _, file in files]
        return list(zip(validate.validate_files(files, known, policy.rules, policy.forms), contents, strict=True))

    return validated_apart(ledger, read, validated)


def _compared(ledger: Ledger, received: ReceivedFile, file: FileRead) -> FileRead:
    """Return it with a finding on every column that is not as in the sender's last file."""
    own = sheet_checks.sender_of(received.name)
    before = sheets_before(ledger, received, lambda name: sheet_checks.sender_of(name) == own)
    return replace(file, findings=[*file.findings, *sheet_checks.moved_columns(file, before)])


def _post(ledger: Ledger, validated: ValidatedFile, file: FileRead, released: Sequence[int], beside: _Beside) -> None:
    """Store a received file, all of it in one transaction."""
    origin, entries = beside.origins.get(validated.received.id), beside.entries.get(validated.received.id, ())
    received = replace(validated.received, state="read", content=_content(validated), sheets=sheets_of(validated, file))
    twin = known_rows(ledger, received)
    if twin:
        known = replace(received, state="known", rule=KNOWN, content="")
        settle(ledger, known, [finding_on_file(received, KNOWN, other=twin.name)], entries)
        return
    found = [
        *findings_about_file(received, file),
        *ours_in_file(received, file, in_force(ledger, file, entries) if file.own else 0, beside.lang),
        *validated.findings,
        *([] if origin else _found_before(ledger, received)),
    ]
    gone = [*released, *validated.released]
    posting = Posting(validated.batches, found, validated.assigned, validated.passed, gone, entries=entries)
    post_rows(ledger, received, _amended(ledger, validated, posting, origin) if origin else posting)


def _found_before(ledger: Ledger, received: ReceivedFile) -> list[Finding]:
    """Return what was found about rows of the sheets that were read before: it stands for as long as they do."""
    twin = known_bytes(ledger, received)
    return [finding for finding in findings_of_file(ledger, twin) if finding.kind != SOURCES] if twin else []


def _content(validated: ValidatedFile) -> str:
    """Return what tells a workbook saved again; nothing for one with corrections, where repeating settles."""
    return "" if _has_corrections(batch.kind for batch in validated.batches) else validated.content


def _amended(ledger: Ledger, validated: ValidatedFile, posting: Posting, origin: ReceivedFile) -> Posting:
    """Return the posting of a returned copy: it takes the place of the whole received file that it corrects."""
    effect = returned_copies.effect_of_copy(ledger, validated, origin)
    return replace(
        posting,
        released=sorted({*posting.released, *effect.released}),
        origin=origin,
        late=effect.late,
        about=returned_copies.outdated_findings(effect, validated.received, OUTDATED),
    )


def _known(ledger: Ledger, own: int, formers: Mapping[int, Sequence[FormerRow]]) -> validate.Known:
    remembered = assigned_numbers(ledger, besides=own)
    return validate.Known(
        used=lambda kind: used_numbers(ledger, kind, besides=own),
        remembered=remembered,
        versions=Versions(formers, frozenset(remembered.values()), partial(living_rows, ledger)),
        codes=lambda kind, *columns: kept_codes(ledger, kind, *columns, besides=own),
        owners=lambda kind: record_owners(ledger, kind, OWNED[kind], besides=own),
    )
