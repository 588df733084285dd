"""Working tables of ageing: what its frames hold on their way to those of `schemas.derived.receivables`."""

from __future__ import annotations

from schemas.derived.receivables import Receivables, Unapplied
from schemas.incoming.customers import Opening
from schemas.incoming.reminders import Reminders
from schemas.table import Table, Type, column


class OpeningItems(Opening):
    """Shape: one row per opening item up to the night. Source: `instalments.opening_rows`."""

    number = column()  # its order, else its invoice, else a name made of its key


class Items(Receivables):
    """Shape: order x instalment that is owed. Source: `instalments.owed_instalments`, then step by step."""

    place = column(Type.INTEGER)  # of the order, in the order of all that anybody may name
    base = column(Type.CHOICE)  # key base.*
    is_crossed = column(Type.BOOL)  # money of another currency names its order
    is_lost = column(Type.BOOL)  # without a due day for too long
    is_unknown = column(Type.BOOL)  # the pay term is
    is_assumed = column(Type.BOOL)  # a part of the pay term is
    disputed_order_fen = column(Type.MONEY)
    complaints = column(Type.INTEGER)  # open on the order
    promised_on = column(Type.DAY)
    sent_rank = column(Type.INTEGER)  # highest rung a reminder shows to have been sent, 0 for none
    stop_until = column(Type.DAY)
    stop_reason = column()
    is_stopped = column(Type.BOOL)
    typed_promise = column(Type.DAY)  # by staff, beside the item
    waits_for = column(Type.CHOICE)  # key wait.*
    rung = column(Type.INTEGER)  # position of the level, -1 for none
    climb = column(Type.INTEGER)  # position of the rung that may be climbed now
    remind_on = column(Type.DAY)


class KeptPromises(Reminders, name="kept_promises"):
    """Shape: one row per reminder. Source: `age`."""

    is_kept = column(Type.BOOL)  # what was promised came in since


class Papers(Unapplied):
    """Shape: one row per receipt, credit note or credit balance. Source: `money_received.collect_money`."""

    order_nos = column(Type.ORDER_LIST)
    remark = column()
    is_credit = column(Type.BOOL)
    is_fee = column(Type.BOOL)  # money for a late fee
    charge_fen = column(Type.MONEY)  # what the bank kept of it, by its own column
    may_lack = column(Type.BOOL)  # a bank may have kept some of it
    has_charge = column(Type.BOOL)  # its words say that one did
    is_known = column(Type.BOOL)  # its customer is


class Claims(Table):
    """Shape: paper x order it names, in the order named. Source: `allocate.find_claims`."""

    row = column(Type.INTEGER)  # position of the paper
    order_no = column(Type.ORDER_NO)
    place = column(Type.INTEGER)  # position of the order, -1 for one nobody knows
    code = column(Type.INTEGER)  # the same, -1 for one of another currency too
    fen = column(Type.MONEY)  # missing when not said
    basis = column(Type.CHOICE)  # explicit named remark
    want = column(Type.MONEY)  # what the claim asks for


class Unspent(Table):
    """Shape: one row per claim. What of it found no item. Source: `allocate`."""

    row = column(Type.INTEGER)
    left = column(Type.MONEY)
    over = column(Type.MONEY)  # of it more than the order is worth


class Moves(Table):
    """Shape: paper x item it pays. Source: `allocate.allocate_money`."""

    row = column(Type.INTEGER)  # position of the paper
    item = column(Type.INTEGER)  # position of the item
    fen = column(Type.MONEY)
    basis = column(Type.CHOICE)
    is_credit = column(Type.BOOL)
    day = column(Type.DAY)
