"""Laws of money: source, detail and customers say one sum, nobody is paid more than came, ages add up."""

from __future__ import annotations

import pandas as pd

from pipeline.core.accounts import account_keys, currencies
from pipeline.core.groups import is_sure
from pipeline.night.self_check.laws import Answer, Law, NightSeen
from schemas.derived.receivables import BUCKETS, Ageing, Allocations, Control, Receivables, Unapplied
from schemas.derived.status import OrderStatus
from schemas.policy.states import SETTLED

MONEY = ("receivables", "tracking")
OF_BUCKETS = [f"{bucket}_fen" for bucket in BUCKETS]
LATE = ("late", "part_late")


def receipts_are_spent_once(seen: NightSeen) -> Answer:
    """Nothing pays for more than it is: what a receipt paid for items, and what is left of it."""
    spent = seen.beside.allocations.groupby(Allocations.receipt_key)[Allocations.applied_fen].sum()
    came = seen.beside.receipts
    known = spent[spent.index.isin(came.index)].abs()
    return len(spent), int((known > came.reindex(known.index).abs()).sum())


def items_have_what_was_paid(seen: NightSeen) -> Answer:
    """What an item received is what receipts paid for it, and what is left of it is open."""
    items, by = seen["receivables"], [str(Receivables.order_no), str(Receivables.instalment_no)]
    paid = seen.beside.allocations.groupby(by)[str(Allocations.applied_fen)].sum()
    received = items.groupby(by)[str(Receivables.received_fen)].sum()
    wrong = (received.sub(paid, fill_value=0) != 0).sum()
    settled = [Receivables.received_fen, Receivables.credited_fen, Receivables.closed_fen, Receivables.open_fen]
    unbalanced = (items[Receivables.billed_fen] - sum(items[name] for name in settled)).fillna(0) != 0
    return len(items), int(wrong) + int(unbalanced.sum())


def control_closes(seen: NightSeen) -> Answer:
    """For every customer source less detail is nothing."""
    return len(seen["control"]), int((seen["control"][Control.difference_fen].fillna(0) != 0).sum())


def one_sum_of_money(seen: NightSeen) -> Answer:
    """Detail, ages and proof say one sum for every account, of what is open and of what waits for its item."""
    control, ageing = seen["control"], seen["ageing"]
    pairs = (
        (_summed(control, Control.open_fen), _summed(seen["receivables"], Receivables.open_fen)),
        (_summed(control, Control.open_fen), _summed(ageing, *OF_BUCKETS)),
        (_summed(control, Control.unapplied_fen), _summed(seen["unapplied"], Unapplied.left_fen)),
        (_summed(control, Control.unapplied_fen), -_summed(ageing, Ageing.unapplied_fen)),
    )
    return len(control), sum(_differing(one, other) for one, other in pairs)


def _summed(rows: pd.DataFrame, *names: str) -> pd.Series[int]:
    """Return what columns come to, by account."""
    whose = account_keys(rows[Control.customer_key], currencies(rows))
    return rows[list(names)].sum(axis=1).groupby(whose.fillna("")).sum()


def _differing(one: pd.Series[int], other: pd.Series[int]) -> int:
    return int((one.sub(other, fill_value=0) != 0).sum())


def ages_add_up(seen: NightSeen) -> Answer:
    """In every row of the ages the parts are the total, and every part is that of its items, by currency."""
    ageing, items = seen["ageing"], seen["receivables"]
    wrong = ageing[[*OF_BUCKETS, str(Ageing.unapplied_fen)]].sum(axis=1) != ageing[Ageing.total_fen]
    by = items.groupby([str(Receivables.currency), str(Receivables.bucket)])[str(Receivables.open_fen)].sum()
    shown = ageing.groupby(Ageing.currency)[OF_BUCKETS].sum().rename(columns=lambda name: name.removesuffix("_fen"))
    owed = by.unstack(fill_value=0).reindex(index=shown.index, columns=shown.columns, fill_value=0)  # noqa: PD010
    unseen = by[~by.index.get_level_values(0).isin(shown.index)]
    parts = int((owed != shown).to_numpy().sum()) + int((unseen != 0).sum())
    return len(ageing) + len(BUCKETS), int(wrong.sum()) + parts


def settled_is_settled(seen: NightSeen) -> Answer:
    """No order is settled, or not overdue, in 01 and open, or overdue, in 03; none is asked for that owes nothing."""
    orders, items = seen["standing"], seen["receivables"]
    owes = items[is_sure(items[Receivables.open_fen] > 0)]
    late = owes.loc[is_sure(owes[Receivables.overdue_days] > 0), Receivables.order_no]
    number, state = orders[OrderStatus.order_no], orders[OrderStatus.payment_state]
    is_owing, is_late = number.isin(owes[Receivables.order_no]), number.isin(late)
    wrong = (state.isin(SETTLED) & is_owing) | (state.isin(LATE) != is_late)
    idle = ~seen["dunning"]["order_no"].isin(owes[Receivables.order_no])
    return len(orders), int(wrong.sum()) + int(idle.sum())


LAWS = (
    Law("receipts_are_spent_once", MONEY, receipts_are_spent_once),
    Law("items_have_what_was_paid", MONEY, items_have_what_was_paid),
    Law("control_closes", ("receivables",), control_closes),
    Law("one_sum_of_money", ("receivables",), one_sum_of_money),
    Law("ages_add_up", ("receivables",), ages_add_up),
    Law("settled_is_settled", (*MONEY, "todo"), settled_is_settled),
)
