"""Rows without a number that say the same as others: one question a block whether it was pasted twice or is several.

Until it is answered all of them count. The question is known by what the rows of its block are named by, not by where
they stand: it is the same in the next version of a workbook, in a copy under another name, and after it was moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2s

from pipeline.core.accounts import currencies
from pipeline.core.money import format_money
from pipeline.rules.validation import blocks
from pipeline.rules.validation.kind_rows import KindRows
from schemas.derived.finding import Finding

EACH = "X-039"
KEYS = "keys"  # of its rows, among the params of the finding
PASTED = "pasted_again"  # what may be answered
Runs = list[list[int]]


def ask(gathered: KindRows, pairs: Mapping[int, int], bases: Mapping[int, bytes]) -> None:
    """Ask about rows that count though they repeat others. `pairs`: each with the first; `bases`: what names each."""
    for rows in blocks.by_sheet(gathered, pairs):
        for told in _questions(list(blocks.runs(gathered, rows, pairs)), bases):
            gathered.whole.append((blocks.file_id(gathered, rows[0]), _finding(gathered, told, pairs, bases)))


def asked_keys(found: Iterable[Finding]) -> frozenset[tuple[str, str]]:
    """Return kind and key of every row that these findings ask about."""
    asked = (finding for finding in found if finding.rule == EACH and KEYS in finding.params)
    return frozenset((kind_of(finding), key) for finding in asked for key in json.loads(finding.params[KEYS]))


def kind_of(finding: Finding) -> str:
    """Return the kind of the rows that a question is about."""
    return finding.key.partition("|")[0]


def _questions(runs: Runs, bases: Mapping[int, bytes]) -> Iterator[Runs]:
    """Give the blocks that are asked about together: one block however often it was pasted, and many lone rows."""
    marks = [_mark([run], bases) for run in runs]
    are_many = len({mark for mark, run in zip(marks, runs, strict=True) if len(run) == 1}) > blocks.MOST_TOLD
    by_mark: dict[str, Runs] = {}
    for mark, run in zip(marks, runs, strict=True):
        by_mark.setdefault("" if are_many and len(run) == 1 else mark, []).append(run)
    yield from by_mark.values()


def _mark(runs: Iterable[Sequence[int]], bases: Mapping[int, bytes]) -> str:
    """Return a hash of what blocks are named by, however often each of them was pasted."""
    said = sorted({b"\n".join(sorted(bases[at] for at in run)) for run in runs})
    return blake2s(b"\n\n".join(said), digest_size=8).hexdigest()


def _finding(gathered: KindRows, runs: Runs, pairs: Mapping[int, int], bases: Mapping[int, bytes]) -> Finding:
    rows = [at for run in runs for at in run]
    place = gathered.place(rows[0], blocks.column(gathered))
    said = [["repeat.places", {"other": blocks.places(gathered, runs, pairs)}], *_sums(gathered, rows)]
    is_block = all(len(run) > 1 for run in runs)
    return Finding(
        EACH,
        "sources",
        f"{gathered.table.name}|{_mark(runs, bases)}",
        place=place,
        params={
            "count": blocks.count(gathered, rows),
            "other_phrases": json.dumps(said),
            KEYS: json.dumps([str(gathered.frame["src_key"].iat[at]) for at in rows]),
            **({"proposed": PASTED} if is_block else {}),
        },
        subject=place.file,
    )


def _sums(gathered: KindRows, rows: Sequence[int]) -> Iterator[list[object]]:
    """Give what the rows come to, one phrase a currency."""
    column = blocks.SUMS.get(gathered.table.name)
    if column:
        mine = gathered.frame.iloc[list(rows)]
        for code, fen in mine[column].groupby(currencies(mine)).sum().sort_index().items():
            yield ["repeat.sum", {"amount": format_money(int(fen), str(code))}]
