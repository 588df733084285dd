"""Columns that a book never had: asked once for the shape of its sheet, and no more once somebody said so.

The answer counts for every sheet of its kind that has those headings, and for later workbooks of the same name; a
column that is lacking beyond the ones that were answered is asked for again. It can be taken back where it was typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.ledger import findings_ever
from pipeline.reading.layout.sheet_checks import sender_of
from pipeline.rules.validation.absent_columns import COUNTED, HELD, MISSING_HEADING, SHAPE, told_of
from schemas.incoming.kinds import KINDS

if TYPE_CHECKING:
    from pipeline.ledger import Ledger
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule

NOT_KEPT = "not_kept"  # what may be answered
FILES_NAMED = 5


@dataclass(frozen=True)
class _Lacking:
    """What a finding says that a sheet lacks: columns that its rows wait for, and others."""

    finding: Finding
    kind: str
    held: tuple[str, ...]
    counted: tuple[str, ...]

    def is_like(self, other: _Lacking) -> bool:
        """Return whether both are of sheets with the same headings, or of workbooks of one name."""
        shapes = {each.finding.params.get(SHAPE) for each in (self, other)}
        senders = {sender_of(each.finding.place.file) for each in (self, other)}
        return self.kind == other.kind and (len(shapes) == 1 or len(senders) == 1)


def without_not_kept(
    ledger: Ledger, found: Sequence[Finding], answers: Mapping[str, str], rules: Mapping[str, Rule]
) -> list[Finding]:
    """Return findings about files, in which sheets lack only what nobody said that they never have.

    An answer that counts stands for what it answered. `answers`: by id of the finding. Columns whose own rule is off
    are not asked for.
    """
    asked = [(finding, _lacking(finding)) for finding in found]
    answered = _answered(ledger, answers) if any(lacking for _, lacking in asked) else []
    left = [each for _, lacking in asked if lacking for each in _left(lacking, answered, rules)]
    return [*(finding for finding, lacking in asked if lacking is None), *_once(left)]


def _lacking(finding: Finding) -> _Lacking | None:
    if finding.rule != MISSING_HEADING or SHAPE not in finding.params:
        return None
    said = dict(json.loads(finding.params["other_phrases"]))
    words = [tuple(filter(None, said.get(key, {}).get("columns_words", "").split(","))) for key in (HELD, COUNTED)]
    held, counted = (tuple(word.partition(".")[2] for word in group) for group in words)
    return _Lacking(finding, finding.params["column_words"].partition(".")[0], held, counted)


def _answered(ledger: Ledger, answers: Mapping[str, str]) -> list[_Lacking]:
    """Return what was ever asked and answered so, of every workbook that it was asked of."""
    if NOT_KEPT not in answers.values():
        return []
    known = [each for each in findings_ever(ledger, MISSING_HEADING) if answers.get(each.id) == NOT_KEPT]
    return [made for finding in known if (made := _lacking(finding))]


def _left(lacking: _Lacking, answered: Sequence[_Lacking], rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Give the finding with what is left of it, and the questions that were answered of the rest."""
    spec = KINDS[lacking.kind].spec
    left = [column for column in lacking.counted if rules[spec(column).blank].is_live]
    for known in filter(lacking.is_like, answered):
        if of_it := [column for column in left if column in known.counted]:
            left = [column for column in left if column not in of_it]
            params = {**known.finding.params, **told_of(lacking.kind, (), of_it)}
            yield replace(known.finding, place=lacking.finding.place, subject=lacking.finding.subject, params=params)
    if lacking.held or left:
        params = {**lacking.finding.params, **told_of(lacking.kind, lacking.held, left)}
        yield replace(lacking.finding, params=params)


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Give every question once, at the first of the files that it is about; the others are named in it."""
    alike: dict[str, list[Finding]] = {}
    for finding in found:
        alike.setdefault(finding.id, []).append(finding)
    for first, *others in alike.values():
        files = dict.fromkeys(finding.place.file for finding in others if finding.place.file != first.place.file)
        if not files:
            yield first
            continue
        names = [*list(files)[:FILES_NAMED], *(["\u2026"] if len(files) > FILES_NAMED else [])]
        said = [*json.loads(first.params["other_phrases"]), ["absent.also", {"names": ", ".join(names)}]]
        yield replace(first, params={**first.params, "other_phrases": json.dumps(said)})
