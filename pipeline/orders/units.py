"""Units of goods: which are the same, and how many of one make another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.core.money import EXACT, ONE
from pipeline.core.text import fold, fold_word
from schemas.language import spellings
from schemas.policy.units import UnitRatio, measures

Edges = dict[str, dict[str, Decimal]]  # unit → unit → how many of it one is


class Units:
    """Says how many of one unit make another. `declared`: what the company says of its own goods."""

    def __init__(self, declared: Sequence[UnitRatio]) -> None:
        self._declared = declared
        self._general = _edges([*measures(), *(ratio for ratio in declared if not ratio.product)])
        self._own: dict[frozenset[str], Edges] = {}
        self._known: dict[tuple[str, str, tuple[str | None, ...]], Decimal | None] = {}
        self._products = frozenset(fold(ratio.product) for ratio in declared if ratio.product)

    def factor(self, ours: str | None, theirs: str | None, names: tuple[str | None, ...]) -> Decimal | None:
        """Return how many units of the list one of a line is; one where either says none: it is the usual one."""
        if ours is None or theirs is None or ours == theirs:
            return ONE
        key = (ours, theirs, names)
        if key not in self._known:
            self._known[key] = self.count(ours, theirs, [name for name in names if name is not None])
        return self._known[key]

    def count(self, unit: str, other: str, product: Iterable[str] = ()) -> Decimal | None:
        """Return how many of the other one unit is, for a product by any of its names; None where nobody knows."""
        names = frozenset(map(fold, product)) & self._products
        if names not in self._own:
            rows = [ratio for ratio in self._declared if fold(ratio.product) in names]
            own = _edges(rows)
            # what is said of the product goes before what is said of all
            self._own[names] = {at: self._general.get(at, {}) | own.get(at, {}) for at in {*self._general, *own}}
        return _walk(self._own[names], plain_unit(unit), plain_unit(other))


def plain_unit(unit: str) -> str:
    """Return a unit in the one way it is compared: PCS and 个 are the same."""
    folded = fold_word(unit)
    return str(spellings.group("unit").get(folded, folded))


def _edges(ratios: Iterable[UnitRatio]) -> Edges:
    made: Edges = {}
    for ratio in ratios:
        unit, base = plain_unit(ratio.unit), plain_unit(ratio.base)
        made.setdefault(unit, {})[base] = ratio.count
        made.setdefault(base, {})[unit] = EXACT.divide(ONE, ratio.count)
    return made


def _walk(edges: Edges, unit: str, other: str) -> Decimal | None:
    """The shortest way from one unit to the other counts."""
    known, ends = {unit: ONE}, [unit]
    while ends and other not in known:
        at = ends.pop(0)
        for step, count in edges.get(at, {}).items():
            if step not in known:
                known[step] = EXACT.multiply(known[at], count)
                ends.append(step)
    return known.get(other)
