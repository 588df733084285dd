"""03: what is owed, since when, and the proof of every total."""

from __future__ import annotations

from dataclasses import replace

from reports import definitions
from reports.looks import Look
from reports.measures import Combined, Ratio, Tally, Total, within
from reports.receivables_lists import AGEING, CONTROL, DUNNING, FEES, UNAPPLIED
from reports.shape import (
    Card,
    Cards,
    Frame,
    GridChart,
    GridColumn,
    Proof,
    Sentence,
    Sheet,
    SheetColumn,
    Summary,
    SummaryGrid,
    Tables,
    Workbook,
)
from schemas.derived.receivables import BUCKETS, Ageing, Control, Dunning, Receivables, Unapplied

AGES = {bucket: f"age{place}" for place, bucket in enumerate(BUCKETS)}


def _open(tables: Tables) -> Frame:
    owed = tables[Receivables.name]
    return owed[(owed[Receivables.open_fen] != 0).fillna(False)]


def _overdue(tables: Tables) -> Frame:
    owed = _open(tables)
    return owed[(owed[Receivables.overdue_days] > 0).fillna(False)]


STAFF_COLUMNS = (
    SheetColumn(
        "staff_next_step",
        "head.next_step_staff",
        Look.TEXT,
        14,
        is_staff=True,
        choices=("pick.call", "pick.letter", "pick.visit", "pick.instalments", "pick.legal", "pick.nothing"),
    ),
    SheetColumn("staff_promised_on", "head.promised_on", Look.DAY, 12.5, is_staff=True),
    SheetColumn("staff_remark", "head.remark_staff", Look.LONG, 26, is_staff=True),
    SheetColumn("staff_stop_until", "head.stop_until", Look.DAY, 11.2, is_staff=True),
    SheetColumn(
        "staff_stop_reason",
        "head.stop_reason",
        Look.TEXT,
        13,
        is_staff=True,
        choices=("pick.disputed", "pick.agreed", "pick.paid", "pick.ordered"),
    ),
)
ITEM_COLUMNS = (
    SheetColumn(Receivables.order_no, "head.order_no", Look.CODE),
    SheetColumn(Receivables.instalment_no, "head.instalment_no", Look.COUNT, 6.5),
    SheetColumn(Receivables.customer_name, "head.customer_name"),
    SheetColumn(Receivables.sales_owner, "head.sales_owner", Look.NAME),
    SheetColumn(Receivables.pay_term, "head.pay_term"),
    SheetColumn(Receivables.due_on, "head.due_on", Look.DAY),
    SheetColumn(Receivables.overdue_days, "head.overdue_days", Look.DAYS, has_bar=True),
    SheetColumn(Receivables.bucket, "head.bucket", Look.NAME, says="bucket", tones=AGES),
    SheetColumn(Receivables.billed_fen, "head.billed", Look.MONEY, is_total=True),
    SheetColumn(Receivables.received_fen, "head.received", Look.MONEY, is_total=True),
    SheetColumn(Receivables.credited_fen, "head.credited", Look.MONEY, is_total=True),
    SheetColumn(
        Receivables.open_fen,
        "head.open",
        Look.SUM,
        is_total=True,
        plus=(Receivables.billed_fen,),
        minus=(Receivables.received_fen, Receivables.credited_fen),
    ),
    SheetColumn(Receivables.disputed_fen, "head.disputed", Look.MONEY, is_total=True),
    SheetColumn(Receivables.level, "head.level", Look.NAME, says="level"),
    SheetColumn(Receivables.fee_fen, "head.fee", Look.MONEY, is_total=True),
    SheetColumn(Receivables.last_contact_at, "head.last_reminder", Look.DAY),
    SheetColumn(Receivables.last_answer, "head.last_answer", Look.LONG, 24),
    SheetColumn(Receivables.follow_on, "head.follow_on", Look.DAY),
    SheetColumn(Receivables.next_step, "head.advice", Look.NAME, says="step"),
    SheetColumn(Receivables.promised_on, "head.promise_stands", Look.DAY),
    SheetColumn(Receivables.reason, "head.basis", Look.LONG, 46),
    *STAFF_COLUMNS,
)
ITEM_KEY = (str(Receivables.order_no), str(Receivables.instalment_no))
ITEMS = Sheet(
    key="open",
    tab="tab.open",
    title="title.open",
    hint="hint.open",
    columns=ITEM_COLUMNS,
    rows=_open,
    sort=(Receivables.due_on, Receivables.order_no, Receivables.instalment_no),
    key_fields=ITEM_KEY,
    frozen=3,
    tab_tone="staff",
)
OVERDUE_ITEMS = replace(
    ITEMS,
    key="overdue",
    tab="tab.overdue",
    title="title.overdue",
    hint="hint.overdue",
    rows=_overdue,
    sort=(f"-{Receivables.overdue_days}", Receivables.order_no, Receivables.instalment_no),
)


def _overdue_by(title: str, field: str, limit: int = 15) -> SummaryGrid:
    """A grid of what is overdue, the largest amounts first."""
    count, owed = definitions.OVERDUE_ITEMS, definitions.OVERDUE
    columns = (
        GridColumn("head.items", within(count, field), Look.COUNT),
        GridColumn("head.overdue_amount", within(owed, field), Look.SUM, bar="money"),
        GridColumn("head.share", Ratio(within(owed, field), owed), Look.PERCENT, bar="share"),
        GridColumn("head.over_90", within(definitions.OLD, field), Look.MONEY),
        GridColumn(
            "head.disputed", within(Total("open", Receivables.disputed_fen, (definitions.PAST_DUE,)), field), Look.MONEY
        ),
    )
    return SummaryGrid(title, "open", field, columns, largest=1, limit=limit, where=within(definitions.OVERDUE, field))


def _totals(sheet: str, *fields: str) -> tuple[Total, ...]:
    return tuple(Total(sheet, field) for field in fields)


AGE_GRID = SummaryGrid(
    title="grid.ageing",
    sheet="open",
    by=Receivables.bucket,
    keys=BUCKETS,
    tones=AGES,
    columns=(
        GridColumn("head.items", within(Tally("open"), Receivables.bucket), Look.COUNT),
        GridColumn("head.open", within(definitions.OWED, Receivables.bucket), Look.SUM),
        GridColumn(
            "head.share",
            Ratio(within(definitions.OWED, Receivables.bucket), definitions.OWED),
            Look.PERCENT,
            bar="share",
        ),
    ),
    has_total=True,
    chart=GridChart("chart.ageing", "chart.ageing_alt", 1, "look.scale"),
)
PROOF = Proof(
    title="grid.proof",
    items=(
        (
            "proof.source",
            Combined(
                _totals("control", Control.billed_fen, Control.unapplied_fen),
                _totals("control", Control.receipts_fen, Control.credited_fen, Control.closed_fen),
            ),
        ),
        ("proof.detail", Combined((definitions.OWED,))),
        (
            "proof.customers",
            Combined(_totals("ageing", Ageing.total_fen), _totals("ageing", Ageing.unapplied_fen)),
        ),
    ),
    agree="proof.agree",
    differ="proof.differ",
)
SUMMARY = Summary(
    key="summary",
    tab="tab.summary",
    title="title.receivables",
    hint="hint.receivables",
    blocks=(
        Cards(
            (
                Card("card.owed", definitions.OWED, Look.SUM),
                Card("card.overdue", definitions.OVERDUE, Look.SUM, tone="bad"),
                Card("card.overdue_rate", Ratio(definitions.OVERDUE, definitions.OWED), Look.PERCENT, tone="bad"),
                Card("card.over_90", definitions.OLD, Look.SUM, "card.over_90_note", tone="bad"),
            )
        ),
        Cards(
            (
                Card("card.customers", definitions.OVERDUE_CUSTOMERS, Look.COUNT),
                Card("card.promised", definitions.PROMISED, Look.SUM, "card.promised_note"),
                Card("card.broken", definitions.BROKEN, Look.SUM, "card.broken_note", tone="bad"),
                Card("card.unapplied", definitions.UNAPPLIED, Look.SUM, "card.unapplied_note"),
            )
        ),
        Sentence(
            "sentence.receivables",
            {
                "overdue": (definitions.OVERDUE, Look.SUM),
                "rate": (Ratio(definitions.OVERDUE, definitions.OWED), Look.PERCENT),
                "items": (definitions.OVERDUE_ITEMS, Look.COUNT),
                "old": (definitions.OLD, Look.SUM),
                "fee": (definitions.FEE, Look.SUM),
            },
        ),
        AGE_GRID,
        _overdue_by("grid.top_customers", Receivables.customer_name, limit=10),
        _overdue_by("grid.levels", Receivables.level),
        _overdue_by("grid.sales", Receivables.sales_owner),
        PROOF,
    ),
)
BOOK = Workbook(
    key="receivables",
    file="file.receivables",
    title="title.receivables",
    sheets=(SUMMARY, OVERDUE_ITEMS, ITEMS, AGEING, DUNNING, UNAPPLIED, FEES, CONTROL),
    tables=(Receivables.name, Unapplied.name, Ageing.name, Dunning.name, Control.name),
    is_by_currency=True,
)
