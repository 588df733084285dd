"""Inbox to ledger: claim, read, sift, post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import ledger as memory
from pipeline import reading
from pipeline.feedback import corrections, returned_copies, staff_entries
from pipeline.feedback.held_rows import mended
from pipeline.night import inbox
from pipeline.night.file_findings import file_findings, sheets_of
from pipeline.reading.layout import moved_columns
from pipeline.rules.validation import sift
from schemas.derived.finding import Finding, Place
from schemas.incoming.corrections import Corrections

if TYPE_CHECKING:
    from pipeline.core.progress import Voice
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Drop, Ledger, Night
    from pipeline.reading import FileRead
    from pipeline.reading.layout.names import Alias
    from pipeline.rules.validation.sifted import Sifted
    from schemas.policy.policy import Policy

KNOWN, QUARANTINED, OUTDATED = "FILE-009", "FILE-015", "X-016"
NOT_READ = ("FILE-018", "FILE-019", "FILE-021")  # what is said of a sheet that was not read
ATTEMPTS = 3
SOURCES = "sources"  # the kind of what is said of a file


def take_in(desk: Workspace, book: Ledger, night: Night, policy: Policy, voice: Voice) -> None:
    """Everything that lies in the inbox becomes facts, or findings about why not.

    A night cut short sees its rows as it saw them first: what it had posted is read
    again beside the rest, and not asked of the ledger.
    """
    own = 0 if night.is_closed else night.id
    claimed = inbox.claim(desk, book, night, on_wait=voice.wait)
    fresh = [pair for pair in claimed.drops if _stands(pair[0]) or _is_fresh(book, pair[0], policy.headings)]
    voice.step("read", len(fresh))
    read = _read(book, fresh, desk.parallel, policy.headings, voice)
    voice.step("check", 0)
    sifted = sift.sift(read, _known(book, own), policy.rules)
    voice.step("post", len(sifted))
    waiting = memory.waiting_held(book, besides=own)
    origins = _origins(book, fresh)
    for each, (_, file) in zip(sifted, read, strict=True):
        if not _stands(each.drop):
            packed = each.packed()
            _post(book, packed, file, mended(waiting, packed), origins.get(each.drop.id))
        voice.advance(each.drop.name)
    staff_entries.take_up(
        book, night, [(drop.name, path) for drop, path in fresh if drop.id in _with_corrections(read)]
    )


def _with_corrections(read: Sequence[tuple[Drop, FileRead]]) -> set[int]:
    return {drop.id for drop, file in read if any(sheet.kind == Corrections.name for sheet in file.sheets)}


def _stands(drop: Drop) -> bool:
    """Settled already by the night that was cut short: read again for its rows to meet the others."""
    return drop.state in ("read", "known")


def _is_fresh(book: Ledger, drop: Drop, aliases: Sequence[Alias]) -> bool:
    """False for bytes we know already: they are named, and have no effect.

    A sheet that was not read may be one whose heading the workspace has named since. Of files without a byte
    each is told as empty.
    """
    twin = memory.known_bytes(book, drop)
    if twin is None or not drop.size or (aliases and _has_unread(book, twin)):
        return True
    if twin.state == "read" and memory.was_undone(book, drop):
        return True
    _settle_known(book, drop, twin)
    return False


def _has_unread(book: Ledger, twin: Drop) -> bool:
    return any(each.rule in NOT_READ for each in memory.flaws_of(book, twin))


def _anew(book: Ledger, drop: Drop, file: FileRead, *, is_returned: bool) -> FileRead | None:
    """What a file says that it did not say when its bytes were read before; None for nothing.

    Its other sheets were read then, and may have been restated since. A returned copy is weighed row by row.
    """
    seen = memory.read_before(book, drop)
    fresh = [each for each in file.sheets if (each.sheet, each.heading_row) not in seen]
    if not seen or (is_returned and fresh):
        return file
    twin = None if fresh or _stands(drop) else memory.known_bytes(book, drop)
    if twin is None:
        return replace(file, sheets=fresh)
    _settle_known(book, drop, twin)
    return None


def _settle_known(book: Ledger, drop: Drop, twin: Drop) -> None:
    _settle(book, replace(drop, state="known", rule=KNOWN), [_whole(drop, KNOWN, other=twin.name)])


def _read(
    book: Ledger, drops: Sequence[tuple[Drop, Path]], workers: int, aliases: Sequence[Alias], voice: Voice
) -> list[tuple[Drop, FileRead]]:
    """Parse every file in its own supervised process; refused ones are settled here."""
    tried = [(drop if _stands(drop) else memory.note_attempt(book, drop), path) for drop, path in drops]
    safe = [pair for pair in tried if pair[0].attempts <= ATTEMPTS]
    for drop, _ in tried:
        if drop.attempts > ATTEMPTS:
            _settle(book, replace(drop, state="refused", rule=QUARANTINED), [_whole(drop, QUARANTINED)])
    named = [(drop.name, path) for drop, path in safe]
    read = []
    told = reading.read_all(named, workers, on_done=voice.advance, aliases=aliases)
    for (drop, path), raw in zip(safe, told, strict=True):
        mark = returned_copies.origin_of(path)
        file = corrections.only_typed(returned_copies.without_ours(raw, mark) if mark else raw)
        anew = _anew(book, drop, file, is_returned=bool(mark))
        if anew and not anew.refused:
            read.append((drop, _compared(book, drop, anew)))
        elif anew and not _stands(drop):
            _settle(book, replace(drop, state="refused", rule=anew.refused or ""), file_findings(drop, anew))
    return read


def _compared(book: Ledger, drop: Drop, file: FileRead) -> FileRead:
    """With a word on every column that is not as in the sender's last file."""
    own = moved_columns.sender(drop.name)
    before = memory.sheets_before(book, drop, lambda name: moved_columns.sender(name) == own)
    return replace(file, findings=[*file.findings, *moved_columns.find(file, before)])


def _post(book: Ledger, each: Sifted, file: FileRead, released: Sequence[int], origin: Drop | None) -> None:
    """Store a drop. `origin`: the drop whose returned copy this is."""
    drop = replace(each.drop, state="read", content=_content(each), sheets=sheets_of(each, file))
    twin = memory.known_rows(book, drop)
    if twin:
        known = replace(drop, state="known", rule=KNOWN, content="")
        _settle(book, known, [_whole(drop, KNOWN, other=twin.name)])
        return
    found = [*file_findings(drop, file), *each.findings, *([] if origin else _found_before(book, drop))]
    posting = memory.Posting(each.batches, found, each.assigned, released)
    memory.post(book, drop, _amended(book, each, posting, origin) if origin else posting)


def _found_before(book: Ledger, drop: Drop) -> list[Finding]:
    """What was found about rows of the sheets that were read before: it stands for as long as they do."""
    twin = memory.known_bytes(book, drop)
    return [each for each in memory.flaws_of(book, twin) if each.kind != SOURCES] if twin else []


def _content(each: Sifted) -> str:
    """What tells a workbook saved again; nothing of one with corrections, where saying it again settles a quarrel."""
    return "" if any(batch.kind == Corrections.name for batch in each.batches) else each.content


def _amended(book: Ledger, each: Sifted, posting: memory.Posting, origin: Drop) -> memory.Posting:
    """The posting of a returned copy: it takes the place of the whole drop that it corrects."""
    change = returned_copies.amend(book, each, origin)
    return replace(
        posting,
        released=sorted({*posting.released, *change.released}),
        origin=origin,
        late=change.late,
        about=returned_copies.outdated_findings(change, each.drop, OUTDATED),
    )


def _origins(book: Ledger, read: Sequence[tuple[Drop, Path]]) -> dict[int, Drop]:
    """Drops that are the returned copy of an earlier drop, with that drop."""
    marks = [(drop, mark) for drop, path in read if (mark := returned_copies.origin_of(path))]
    found = {drop.id: memory.origin_drop(book, mark.sha256, drop) for drop, mark in marks}
    return {id_: origin for id_, origin in found.items() if origin}


def _known(book: Ledger, own: int) -> sift.Known:
    return sift.Known(
        used=lambda kind: memory.used_numbers(book, kind, besides=own),
        remembered=memory.remembered_numbers(book, besides=own),
        codes=lambda kind, column: memory.kept_codes(book, kind, column, besides=own),
    )


def _settle(book: Ledger, drop: Drop, found: Sequence[Finding]) -> None:
    with book.writing() as connection:
        memory.settle_drop(connection, drop, found)


def _whole(drop: Drop, rule: str, **params: str) -> Finding:
    return Finding(
        rule=rule,
        kind=SOURCES,
        key=drop.name,
        place=Place(drop.name),
        params=params,
        subject=drop.name,
    )
