"""03, the sheets behind the figures: ageing, dunning, unapplied money, fees, proof."""

from __future__ import annotations

from reports.looks import Look
from reports.shape import Frame, Sheet, SheetColumn, Tables, table
from schemas.derived.receivables import BUCKETS, Ageing, Control, Dunning, Receivables, Unapplied

UNKNOWN = "~none"  # a key of a word


def _with_fee(tables: Tables) -> Frame:
    owed = tables[Receivables.name]
    return owed[(owed[Receivables.fee_fen] != 0).fillna(False)]


def _aged(tables: Tables) -> Frame:
    ageing = tables[Ageing.name]
    late = [f"{bucket}_fen" for bucket in BUCKETS if bucket not in ("not_due", "unknown")]
    return _named(ageing).assign(overdue_fen=ageing[late].sum(axis=1).astype("Int64"))


def _proved(tables: Tables) -> Frame:
    return _named(tables[Control.name])


def _named(customers: Frame) -> Frame:
    """Money of an unknown payer has a row of its own, and the row says so."""
    return customers.assign(customer_name=customers[Control.customer_name].fillna(UNKNOWN))


AGEING = Sheet(
    key="ageing",
    tab="tab.ageing",
    title="title.ageing",
    hint="hint.ageing",
    columns=(
        SheetColumn(Ageing.customer_name, "head.customer_name", says="customer"),
        *(SheetColumn(f"{b}_fen", f"bucket.{b}", Look.MONEY, is_total=True) for b in BUCKETS),
        SheetColumn(Ageing.unapplied_fen, "bucket.unapplied", Look.MONEY, is_total=True),
        SheetColumn(
            Ageing.total_fen,
            "head.total",
            Look.SUM,
            is_total=True,
            plus=(*(f"{b}_fen" for b in BUCKETS), Ageing.unapplied_fen),
        ),
        SheetColumn("overdue_fen", "head.overdue_total", Look.MONEY, is_total=True, has_bar=True),
    ),
    rows=_aged,
    sort=("-overdue_fen", f"-{Ageing.total_fen}", Ageing.customer_name),
    frozen=1,
)
DUNNING = Sheet(
    key="dunning",
    tab="tab.dunning",
    title="title.dunning",
    hint="hint.dunning",
    columns=(
        SheetColumn(Dunning.order_no, "head.order_no", Look.CODE),
        SheetColumn(Dunning.instalment_no, "head.instalment_no", Look.COUNT, 6.5),
        SheetColumn(Dunning.customer_name, "head.customer_name"),
        SheetColumn(Dunning.sales_owner, "head.sales_owner", Look.NAME),
        SheetColumn(Dunning.level, "head.level", Look.NAME, says="level"),
        SheetColumn(Dunning.due_on, "head.due_on", Look.DAY),
        SheetColumn(Dunning.overdue_days, "head.overdue_days", Look.DAYS),
        SheetColumn(Dunning.open_fen, "head.open", Look.SUM, is_total=True),
        SheetColumn(Dunning.disputed_fen, "head.disputed", Look.MONEY, is_total=True),
        SheetColumn(Dunning.channel, "head.channel", Look.NAME, says="channel"),
        SheetColumn(Dunning.document, "head.document", Look.NAME, says="document"),
        SheetColumn(Dunning.owner, "head.owner", Look.NAME, says="dept"),
        SheetColumn(Dunning.remind_on, "head.remind_on", Look.DAY),
        SheetColumn(Dunning.last_contact_at, "head.last_reminder", Look.DAY),
        SheetColumn(Dunning.last_answer, "head.last_answer", Look.LONG, 24),
        SheetColumn(Dunning.follow_on, "head.follow_on", Look.DAY),
        SheetColumn(Dunning.is_waiting, "head.is_waiting", Look.YES),
        SheetColumn(Dunning.waits_for, "head.waits_for", Look.NAME, says="wait"),
    ),
    rows=table(Dunning.name),
    sort=(Dunning.is_waiting, f"-{Dunning.overdue_days}", Dunning.order_no, Dunning.instalment_no),
    frozen=3,
)
UNAPPLIED = Sheet(
    key="unapplied",
    tab="tab.unapplied",
    title="title.unapplied",
    hint="hint.unapplied",
    columns=(
        SheetColumn(Unapplied.receipt_no, "head.receipt_no", Look.CODE),
        SheetColumn(Unapplied.received_on, "head.received_on", Look.DAY),
        SheetColumn(Unapplied.payer, "head.payer"),
        SheetColumn(Unapplied.handler_name, "head.handler", Look.NAME),
        SheetColumn(Unapplied.customer_name, "head.customer_name"),
        SheetColumn(Unapplied.amount_fen, "head.receipt_amount", Look.MONEY, is_total=True),
        SheetColumn(Unapplied.applied_fen, "head.applied", Look.MONEY, is_total=True),
        SheetColumn(
            Unapplied.left_fen,
            "head.left",
            Look.SUM,
            is_total=True,
            plus=(Unapplied.amount_fen,),
            minus=(Unapplied.applied_fen,),
        ),
        SheetColumn(Unapplied.why, "head.why", Look.NAME, says="why"),
        SheetColumn(Unapplied.suggestion, "head.suggestion", Look.LONG, 40),
        SheetColumn(Unapplied.src_file, "head.file"),
        SheetColumn(Unapplied.src_sheet, "head.sheet", Look.NAME),
        SheetColumn(Unapplied.src_row, "head.row", Look.COUNT),
    ),
    rows=table(Unapplied.name),
    sort=(Unapplied.received_on, Unapplied.receipt_key),
    frozen=1,
)
FEES = Sheet(
    key="fees",
    tab="tab.fees",
    title="title.fees",
    hint="hint.fees",
    columns=(
        SheetColumn(Receivables.order_no, "head.order_no", Look.CODE),
        SheetColumn(Receivables.instalment_no, "head.instalment_no", Look.COUNT, 6.5),
        SheetColumn(Receivables.customer_name, "head.customer_name"),
        SheetColumn(Receivables.due_on, "head.due_on", Look.DAY),
        SheetColumn(Receivables.overdue_days, "head.overdue_days", Look.DAYS),
        SheetColumn(Receivables.open_fen, "head.open", Look.MONEY, is_total=True),
        SheetColumn(Receivables.fee_rate, "head.fee_rate", Look.RATE),
        SheetColumn(Receivables.fee_days, "head.fee_days", Look.DAYS),
        SheetColumn(Receivables.fee_segments, "head.fee_segments", Look.LONG, 40),
        SheetColumn(Receivables.fee_fen, "head.fee", Look.SUM, is_total=True),
    ),
    rows=_with_fee,
    sort=(f"-{Receivables.fee_fen}", Receivables.order_no, Receivables.instalment_no),
    frozen=3,
)
CONTROL = Sheet(
    key="control",
    tab="tab.control",
    title="title.control",
    hint="hint.control",
    columns=(
        SheetColumn(Control.customer_name, "head.customer_name", says="customer"),
        SheetColumn(Control.billed_fen, "head.billed", Look.MONEY, is_total=True),
        SheetColumn(Control.receipts_fen, "head.received_all", Look.MONEY, is_total=True),
        SheetColumn(Control.credited_fen, "head.credited", Look.MONEY, is_total=True),
        SheetColumn(Control.closed_fen, "head.closed_fen", Look.MONEY, is_total=True),
        SheetColumn(Control.open_fen, "head.open", Look.MONEY, is_total=True),
        SheetColumn(Control.unapplied_fen, "head.unapplied", Look.MONEY, is_total=True),
        SheetColumn(
            Control.difference_fen,
            "head.difference",
            Look.SUM,
            is_total=True,
            plus=(Control.billed_fen, Control.unapplied_fen),
            minus=(Control.receipts_fen, Control.credited_fen, Control.closed_fen, Control.open_fen),
        ),
    ),
    rows=_proved,
    sort=(Control.customer_name,),
    frozen=1,
    tab_tone="reference",
)
