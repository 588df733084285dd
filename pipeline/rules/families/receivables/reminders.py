"""Reminders before the due day, what a record of one must say, and letters that should not have gone out."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import found_by, is_sure
from pipeline.orders.customers import link
from pipeline.rules.context import RuleContext
from pipeline.rules.families.tables import Contacts
from pipeline.rules.helpers import (
    count_of,
    counted,
    days,
    has_column,
    is_blank,
    money,
    of_order,
    some,
    today,
)
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.receivables import Receivables
from schemas.incoming.complaints import Complaints
from schemas.incoming.reminders import Reminders
from schemas.language.words import translate
from schemas.policy.rules import Rule

ABOUT_DUE = pd.Timedelta(days=15)  # a contact this long before the due day speaks of it
COLLECTS = "DUE-003"  # from its limit on, missing reminders are no longer the matter
BOTH = ("phone", "email")
LETTERS = ("letter1", "letter2", "lawyer", "lawsuit")
ASKED = (Reminders.channel, Reminders.person, Reminders.counterpart)
BY_POST = "post"


@rule("REM-001", Receivables.due_on)
def reminder_is_due(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """Falls due soon, the customer is to be reminded in these days, and nobody has."""
    remind_on, now = _remind_on(rows, rule, context), today(context)
    soon = (remind_on >= now) & (remind_on <= now + pd.Timedelta(days=count_of(rule)))
    mask = _is_asked(rows) & soon & ~_reminded(rows, context)
    return RuleResult(mask, {"due": days(rows[Receivables.due_on]), "amount": money(rows[Receivables.open_fen], rows)})


@rule("REM-002", Receivables.due_on, needs="reminders")
def reminder_was_missed(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """The day of the reminder has passed and nobody reminded; silent before any reminder was registered."""
    past = _remind_on(rows, rule, context) < today(context)
    fresh = (rows[Receivables.overdue_days] < count_of(context.policy.rules[COLLECTS])).fillna(value=False)
    return _is_asked(rows) & past & fresh & ~_reminded(rows, context)


@rule("REM-003", Receivables.due_on)
def reminded_in_one_way(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Not due yet, the day of the reminder has passed, and it was given by telephone or by mail only."""
    past = _remind_on(rows, context.policy.rules["REM-001"], context) < today(context)
    ahead = (rows[Receivables.overdue_days] <= 0).fillna(value=False)
    ways = [_reminded(rows, context, channel) for channel in BOTH]
    return _is_asked(rows) & past & ahead & (ways[0] ^ ways[1])


@rule("REM-005", Reminders.person)
def record_is_incomplete(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """A contact that lacks who, with whom or how; of columns the sheet has. A letter speaks with nobody."""
    lacking = pd.Series("", index=rows.index, dtype="str")
    joint = translate("reason.and", context.lang)
    for column in ASKED:
        blank = is_blank(rows, column) & has_column(rows, context, column)
        if column == Reminders.counterpart:
            blank &= (rows[Reminders.channel] != BY_POST) & ~rows[Reminders.reminder_kind].isin(LETTERS)
        word = translate(f"{Reminders.name}.{column}", context.lang)
        lacking = lacking.mask(blank, lacking.where(lacking == "", lacking + joint) + word)
    return RuleResult(lacking != "", {"other": lacking})


@rule("REM-007", Reminders.contacted_at)
def reminded_after_payment(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Made on a day after the order was paid in full."""
    paid_on = of_order(rows, context, "paid_on", table="standing")
    return is_sure(rows[Reminders.contacted_at].dt.normalize() > paid_on)


@rule("DUN-002", Receivables.disputed_fen)
def dunned_for_disputed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A letter went out after the customer had disputed all that is open; of a part, the rest may be dunned."""
    letters = _contacts(context)
    letters = letters[letters[Reminders.reminder_kind].isin(LETTERS)]
    sent = letters.groupby(str(Reminders.order_no))[str(Reminders.contacted_at)].max()
    cases = context["complaints"]
    disputes = cases[some(cases[Complaints.disputed_fen])]
    since = disputes.groupby(str(Complaints.order_no))[str(Complaints.complained_at)].min()
    number = rows[Receivables.order_no]
    whole = (rows[Receivables.disputed_fen] >= rows[Receivables.open_fen]).fillna(value=False)
    is_open = some(rows[Receivables.open_fen])
    return is_open & whole & (_at(number, sent) >= _at(number, since))


def _is_asked(rows: pd.DataFrame) -> pd.Series[bool]:
    """Open and not wholly disputed."""
    left = rows[Receivables.open_fen] - rows[Receivables.disputed_fen].fillna(0)
    return some(left)


def _remind_on(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[pd.Timestamp]:
    days_on = context.calendar.remind_before(rows[Receivables.due_on], count_of(rule))
    return pd.Series(days_on.astype("datetime64[us]"), index=rows.index)


def _reminded(rows: pd.DataFrame, context: RuleContext, channel: str = "") -> pd.Series[bool]:
    """Return whether anybody spoke to the customer about the item since shortly before its due day."""
    made = _contacts(context)
    if channel:
        made = made[made[Reminders.channel] == channel]
    named = made[Reminders.order_no].notna()
    ours = made[named].groupby(str(Reminders.order_no))[str(Reminders.contacted_at)].max()
    theirs = made[~named].groupby(str(Contacts.key))[str(Reminders.contacted_at)].max()
    since = rows[Receivables.due_on] - ABOUT_DUE
    spoken = _at(rows[Receivables.order_no], ours) >= since
    return spoken | (_at(rows[Receivables.customer_key], theirs) >= since)


def _contacts(context: RuleContext) -> pd.DataFrame:
    """Contacts that were made. Shape: as `Contacts`."""
    rows = context["reminders"]
    made = rows[counted(rows) & (rows[Reminders.contacted_at] <= pd.Timestamp(context.as_of))]
    return made.assign(**{Contacts.key: link(made[Reminders.customer_name], context["customers"])})


def _at(keys: pd.Series[str], moments: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """The moment of each key, missing where there is none."""
    return found_by(keys, moments.index, moments).astype("datetime64[us]")
