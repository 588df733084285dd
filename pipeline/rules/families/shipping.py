"""Goods on their way: tracking numbers, what the customer was told, signatures.

Written over `Shipments` columns, whether the rows are shipments alone or those of
`pipeline.orders.movements` (stages of tracking sheets among them). What a sheet has no column
for is not asked of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.text import names_something
from pipeline.core.values import is_day
from pipeline.orders.facts.arrivals import hold_signatures
from pipeline.rules.context import RuleContext
from pipeline.rules.families.quality import inspected, left_failed
from pipeline.rules.families.tables import Inspected
from pipeline.rules.helpers import count_of, has_column, is_blank, is_future, not_entered, of_order, others, today
from pipeline.rules.obligations import due, is_past, obligation
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.finding import Finding, Place
from schemas.derived.status import OrderFacts
from schemas.incoming.complaints import Complaints
from schemas.incoming.shipments import Shipments
from schemas.policy import carriers

SCAN = "scan"
ASKS, ARRIVES = "DLV-008", "no_signatures"  # the question whether goods are signed for, and the answer that none are
BLANK_COLUMN_TELLS = 5  # orders; so many left with the column of signing blank, and nobody there ever fills it in
INSPECTED = (Shipments.qty_check, Shipments.model_check, Shipments.look_check)


@rule("SHP-001", Shipments.shipped_at)
def shipped_unchecked(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Left before an inspection of the order passed, or after one failed and before it passed again.

    Silent without an inspection stage.

    Of stages in the wrong order TRK-024 tells, where the tracking sheet has both.
    """
    checks = inspected(context)
    of_check = checks.reindex(pd.Index(rows[Shipments.order_no])).set_axis(rows.index)
    left, passed = rows[Shipments.shipped_at].dt.normalize(), of_check[Inspected.passed_on]
    by_sheet = rows[Shipments.order_no].isin(context["shipments"][Shipments.order_no])
    unpassed = passed.isna() | ((left < passed) & by_sheet)
    fails_still = of_check[Inspected.is_failed].eq(other=True)
    failed = left_failed(rows[Shipments.order_no], left, context) & (by_sheet | fails_still)
    broken: pd.Series[bool] = rows[Shipments.order_no].isin(checks.index) & (unpassed | failed)
    return _has_left(rows, context) & broken


@obligation("tracking_no", Shipments.tracking_no)
def number_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Left, and no tracking number."""
    return _is_carried(rows, context) & _is_empty(rows, context, Shipments.tracking_no)


@rule("SHP-003", Shipments.fed_back_at)
def told_late(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The customer got the tracking number after the limit, or not at all."""
    late = rows[Shipments.fed_back_at] > due(rows, context, "feedback")
    never = customer_is_to_be_told(rows, context) & is_past(rows, context, "feedback")
    return (_is_carried(rows, context) & late) | never


@obligation("feedback", Shipments.fed_back_at)
def customer_is_to_be_told(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Left, and the customer has no tracking number; one that is still missing too late is the matter then."""
    can_be = rows[Shipments.tracking_no].notna() | ~is_past(rows, context, "feedback")
    return _is_carried(rows, context) & _is_empty(rows, context, Shipments.fed_back_at) & can_be


@rule("SHP-004", Shipments.shipped_at)
def hour_is_unknown(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Only the days are known, and they leave it open whether the customer was told in time."""
    left, informed = rows[Shipments.shipped_at], rows[Shipments.fed_back_at].dt.normalize()
    return is_sure(_is_carried(rows, context) & is_day(left) & (informed == left + pd.Timedelta(days=1)))


@rule("SHP-005", Shipments.eta_at)
def arrival_is_unknown(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Under way without a day on which it should arrive."""
    return _is_carried(rows, context) & ~_is_signed(rows, context) & _is_empty(rows, context, Shipments.eta_at)


@rule("SHP-006", Shipments.tracking_no)
def number_of_other_shape(rows: pd.DataFrame) -> RuleResult:
    """Not the shape this carrier's numbers have."""
    pairs = rows[[str(Shipments.carrier), str(Shipments.tracking_no)]].dropna()
    odd = [not _fits(*pair) for pair in pairs.itertuples(index=False)]
    mask = pd.Series(odd, index=pairs.index, dtype=bool).reindex(rows.index, fill_value=False)
    return RuleResult(mask, {"other": rows[Shipments.carrier].fillna("")})


@rule("SHP-007", Shipments.tracking_no)
def number_of_two_customers(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """One tracking number on the orders of two customers."""
    customer = of_order(rows, context, OrderFacts.customer_key)
    number = rows[Shipments.tracking_no].where(customer.notna())
    again = number.notna() & number.duplicated(keep=False)
    shared = pd.Series(data=False, index=rows.index)
    shared[again] = customer[again].groupby(number[again]).transform("nunique") > 1
    return RuleResult(shared, {"other": others(rows, number.where(shared))})


@obligation("arrival", Shipments.eta_at)
def arrival_is_awaited(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Should arrive on a day that is known; neither signed for nor explained, where goods are signed for at all."""
    known = rows[Shipments.eta_at].notna()
    return (
        _has_left(rows, context)
        & known
        & ~_is_signed(rows, context)
        & rows[Shipments.remark].isna()
        & signs(context.answers)
    )


@rule("SHP-010", Shipments.shipped_at)
def day_is_missing(rows: pd.DataFrame) -> pd.Series[bool]:
    """Shipped nobody knows when; a delivery note has a day of its own."""
    moments = (Shipments.shipped_at, Shipments.delivered_at, Shipments.signed_at)
    return pd.concat([is_blank(rows, column) for column in moments], axis=1).all(axis=1)


@rule("DLV-001", Shipments.qty_check)
def inspection_is_incomplete(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Signed for, and of three inspections one is blank; silent where the sheet has no such columns."""
    asked = pd.concat([has_column(rows, context, column) for column in INSPECTED], axis=1).any(axis=1)
    blank = pd.concat([is_blank(rows, column) for column in INSPECTED], axis=1).any(axis=1)
    return rows[Shipments.signed_at].notna() & asked & blank


@obligation("signature", Shipments.signed_at)
def note_is_unsigned(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Delivered and not signed for, where goods are signed for at all."""
    return rows[Shipments.delivered_at].notna() & ~_is_signed(rows, context) & signs(context.answers)


@obligation("note_file", Shipments.attachment)
def note_has_no_file(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Signed for, and neither sealed nor a file of it; a scan that is nowhere is none where the sheet asks for it."""
    has_files, form = has_column(rows, context, Shipments.attachment), rows[Shipments.sign_form]
    unread = rows[Shipments.attachment].isna() & ~is_blank(rows, Shipments.attachment)
    unfiled = has_files & ~unread & ~answers(rows[Shipments.attachment], names_something)
    unformed = is_blank(rows, Shipments.sign_form) | (has_files & is_sure(form == SCAN))
    asked = has_files | has_column(rows, context, Shipments.sign_form)
    return asked & (unfiled | ~has_files) & unformed & rows[Shipments.signed_at].notna()


@rule("DLV-004", Shipments.signer)
def signer_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Signed for by nobody."""
    return rows[Shipments.signed_at].notna() & _is_empty(rows, context, Shipments.signer)


@obligation("sign_erp", Shipments.erp_entered)
def signing_not_in_erp(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Signed for and not entered; silent where the sheet has no such column."""
    asked = has_column(rows, context, Shipments.erp_entered)
    return rows[Shipments.signed_at].notna() & asked & not_entered(rows, Shipments.erp_entered)


@rule("DLV-006", Shipments.signed_qty)
def signed_other_quantity(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """More or less signed for than shipped, and no complaint about it."""
    differs = (rows[Shipments.signed_qty] != rows[Shipments.qty]).fillna(value=False)
    explained = rows[Shipments.order_no].isin(context["complaints"][Complaints.order_no].dropna())
    pieces = {
        word: worded(rows[column], lambda thousandths: f"{thousandths / 1000:g}")
        for word, column in (("count", Shipments.signed_qty), ("other", Shipments.qty))
    }
    return RuleResult(differs & ~explained, pieces)


@rule("DLV-007", Shipments.delivery_note_no)
def note_used_twice(rows: pd.DataFrame) -> RuleResult:
    """One delivery note for two orders."""
    number = rows[Shipments.delivery_note_no].where(rows[Shipments.order_no].notna())
    again = number.notna() & number.duplicated(keep=False)
    twice = pd.Series(data=False, index=rows.index)
    twice[again] = rows.loc[again, str(Shipments.order_no)].groupby(number[again]).transform("nunique") > 1
    return RuleResult(twice, {"other": others(rows, number.where(twice))})


def signs(given: Mapping[str, str]) -> bool:
    """Return whether the company has its goods signed for, as far as anybody said."""
    return given.get(_signature_question().id) != ARRIVES


def signature_questions(context: RuleContext) -> list[Finding]:
    """Return the question whether goods are signed for, where long ago some left and no book ever says that any were.

    It stays as long as the answer counts that they are not.
    """
    orders, rule = context["book"], context.policy.rules[ASKS]
    first = today(context) - pd.Timedelta(days=count_of(rule))
    left = orders[is_sure(orders[OrderFacts.shipped_on] < first) & ~is_sure(orders[OrderFacts.is_held])]
    is_answered = not signs(context.answers)
    if not is_answered and (orders[OrderFacts.first_signed_on].notna().any() or hold_signatures(context.tables)):
        return []
    if len(left) < (1 if is_answered or not _has_place_for_signatures(context) else BLANK_COLUMN_TELLS):
        return []
    row = left.iloc[0]
    place = Place(row[OrderFacts.src_file], row[OrderFacts.src_sheet], int(row[OrderFacts.src_row]))
    params = {"count": str(len(left)), "value": row[OrderFacts.order_no], "proposed": ARRIVES}
    return [_signature_question(place, params)]


def _has_place_for_signatures(context: RuleContext) -> bool:
    """Return whether some sheet has a column for the day of signing, or a stage of it."""
    rows = context["shipments"]
    return bool(has_column(rows, context, Shipments.signed_at).any() or len(context["signings"]) > len(rows))


def _signature_question(place: Place | None = None, params: Mapping[str, str] | None = None) -> Finding:
    return Finding(ASKS, Shipments.name, ASKS, str(Shipments.signed_at), place or Place(), params=params or {})


def _has_left(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    return rows[Shipments.shipped_at].notna() & ~is_future(rows[Shipments.shipped_at], context)


def _is_empty(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[bool]:
    """Left empty in a sheet that has the column."""
    return is_blank(rows, column) & has_column(rows, context, column)


def _is_carried(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Left, and not fetched by the customer."""
    return _has_left(rows, context) & (of_order(rows, context, "delivery_mode") != "pickup")


def _is_signed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    own = rows[Shipments.signed_at].notna() & ~is_future(rows[Shipments.signed_at], context)
    return own | of_order(rows, context, OrderFacts.signed_on).notna()


def _fits(carrier: str, number: str) -> bool:
    shape = carriers.shape_of(carrier)
    return shape is None or bool(shape.fullmatch(number.strip().upper()))
