"""Corrections to ledger: workbooks that have a corrected cell are read once more, as if it stood there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import ledger as memory
from pipeline import reading
from pipeline.core import files as durable
from pipeline.feedback import corrections, returned_copies
from pipeline.feedback.corrections.findings import LATE, UNREADABLE
from pipeline.feedback.corrections.selection import cell_of
from pipeline.feedback.corrections.targets import AGREED, AIMED, APPLIES, CHANGED, FOLLOWED, NOWHERE, plain
from pipeline.night.file_findings import file_findings, sheets_of
from pipeline.rules.validation import sift
from pipeline.rules.validation.contradict import ACROSS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.core.workspace import Workspace
    from pipeline.feedback.corrections import Plan
    from pipeline.ledger import Correction, Drop, Ledger, Night, Standing, Target
    from pipeline.reading import FileRead, Patch
    from pipeline.rules.validation.sifted import Sifted
    from schemas.policy.policy import Policy

NUMBERED = {"orders": "order_no", "complaints": "complaint_no"}


def correct(desk: Workspace, book: Ledger, night: Night, policy: Policy) -> None:
    """Bring every corrected drop to what the corrections that count now say."""
    typed, standing = memory.corrections(book), memory.standing(book)
    if not typed and not standing:
        return
    work = _Work(desk, book, policy, typed, corrections.aim(book, night, typed))
    chosen = work.settled(standing)
    memory.keep_targets(book, work.targets)
    late = _remake(work, night, chosen, standing)
    told = [replace(t, state=LATE, night_id=night.id) for t in work.targets if _record(t) in late.get(t.drop_id, ())]
    memory.keep_targets(book, told)


def _record(target: Target) -> str:
    return f"{target.finding.kind}|{target.finding.key}"


@dataclass
class _Work:
    """What is known of the corrections, and the workbooks read with them so far: patches and what they gave."""

    desk: Workspace
    book: Ledger
    policy: Policy
    typed: Sequence[Correction]
    targets: list[Target]
    read: dict[int, tuple[tuple[Patch, ...], FileRead]] = field(default_factory=dict)

    def settled(self, standing: Mapping[int, Standing]) -> Plan:
        """Read until every correction is known to fit or not to."""
        while True:
            chosen = corrections.plan(self.typed, self.targets)
            known = {n: each.patches for n, each in standing.items()}
            asked = {*chosen.tried, *(n for n in chosen.patches if chosen.wanted(n) != known.get(n, ()))}
            wanted = {n: chosen.read_with(n) for n in sorted(asked)}
            unread = {n: patches for n, patches in wanted.items() if self.read.get(n, ((), None))[0] != patches}
            if not unread:
                return chosen
            self.look(unread)
            for n, target in enumerate(self.targets):  # one by one: what follows is compared with its first
                self.targets[n] = self._judged(target)

    def look(self, wanted: Mapping[int, tuple[Patch, ...]]) -> None:
        """Read drops from the archive with their patches."""
        drops = {n: memory.drop_of(self.book, n) for n in wanted}
        paths = [(d.name, durable.shelf(self.desk.archive, d.sha256, d.name)) for d in drops.values()]
        patches = list(wanted.values())
        files = reading.read_all(paths, self.desk.parallel, aliases=self.policy.headings, patches=patches)
        for (n, given), (_, path), file in zip(wanted.items(), paths, files, strict=True):
            mark = returned_copies.origin_of(path)
            self.read[n] = (given, returned_copies.without_ours(file, mark) if mark else file)

    def _judged(self, target: Target) -> Target:
        """What becomes of a correction once its cell was looked at."""
        if target.state not in (AIMED, FOLLOWED) or target.drop_id not in self.read:
            return target
        _, file = self.read[target.drop_id]
        place = cell_of(target)[1:]
        there = [each.value for each in file.replaced if (each.sheet, each.row, each.letter) == place]
        if not there:
            return replace(target, state=NOWHERE if target.state == AIMED else CHANGED)
        value = next(each.value for each in self.typed if each.key == target.key)
        if target.state == FOLLOWED and there[0] != self._first(target.key).raw:
            return replace(target, state=AGREED if plain(there[0]) == plain(value) else CHANGED, raw=there[0])
        return replace(target, state=UNREADABLE if _is_unknown(file, target, value) else APPLIES, raw=there[0])

    def _first(self, key: str) -> Target:
        return next(target for target in self.targets if target.key == key and target.drop_id)


def _is_unknown(file: FileRead, target: Target, value: str) -> bool:
    return any(
        cell.unknown and (cell.column, cell.raw) == (target.finding.column, value)
        for sheet in file.sheets
        if sheet.sheet == target.finding.place.sheet
        for cell in sheet.findings
    )


def _remake(work: _Work, night: Night, chosen: Plan, standing: Mapping[int, Standing]) -> dict[int, set[str]]:
    """Replace the corrected drops that are no longer as they should be, night by night of their origins."""
    every = {*chosen.patches, *standing}
    stale = {n for n in every if chosen.wanted(n) != (standing[n].patches if n in standing else ())}
    late: dict[int, set[str]] = {}
    for together in _groups(work.book, stale):
        fallen = [standing[n] for n in sorted(together & standing.keys())]
        made = _made(work, together, chosen) if together & chosen.patches.keys() else []
        late |= memory.remake(work.book, night, fallen, made)
    return late


def _groups(book: Ledger, stale: Iterable[int]) -> list[set[int]]:
    """Drops to be sifted together: those whose rows contradict or repeat each other, and came on one night."""
    groups: dict[tuple[int, int], set[int]] = {}
    for drop in (memory.drop_of(book, n) for n in sorted(stale)):
        clashing = memory.clashing(book, drop.night_id, ACROSS)
        at = (drop.night_id, 0) if drop.id in clashing else (drop.night_id, drop.id)
        groups.setdefault(at, {drop.id}).update({drop.id}, clashing if drop.id in clashing else ())
    return list(groups.values())


def _made(work: _Work, together: set[int], chosen: Plan) -> list[memory.Remade]:
    work.look({n: chosen.read_with(n) for n in sorted(together - work.read.keys())})
    drops = {-n: memory.drop_of(work.book, n) for n in sorted(together)}
    placed = {
        (-drop.id, kind, *at): number
        for drop in drops.values()
        for kind, column in NUMBERED.items()
        for at, number in memory.numbers_at(work.book, drop, column, kind).items()
    }
    known = sift.Known(
        used=lambda kind: memory.used_numbers(work.book, kind),
        remembered=memory.remembered_numbers(work.book),
        placed=placed,
        codes=lambda kind, column: memory.kept_codes(work.book, kind, column),
    )
    # numbered apart from the drops they are made from, until the ledger gives them a number
    reads = [(replace(drop, id=n), work.read[-n][1]) for n, drop in drops.items()]
    causes = tuple(sorted({key for n in together for key in chosen.causes.get(n, ())}))
    sifted = sift.sift(reads, known, work.policy.rules)
    return [
        _remade(each, drops[each.drop.id], file, (chosen.wanted(-each.drop.id), causes))
        for each, (_, file) in zip(sifted, reads, strict=True)
    ]


def _remade(
    each: Sifted, origin: Drop, file: FileRead, because: tuple[tuple[tuple[str, int, str, str], ...], tuple[str, ...]]
) -> memory.Remade:
    packed = each.packed()
    posting = memory.Posting(packed.batches, [*file_findings(origin, file), *packed.findings], packed.assigned)
    drop = replace(origin, content=packed.content, sheets=sheets_of(packed, file))
    return memory.Remade(origin, drop, posting, *because)
