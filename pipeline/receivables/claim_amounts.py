"""How much of a paper each order it names may claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.receivables.sums import running, whole

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.receivables.context import Bools, Ints


def wants(named: pd.DataFrame, amounts: Ints, caps: Ints, worth: Ints) -> Ints:
    """Fen every claim asks for, signed like its paper. Claims of one paper never exceed it.

    `named`: claims of known orders, by paper. `caps`: what every order owes, `worth`: what it is
    worth. Amounts said come first; what is left goes to the orders without one, in the order
    listed: as much as each owes, then as much as it is worth, the last takes the rest.
    """
    row, code = named["row"].to_numpy(), named["code"].to_numpy()
    sign = np.where(amounts[row] < 0, -1, 1)
    said = np.abs(named["fen"].to_numpy(dtype="int64", na_value=0))
    silent = named["fen"].isna().to_numpy()
    most = np.abs(amounts[row])
    upto = running(said, row)
    want = np.minimum(upto, most) - np.minimum(upto - said, most)
    left = most - whole(want, row)
    many = whole(silent.astype("int64"), row)
    want = np.where(silent & (many == 1), left, want) * sign
    if (many > 1).any():
        _share(want, _Claims(row, code, silent & (many > 1), sign * left), caps, worth)
    return np.asarray(want)


class _Claims:
    """Claims of papers that name several orders without saying how much for each."""

    def __init__(self, row: Ints, code: Ints, is_open: Bools, left: Ints) -> None:
        self.row, self.code, self.is_open, self.left = row, code, is_open, left


def _share(want: Ints, claims: _Claims, caps: Ints, worth: Ints) -> None:
    """Fill `want` for them, paper after paper, since each depends on what earlier ones have paid.

    Only orders that such papers name are followed; all others were settled without a loop.
    """
    touched = np.zeros(len(caps), dtype="bool")
    touched[claims.code[claims.is_open]] = True
    at = np.flatnonzero(touched[claims.code])
    paid: dict[int, int] = {}
    group: list[int] = []
    for place in at.tolist():
        if group and claims.row[group[0]] != claims.row[place]:
            _fill(want, group, claims, paid, (caps, worth))
            group = []
        if claims.is_open[place]:
            group.append(place)
        else:
            order = int(claims.code[place])
            paid[order] = paid.get(order, 0) + int(want[place])
    if group:
        _fill(want, group, claims, paid, (caps, worth))


def _fill(want: Ints, group: list[int], claims: _Claims, paid: dict[int, int], limits: tuple[Any, ...]) -> None:
    left = int(claims.left[group[0]])
    given = dict.fromkeys(group, 0)
    for limit in limits:
        for place in group:
            order = int(claims.code[place])
            before = paid.get(order, 0) + given[place]
            # a refund takes back what was paid, a payment fills what is open
            room = max(int(limit[order]) - before, 0) if left > 0 else -max(before, 0)
            take = min(left, room) if left > 0 else max(left, room)
            given[place] += take
            left -= take
    given[group[-1]] += left
    for place, fen in given.items():
        order = int(claims.code[place])
        paid[order] = paid.get(order, 0) + fen
        want[place] = fen
