"""Customers: documents that lack or end, codes that cannot be, one company twice; credit passed or refused."""

from __future__ import annotations

from functools import cache

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.text import fold, fold_word
from pipeline.orders.credit import credit_by_order, is_blocked, is_over
from pipeline.orders.customers import LIST, customer_key, link
from pipeline.orders.identities import NAME_OF_SEVERAL, OTHER_NAME_IN_ORDER, RENAMED_IN_FILE, WRITTEN_NAME
from pipeline.orders.tables import NamedByCode
from pipeline.rules.context import RuleContext
from pipeline.rules.families.intake import is_open
from pipeline.rules.families.orders import is_new, listed
from pipeline.rules.families.tables import Documents, Needs
from pipeline.rules.helpers import (
    any_of,
    count_of,
    counted,
    goes_on,
    money,
    nobody,
    of_several,
    once_a_night,
    others,
    some,
    today,
)
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.joins import Identities
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.customers import Customers, Qualifications
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Prices
from schemas.incoming.receipts import Receipts
from schemas.language.words import load, translate
from schemas.policy.rules import Rule
from schemas.policy.states import DELIVERED

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
CODE_LENGTH = 18
BASE = 31
NEVER = pd.Timestamp("2262-01-01")  # a document without an end
UNSHIPPED = (
    *("to_ship", "to_check", "preparing", "to_plan", "reconfirm", "confirm_overdue", "await_confirm", "to_send"),
    *("to_approve", "to_supplement", "qc_failed", "hold_credit"),
)
READY = ("to_ship", "to_check", "preparing", "to_plan", "qc_failed", "part_shipped", "hold_credit")
UNDER_WAY = ("shipped", "part_shipped", "part_signed", "hold_credit")


@rule("CUS-001", Orders.customer_name, needs="qualifications")
def documents_are_missing(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """A new customer with an open order, without its licence or a document that a product asks for.

    Said once per customer, on its first open order. A document that is not in force yet is none.
    """
    asked = rows[is_open(context) & is_new(rows, context)]
    keys = link(asked[Orders.customer_name], context["customers"])
    wanted = _wanted(asked, keys, context)
    documents = _documents(context)
    documents = documents[~(documents[Documents.valid_from] > today(context))]
    held = pd.MultiIndex.from_arrays([documents[Documents.key], documents[Documents.type]])
    own = pd.MultiIndex.from_arrays([wanted[Documents.key], _canonical(wanted[Documents.type])])
    lacking = wanted[~(own.isin(held) | own.duplicated())]
    named = lacking.groupby(Documents.key, sort=False)[Documents.type].agg(translate("reason.and", context.lang).join)
    keyed = asked.assign(**{Documents.key: keys})
    first = keyed.sort_values([str(Orders.order_date), str(Orders.order_no)], kind="stable")
    missing = first[first[Documents.key].isin(named.index)].drop_duplicates(Documents.key)[Documents.key].map(named)
    return RuleResult(any_of(rows, missing.index), {"other": missing.reindex(rows.index).fillna("")})


@rule("CUS-002", Customers.uscc)
def code_is_wrong(rows: pd.DataFrame) -> pd.Series[bool]:
    """A unified credit code of another length, or whose last character does not follow from the others."""
    return answers(rows[Customers.uscc], lambda code: not is_credit_code(code))


@rule("CUS-003", Qualifications.valid_to)
def document_has_expired(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The newest document of its kind ended before an unfinished order was delivered, or before tonight."""
    needs = _needs(context)
    ends = _ends(context)
    return any_of(rows, ends.index[ends[Documents.valid_to] < _at(ends, needs[Needs.until])])


@rule("CUS-004", Qualifications.valid_to)
def document_is_about_to_expire(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """In force tonight, but not for longer than the limit, or not until an order under way is delivered."""
    needs = _needs(context)
    ends = _ends(context)
    soon = today(context) + pd.Timedelta(days=count_of(rule))
    expired = ends[Documents.valid_to] < _at(ends, needs[Needs.until])
    ending = (ends[Documents.valid_to] <= soon) | (ends[Documents.valid_to] < _at(ends, needs[Needs.due_on]))
    alive = (ends[Documents.valid_to] >= today(context)) & ends[Documents.key].isin(needs.index)
    return any_of(rows, ends.index[ending & alive & ~expired])


@rule("CUS-007", Customers.customer_name)
def customer_is_filed_twice(rows: pd.DataFrame) -> RuleResult:
    """One name under two codes, or one credit code under two names; said on all rows but the first."""
    written = rows[NamedByCode.written_name] if WRITTEN_NAME in rows.columns else rows[Customers.customer_name]
    name = of_several(rows, customer_key(written))
    code = of_several(rows, worded(rows[Customers.uscc], _bare).where(rows[Customers.uscc].notna()))
    order = rows.sort_values(["src_file", "src_sheet", "src_row"], kind="stable").index
    masks, places = nobody(rows), pd.Series("", index=rows.index, dtype="str")
    for group in (name, code):
        again = group.notna() & group[order].duplicated().reindex(rows.index)
        places = places.mask(again & ~masks, others(rows, group))
        masks |= again
    return RuleResult(masks, {"other": places})


@rule("CUS-011", Customers.customer_name)
def known_code_has_another_name(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Filed under another name before: renamed, or another company? Asked as long as earlier files said so."""
    return _asked(rows, context, RENAMED_IN_FILE)


@rule("CUS-012", Orders.customer_name)
def order_names_its_code_otherwise(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """An order with a known code under a name that was never filed for it; asked at the first of each name."""
    return _asked(rows, context, OTHER_NAME_IN_ORDER)


@rule("CUS-013", Receipts.payer)
def payer_may_be_several(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Money of which nothing but a name is said, and several codes bear that name."""
    return _asked(rows, context, NAME_OF_SEVERAL)


def _asked(rows: pd.DataFrame, context: RuleContext, rule: str) -> RuleResult:
    """The rows at which a question of identity is asked, with the other names."""
    asked = context.tables.get(Identities.name)
    if asked is None:
        return RuleResult(nobody(rows), {"other": pd.Series("", index=rows.index, dtype="str")})
    own = asked[asked[Identities.rule] == rule].drop_duplicates(Identities.key)
    other = rows["src_key"].map(own.set_index(Identities.key)[Identities.other]).astype("str")
    mask = other.notna() & ~rows["src_key"].duplicated() & counted(rows)
    return RuleResult(mask, {"other": other.fillna("")})


@cache
def is_credit_code(code: str) -> bool:
    """Return whether a text is eighteen characters of GB 32100's alphabet, the last the check digit (modulo 31)."""
    bare = _bare(code)
    if len(bare) != CODE_LENGTH or any(char not in CHARSET for char in bare):
        return False
    total = sum(CHARSET.index(char) * pow(3, n, BASE) for n, char in enumerate(bare[:-1]))
    return CHARSET[-total % BASE] == bare[-1]


def _bare(code: str) -> str:
    return fold(code).upper()


def _wanted(asked: pd.DataFrame, keys: pd.Series[str], context: RuleContext) -> pd.DataFrame:
    """Documents that orders ask for, as `Documents`: the licence always, others as products ask."""
    licence = load()["paper.licence"].text(context.lang)
    made = [pd.DataFrame({Documents.key: keys, Documents.type: licence})]
    documents = listed(asked, context, Prices.documents).dropna()
    kinds = documents.map(lambda text: [part for part in LIST.split(text) if part.strip()]).explode().dropna()
    made.append(pd.DataFrame({Documents.key: keys.reindex(kinds.index), Documents.type: kinds.str.strip()}))
    return pd.concat(made).dropna(subset=[Documents.key])


def _documents(context: RuleContext) -> pd.DataFrame:
    """Documents that count, without an end: far away. Shape: as `Documents`."""
    rows, customers = context["qualifications"], context["customers"]
    rows = rows[counted(rows)]
    coded = customers.dropna(subset=[str(Customers.customer_code)]).drop_duplicates(str(Customers.customer_code))
    names = coded.set_index(str(Customers.customer_code))[str(Customers.customer_name)]
    filed = rows[Qualifications.customer_code].map(names).astype("str")
    unread = rows["src_unknown"].fillna("").str.contains(str(Qualifications.valid_to))
    return pd.DataFrame(
        {
            Documents.key: link(rows[Qualifications.customer_name].fillna(filed), customers),
            Documents.type: _canonical(rows[Qualifications.document_type]),
            Documents.valid_from: rows[Qualifications.valid_from].fillna(rows[Qualifications.issued_on]),
            Documents.valid_to: rows[Qualifications.valid_to].fillna(NEVER),
            Documents.is_unread: unread,
        }
    )


def _canonical(types: pd.Series[str]) -> pd.Series[str]:
    """Return kinds of documents as they are compared, in whatever language they are written."""
    licence = load()["paper.licence"]
    alike = {fold(name): fold(licence.zh) for name in (licence.en, *licence.other)}
    return worded(types, lambda name: alike.get(fold_word(name), fold_word(name)))


def _ends(context: RuleContext) -> pd.DataFrame:
    """Of every customer and kind of document the row that is in force the longest."""
    documents = _documents(context)
    known = documents[documents[Documents.key].notna() & ~documents[Documents.is_unread]]
    by_end = known.sort_values(Documents.valid_to, kind="stable")
    return by_end.drop_duplicates([Documents.key, Documents.type], keep="last")


def _at(ends: pd.DataFrame, days: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """The day of each document's customer."""
    return days.reindex(ends[Documents.key]).set_axis(ends.index).astype("datetime64[us]")


def _needs(context: RuleContext) -> pd.DataFrame:
    """When documents of customers with unfinished orders must be in force. Shape: as `Needs`."""
    order_facts = context["book"]
    going = goes_on(order_facts, context)
    delivered = order_facts[OrderFacts.signed_on].fillna(
        order_facts[OrderFacts.shipped_on].where(order_facts["is_all_shipped"].fillna(value=False))
    )
    open_ = order_facts[going].assign(
        **{
            Needs.until: delivered.fillna(today(context))[going],
            Needs.due_on: order_facts[OrderFacts.due_on].mask(delivered.notna())[going],
        }
    )
    made: pd.DataFrame = open_.groupby(str(OrderFacts.customer_key))[[Needs.until, Needs.due_on]].max()
    return made


@once_a_night
def credit(context: RuleContext) -> pd.DataFrame:
    """Return what every order asks of its customer's credit."""
    grace = count_of(context.policy.rules["CUS-009"])
    floor = int(context.policy.values.get("letter_floor_fen", 0))
    return credit_by_order(context["book"], context["standing"], context.tables, grace_days=grace, floor_fen=floor)


@rule("CUS-005", OrderStatus.order_no, needs="customers")
def shipped_all_the_same(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """On the road, or shipped since the customer was frozen, though credit did not allow it."""
    found = credit(context)
    left = some(rows[OrderStatus.shipped_qty])
    under_way = rows[OrderStatus.state].isin(UNDER_WAY)
    since = context["book"][OrderFacts.shipped_on] >= found[Customers.frozen_on]
    earlier = context["book"][OrderFacts.shipped_on] < found[Customers.frozen_on]
    blocked = is_blocked(found) & ((under_way & ~earlier) | since)
    held = rows[OrderStatus.state] == "hold_credit"
    return left & (rows[OrderStatus.state] != "cancelled") & (blocked | held | (under_way & is_over(found)))


@rule("CUS-008", OrderStatus.amount_fen, needs="customers")
def credit_is_passed(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Not shipped yet, and with it the customer owes more than its limit."""
    found = credit(context)
    mask = rows[OrderStatus.state].isin(UNSHIPPED) & is_over(found)
    return RuleResult(mask, {"amount": money(found["exposure_fen"]), "other": money(found[Customers.credit_limit_fen])})


@rule("CUS-014", OrderStatus.amount_fen, needs="customers")
def credit_is_not_judged(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Not shipped yet, in other money than the limit of its customer: nothing says at what rate."""
    found = credit(context)
    limits = _limits(context).reindex(pd.Index(context["book"][OrderFacts.customer_key])).set_axis(rows.index)
    asks = rows[OrderStatus.state].isin(UNSHIPPED) & ~is_sure(found["is_home"]) & ~is_sure(found["is_prepaid"])
    return RuleResult(asks & limits.notna(), {"value": rows[OrderStatus.currency], "other": money(limits)})


def _limits(context: RuleContext) -> pd.Series[int]:
    filed = context["customers"]
    filed = filed[counted(filed) & filed[Customers.credit_limit_fen].notna()]
    keyed = filed.assign(key=customer_key(filed[Customers.customer_name])).dropna(subset=["key"])
    return keyed.drop_duplicates("key").set_index("key")[Customers.credit_limit_fen]


@rule("CUS-009", OrderStatus.customer_name)
def customer_owes_too_long(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """About to be shipped on credit to a customer whose money is overdue for more than the limit."""
    found = credit(context)
    return rows[OrderStatus.state].isin(READY) & found["is_stale"] & ~found["is_prepaid"]


@rule("CUS-010", OrderStatus.customer_name, needs="customers")
def customer_is_frozen(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The oldest unfinished order of a customer with whom no business is to be done."""
    going = rows[is_blocked(credit(context)) & ~rows[OrderStatus.state].isin(DELIVERED)]
    placed = going.assign(key=context["book"][OrderFacts.customer_key].reindex(going.index))
    by = [str(OrderStatus.order_date), str(OrderStatus.order_no)]
    return any_of(rows, placed.sort_values(by, kind="stable").drop_duplicates("key").index)
