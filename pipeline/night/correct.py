"""Corrections to ledger: workbooks that have a corrected cell are read once more, as if it stood there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline import reading
from pipeline.core import files as durable
from pipeline.core.log import step
from pipeline.core.text import without_blanks
from pipeline.feedback import corrections, returned_copies, versions
from pipeline.feedback.corrections.selection import LATE, UNREADABLE, cell_of
from pipeline.feedback.corrections.targets import AGREED, AIMED, APPLIES, CHANGED, FOLLOWED, NOWHERE
from pipeline.feedback.questions import typed_answers, with_answered_scope
from pipeline.ledger import (
    Posting,
    RereadFile,
    WaitingFile,
    Workbooks,
    assigned_numbers,
    clashing_files,
    corrected_files,
    files_to_reread,
    keep_targets,
    kept_codes,
    living_rows,
    note_waiting,
    numbers_at,
    post_corrected,
    received_file,
    record_owners,
    reread_unless,
    typed_corrections,
    used_numbers,
)
from pipeline.night.file_findings import (
    OURS,
    findings_about_file,
    is_read_as_answered,
    lists_of_their_own,
    ours_in_file,
    sheets_of,
)
from pipeline.reading.workers.pool import NOT_NOW
from pipeline.rules.validation import validate
from pipeline.rules.validation.contradictions import ACROSS
from pipeline.rules.validation.scope import ASKED, OWNED, READ_AS
from pipeline.rules.validation.versions import Versions
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pipeline.core.workspace import Workspace
    from pipeline.feedback.corrections import CorrectionPlan
    from pipeline.ledger import CorrectedFile, Correction, Ledger, Night, ReceivedFile, Target
    from pipeline.reading import FileRead, Patch
    from pipeline.rules.validation.validated_file import ValidatedFile
    from schemas.policy.policy import Policy

NUMBERED = {"orders": "order_no", "complaints": "complaint_no"}


@step("apply_corrections")
def apply_corrections(workspace: Workspace, ledger: Ledger, night: Night, policy: Policy) -> None:
    """Bring every corrected received file to what the corrections that count now say, and rows to what was answered.

    Those whose numbers an earlier release made other ones of, or somebody says now how far they are unique, are read
    once more too.
    """
    policy = with_answered_scope(ledger, policy)
    form = policy.forms.get(Orders.name)
    answered, scope = typed_answers(ledger), form.scope if form else ""
    if not night.is_past:
        reread_unless(ledger, ASKED, lambda finding: finding.params.get(READ_AS, "") == scope)
        reread_unless(ledger, OURS, lambda finding: is_read_as_answered(finding, answered))
    versions.apply_answers(ledger, night, answered, policy)  # which rows of workbooks are one, and which are gone
    _correct(workspace, ledger, night, policy)
    versions.apply_answers(ledger, night, answered, policy)  # of what was read once more just now


def _correct(workspace: Workspace, ledger: Ledger, night: Night, policy: Policy) -> None:
    typed, counting, again = typed_corrections(ledger), corrected_files(ledger), files_to_reread(ledger)
    if not typed and not counting and not again:
        return
    work = _Work(workspace, ledger, policy, typed, corrections.find_targets(ledger, night, typed))
    try:
        chosen = work.settled(counting)
    except NotNow as left:  # what was corrected before stays so, the rest follows another night
        note_waiting(ledger, night, [WaitingFile(str(left), NOT_NOW, "")], besides=True)
        return
    keep_targets(ledger, work.targets)
    late = _remake(work, night, chosen, (counting, again))
    late_targets = [
        replace(t, state=LATE, night_id=night.id) for t in work.targets if _record(t) in late.get(t.file_id, ())
    ]
    keep_targets(ledger, late_targets)


def _record(target: Target) -> str:
    return f"{target.finding.kind}|{target.finding.key}"


class NotNow(Exception):
    """Our own disk does not give the archived file of this name."""


@dataclass
class _Work:
    """What is known of the corrections, and the workbooks read with them so far: patches and what they gave."""

    workspace: Workspace
    ledger: Ledger
    policy: Policy
    typed: Sequence[Correction]
    targets: list[Target]
    read: dict[int, tuple[tuple[Patch, ...], FileRead]] = field(default_factory=dict)

    def settled(self, counting: Mapping[int, CorrectedFile]) -> CorrectionPlan:
        """Read until every correction is known to fit or not to."""
        while True:
            chosen = corrections.choose_corrections(self.typed, self.targets)
            known = {n: file.patches for n, file in counting.items()}
            asked = {*chosen.tried, *(n for n in chosen.patches if chosen.wanted(n) != known.get(n, ()))}
            wanted = {n: chosen.read_with(n) for n in sorted(asked)}
            unread = {n: patches for n, patches in wanted.items() if self.read.get(n, ((), None))[0] != patches}
            if not unread:
                return chosen
            self.look(unread)
            for n, target in enumerate(self.targets):  # one by one: what follows is compared with its first
                self.targets[n] = self._judged(target)

    def look(self, wanted: Mapping[int, tuple[Patch, ...]]) -> None:
        """Read received files from the archive with their patches."""
        received_files = {n: received_file(self.ledger, n) for n in wanted}
        paths = [(d.name, durable.shelf(self.workspace.archive, d.sha256, d.name)) for d in received_files.values()]
        patches = list(wanted.values())
        theirs = lists_of_their_own((name for name, _ in paths), typed_answers(self.ledger))
        aliases = self.policy.headings
        files = reading.read_all(paths, self.workspace.parallel, aliases=aliases, patches=patches, theirs=theirs)
        for (n, given), (name, path), file in zip(wanted.items(), paths, files, strict=True):
            if file.refused == NOT_NOW:
                raise NotNow(name)
            mark = returned_copies.origin_of(path)
            self.read[n] = (given, returned_copies.without_ours(file, mark) if mark else file)

    def _judged(self, target: Target) -> Target:
        """Return what becomes of a correction once its cell was looked at."""
        if target.state not in (AIMED, FOLLOWED) or target.file_id not in self.read:
            return target
        _, file = self.read[target.file_id]
        place = cell_of(target)[1:]
        there = [cell.value for cell in file.replaced if (cell.sheet, cell.row, cell.letter) == place]
        if not there:
            return replace(target, state=NOWHERE if target.state == AIMED else CHANGED)
        value = next(typed.value for typed in self.typed if typed.key == target.key)
        if target.state == FOLLOWED and there[0] != self._first(target.key).raw:
            return replace(
                target, state=AGREED if without_blanks(there[0]) == without_blanks(value) else CHANGED, raw=there[0]
            )
        return replace(target, state=UNREADABLE if _is_unknown(file, target, value) else APPLIES, raw=there[0])

    def _first(self, key: str) -> Target:
        return next(target for target in self.targets if target.key == key and target.file_id)


def _is_unknown(file: FileRead, target: Target, value: str) -> bool:
    return any(
        cell.unknown and (cell.column, cell.raw) == (target.finding.column, value)
        for sheet in file.sheets
        if sheet.sheet == target.finding.place.sheet
        for cell in sheet.findings
    )


def _remake(
    work: _Work, night: Night, chosen: CorrectionPlan, known: tuple[Mapping[int, CorrectedFile], AbstractSet[int]]
) -> dict[int, set[str]]:
    """Replace the corrected received files that are no longer as they should be, night by night of their origins.

    `known`: those that count, and received files that are to be read once more whatever was corrected.
    """
    counting, again = known
    every = {*chosen.patches, *counting}
    stale = {n for n in every if chosen.wanted(n) != (counting[n].patches if n in counting else ())} | again
    late: dict[int, set[str]] = {}
    for together in _groups(work.ledger, stale):
        fallen = [counting[n] for n in sorted(together & counting.keys())]
        made = _made(work, together, chosen) if together & (chosen.patches.keys() | again) else []
        late |= post_corrected(work.ledger, night, fallen, made)
    return late


def _groups(ledger: Ledger, stale: Iterable[int]) -> list[set[int]]:
    """Drops to be validated together: those whose rows contradict or repeat each other, and came on one night."""
    groups: dict[tuple[int, int], set[int]] = {}
    for received in (received_file(ledger, n) for n in sorted(stale)):
        clashing = clashing_files(ledger, received.night_id, ACROSS)
        at = (received.night_id, 0) if received.id in clashing else (received.night_id, received.id)
        groups.setdefault(at, {received.id}).update({received.id}, clashing if received.id in clashing else ())
    return list(groups.values())


def _made(work: _Work, together: set[int], chosen: CorrectionPlan) -> list[RereadFile]:
    work.look({n: chosen.read_with(n) for n in sorted(together - work.read.keys())})
    received_files = {-n: received_file(work.ledger, n) for n in sorted(together)}
    placed = {
        (-received.id, kind, *at): number
        for received in received_files.values()
        for kind, column in NUMBERED.items()
        for at, number in numbers_at(work.ledger, received, column, kind).items()
    }
    workbooks = Workbooks(work.ledger)
    formers = {-received.id: workbooks.formers(received, received) for received in received_files.values()}
    known = validate.Known(
        used=lambda kind: used_numbers(work.ledger, kind),
        remembered=assigned_numbers(work.ledger),
        placed=placed,
        codes=lambda kind, *columns: kept_codes(work.ledger, kind, *columns),
        owners=lambda kind: record_owners(work.ledger, kind, OWNED[kind]),
        versions=Versions(formers, living=partial(living_rows, work.ledger), is_reread=True),
    )
    # numbered apart from the received files they are made from, until the ledger gives them a number
    reads = [(replace(received, id=n), work.read[-n][1]) for n, received in received_files.items()]
    causes = tuple(sorted({key for n in together for key in chosen.causes.get(n, ())}))
    files = validate.validate_files(reads, known, work.policy.rules, work.policy.forms)
    return [
        _remade(work, each, received_files[n], file, (chosen.wanted(-n), causes))
        for each, (n, file) in zip(files, ((received.id, file) for received, file in reads), strict=True)
    ]


def _remade(
    work: _Work,
    validated: ValidatedFile,
    origin: ReceivedFile,
    file: FileRead,
    because: tuple[tuple[tuple[str, int, str, str], ...], tuple[str, ...]],
) -> RereadFile:
    packed = validated.packed()
    about = [*findings_about_file(origin, file), *ours_in_file(origin, file, 0, work.workspace.lang)]
    found = [*about, *packed.findings]
    posting = Posting(packed.batches, found, packed.assigned, packed.passed)
    received = replace(origin, content=packed.content, sheets=sheets_of(packed, file))
    return RereadFile(origin, received, posting, *because)
