"""01: where every order stands, which stage is late, and why we say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reports import definitions
from reports.looks import Look
from reports.measures import Ratio, within
from reports.shape import (
    Card,
    Cards,
    Frame,
    GridChart,
    GridColumn,
    Sentence,
    Series,
    Sheet,
    SheetColumn,
    Summary,
    SummaryGrid,
    Tables,
    Workbook,
    table,
)
from schemas.derived.priority import Priority
from schemas.derived.status import STAGES, OrderStatus, Stages

SOON = timedelta(days=3)
KEY_SIGN, NO_NUMBER = "~", "none"
PAST_DUE, PAST_FIRST = "past_due_wd", "past_first_wd"
OF_ORDER = (
    *(OrderStatus.order_no, OrderStatus.customer_name, OrderStatus.sales_owner),
    *(OrderStatus.due_on, OrderStatus.first_promised_on, PAST_DUE, PAST_FIRST),
)
DELIVERY_TONES = {
    "done": "ok",
    "done_late": "late",
    "very_late": "bad",
    "late": "bad",
    "near": "soon",
    "normal": "calm",
}
PAYMENT_TONES = {
    "paid": "ok",
    "part_late": "bad",
    "late": "bad",
    "due_today": "soon",
    "unknown": "soon",
    "overpaid": "soon",
}
INVOICE_TONES = {"issued": "ok", "overdue": "bad", "to_issue": "soon", "part": "soon"}


@dataclass(frozen=True)
class _StageTone:
    """Colour of a stage's dates: done, done late, due soon, late."""

    stage: str

    def __call__(self, frame: Frame, as_of: datetime) -> Series:
        plan = frame[f"{self.stage}_planned_at"].dt.normalize()
        actual = frame[f"{self.stage}_actual_at"].dt.normalize()
        today = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001 - frames hold local time
        waits = actual.isna()
        tone = plan.astype("object").mask(plan == plan, "").mask(plan.isna(), "")  # noqa: PLR0124
        tone = tone.mask(waits & (plan <= today + SOON), "soon").mask(waits & (plan < today), "bad")
        made: Series = tone.mask(~waits, "ok").mask(~waits & (actual > plan), "late")
        return made


def _late(tables: Tables) -> Frame:
    stages, known = tables[Stages.name], _numbered(tables)[[*map(str, OF_ORDER)]]
    late = stages[(stages[Stages.delay_wd] > 0).fillna(False)]
    return late.merge(known, on=str(OrderStatus.order_no), how="left")


def _numbered(tables: Tables) -> Frame:
    """A held row without a number is known by a key nobody reads: the workbook has none. Days left are no delay."""
    standing = tables[OrderStatus.name]
    number = standing[OrderStatus.order_no]
    past = {PAST_DUE: OrderStatus.delivery_wd, PAST_FIRST: OrderStatus.first_promise_wd}
    return standing.assign(
        number_shown=number.mask(number.str.startswith(KEY_SIGN).fillna(value=False), NO_NUMBER),
        **{name: standing[days].clip(lower=0) for name, days in past.items()},
    )


def _served_before(frame: Frame, _as_of: datetime) -> Series:
    """Goods that went before their turn."""
    made: Series = frame[Priority.first_no].notna().map({True: "bad", False: ""})
    return made


def _stage_columns() -> tuple[SheetColumn, ...]:
    return tuple(
        SheetColumn(
            f"{stage}_{kind}_at",
            f"head.{stage}_{kind}",
            Look.MONTH_DAY,
            toned=_StageTone(stage) if kind == "actual" else None,
            group=f"group.{stage}",
        )
        for stage in STAGES
        for kind in ("planned", "actual")
    )


ORDERS = Sheet(
    key="orders",
    tab="tab.orders",
    title="title.orders",
    hint="hint.orders",
    columns=(
        SheetColumn("number_shown", "head.order_no", Look.CODE, says="order_number"),
        SheetColumn(OrderStatus.customer_name, "head.customer_name"),
        SheetColumn(OrderStatus.sales_owner, "head.sales_owner", Look.NAME),
        SheetColumn(OrderStatus.product, "head.product"),
        SheetColumn(OrderStatus.ordered_qty, "head.qty", Look.QTY),
        SheetColumn(OrderStatus.order_date, "head.order_date", Look.DAY),
        SheetColumn(OrderStatus.due_on, "head.delivery_date", Look.DAY),
        SheetColumn(OrderStatus.first_promised_on, "head.first_promise", Look.DAY),
        SheetColumn(OrderStatus.promise_moves, "head.promise_moves", Look.COUNT),
        SheetColumn(OrderStatus.amount_fen, "head.order_amount", Look.SUM, is_total=True),
        SheetColumn(OrderStatus.received_fen, "head.received", Look.MONEY, is_total=True),
        SheetColumn(OrderStatus.state, "head.order_state", Look.NAME, says="order"),
        SheetColumn(
            OrderStatus.delivery_state, "head.delivery_state", Look.NAME, says="delivery", tones=DELIVERY_TONES
        ),
        SheetColumn(OrderStatus.payment_state, "head.payment_state", Look.NAME, says="payment", tones=PAYMENT_TONES),
        SheetColumn(OrderStatus.invoice_state, "head.invoice_state", Look.NAME, says="invoice", tones=INVOICE_TONES),
        *_stage_columns(),
        SheetColumn(OrderStatus.delay_wd, "head.delay_wd", Look.DAYS, has_bar=True),
        SheetColumn(PAST_FIRST, "head.late_first", Look.DAYS),
        SheetColumn(OrderStatus.tracking_nos, "head.tracking_nos", Look.CODE),
        SheetColumn(OrderStatus.freight_fen, "head.freight", Look.MONEY, is_total=True, is_home=True),
        SheetColumn(OrderStatus.open_complaints, "head.open_complaints", Look.COUNT, is_total=True),
        SheetColumn(OrderStatus.next_step, "head.next_step", Look.NAME, says="step"),
        SheetColumn(OrderStatus.owner, "head.owner", Look.NAME, says="dept"),
        SheetColumn(OrderStatus.next_on, "head.deadline", Look.DAY),
        SheetColumn(OrderStatus.reason, "head.basis", Look.LONG, 46),
        SheetColumn("staff_remark", "head.remark_staff", Look.LONG, 26, is_staff=True),
    ),
    rows=_numbered,
    sort=(f"-{OrderStatus.delay_wd}", OrderStatus.due_on, OrderStatus.order_no),
    key_fields=(str(OrderStatus.order_no),),
    tab_tone="staff",
)
LATE = Sheet(
    key="late",
    tab="tab.late",
    title="title.late",
    hint="hint.late",
    columns=(
        SheetColumn(Stages.order_no, "head.order_no", Look.CODE),
        SheetColumn(OrderStatus.customer_name, "head.customer_name"),
        SheetColumn(OrderStatus.sales_owner, "head.sales_owner", Look.NAME),
        SheetColumn(OrderStatus.due_on, "head.delivery_date", Look.DAY),
        SheetColumn(OrderStatus.first_promised_on, "head.first_promise", Look.DAY),
        SheetColumn(PAST_DUE, "head.late_current", Look.DAYS),
        SheetColumn(PAST_FIRST, "head.late_first", Look.DAYS),
        SheetColumn(Stages.stage, "head.stage", Look.NAME, says="stage"),
        SheetColumn(Stages.owner, "head.owner", Look.NAME),
        SheetColumn(Stages.planned_at, "head.planned", Look.DAY),
        SheetColumn(Stages.forecast_at, "head.forecast", Look.DAY),
        SheetColumn(Stages.actual_at, "head.actual", Look.DAY),
        SheetColumn(Stages.delay_wd, "head.delay_wd", Look.DAYS, has_bar=True),
        SheetColumn(Stages.reason, "head.delay_reason", Look.LONG),
        SheetColumn(Stages.solution, "head.solution", Look.LONG),
        SheetColumn(Stages.informed_at, "head.informed", Look.DAY),
    ),
    rows=_late,
    sort=(f"-{Stages.delay_wd}", Stages.order_no, Stages.planned_at),
)
PRIORITY = Sheet(
    key="priority",
    tab="tab.priority",
    title="title.priority",
    hint="hint.priority",
    columns=(
        SheetColumn(Priority.product, "head.product"),
        SheetColumn(Priority.rank, "head.turn", Look.COUNT, 7),
        SheetColumn(Priority.order_no, "head.order_no", Look.CODE),
        SheetColumn(Priority.customer_name, "head.customer_name"),
        SheetColumn(Priority.paid_share, "head.paid_share", Look.PERCENT, has_bar=True),
        SheetColumn(Priority.received_fen, "head.received", Look.MONEY),
        SheetColumn(Priority.amount_fen, "head.order_amount", Look.SUM),
        SheetColumn(Priority.order_date, "head.order_date", Look.DAY),
        SheetColumn(Priority.due_on, "head.delivery_date", Look.DAY),
        SheetColumn(Priority.ordered_qty, "head.qty", Look.QTY),
        SheetColumn(Priority.state, "head.order_state", Look.NAME, says="order", toned=_served_before),
        SheetColumn(Priority.first_no, "head.served_first", Look.CODE, toned=_served_before),
        SheetColumn(Priority.shipped_on, "head.shipped", Look.DAY),
        SheetColumn(Priority.hold_on, "head.hold_on", Look.DAY),
        SheetColumn(Priority.emergency_plan, "head.emergency_plan", Look.LONG),
        SheetColumn(Priority.hold_result, "head.hold_result", Look.LONG),
        SheetColumn(Priority.sales_owner, "head.sales_owner", Look.NAME),
    ),
    rows=table(Priority.name),
    sort=(Priority.product_key, Priority.rank, Priority.order_no),
    frozen=3,
    has_totals=False,
    is_optional=True,
)
BASIS = Sheet(
    key="basis",
    tab="tab.basis",
    title="title.orders_basis",
    hint="hint.basis",
    columns=(
        SheetColumn("number_shown", "head.order_no", Look.CODE, says="order_number"),
        SheetColumn(OrderStatus.customer_name, "head.customer_name"),
        SheetColumn(OrderStatus.state, "head.order_state", Look.NAME, says="order"),
        SheetColumn(OrderStatus.release, "head.release", Look.NAME, says="release"),
        SheetColumn(OrderStatus.delivery_state, "head.delivery_state", Look.NAME, says="delivery"),
        SheetColumn(OrderStatus.payment_state, "head.payment_state", Look.NAME, says="payment"),
        SheetColumn(OrderStatus.invoice_state, "head.invoice_state", Look.NAME, says="invoice"),
        SheetColumn(OrderStatus.projected_on, "head.projected", Look.DAY),
        SheetColumn(OrderStatus.reason, "head.basis", Look.LONG, 70),
        SheetColumn(OrderStatus.src_file, "head.file", Look.LONG, 26),
        SheetColumn(OrderStatus.src_sheet, "head.sheet"),
        SheetColumn(OrderStatus.src_row, "head.row", Look.COUNT, 7),
    ),
    rows=_numbered,
    sort=(OrderStatus.order_no,),
    tab_tone="reference",
    has_totals=False,
)


def _by(field: str) -> tuple[GridColumn, ...]:
    return (
        GridColumn("head.orders", within(definitions.ORDERS, field), Look.COUNT, bar="share"),
        GridColumn("head.order_amount", within(definitions.AMOUNT, field), Look.SUM),
        GridColumn("head.delayed_orders", within(definitions.DELAYED, field), Look.COUNT),
        GridColumn("head.delayed_long", within(definitions.DELAYED_LONG, field), Look.COUNT),
        GridColumn("head.late_orders", within(definitions.LATE, field), Look.COUNT),
    )


SAID = ("orders", "delayed", "delayed_long", "late", "done_late", "on_time", "open_complaints")
SUMMARY = Summary(
    key="summary",
    tab="tab.overview",
    title="title.tracking",
    hint="hint.tracking",
    blocks=(
        Cards(
            (
                Card("card.orders", definitions.ORDERS, Look.COUNT),
                Card("card.amount", definitions.AMOUNT, Look.SUM),
                Card("card.delayed", definitions.DELAYED, Look.COUNT, "card.delayed_note", tone="bad"),
                Card("card.delayed_long", definitions.DELAYED_LONG, Look.COUNT, "card.delayed_long_note", tone="bad"),
            )
        ),
        Cards(
            (
                Card("card.late", definitions.LATE, Look.COUNT, "card.late_note", tone="bad"),
                Card("card.late_long", definitions.LATE_LONG, Look.COUNT, "card.late_long_note", tone="bad"),
                Card("card.done_late", definitions.DONE_LATE, Look.COUNT, "card.done_late_note"),
                Card("card.on_time", definitions.ON_TIME, Look.COUNT, "card.on_time_note"),
            )
        ),
        Sentence(
            "sentence.tracking",
            {name: (definitions.HEADLINES["tracking"][name], Look.COUNT) for name in SAID}
            | {"rate": (Ratio(definitions.LATE, definitions.ORDERS), Look.PERCENT)},
        ),
        SummaryGrid(
            "grid.order_states",
            "orders",
            OrderStatus.state,
            _by(OrderStatus.state),
            largest=1,
            limit=25,
            has_total=True,
            chart=GridChart("chart.states", "chart.states_alt", 0),
        ),
        SummaryGrid(
            "grid.delivery_states", "orders", OrderStatus.delivery_state, _by(OrderStatus.delivery_state), largest=1
        ),
        SummaryGrid(
            "grid.delayed_sales",
            "orders",
            OrderStatus.sales_owner,
            _by(OrderStatus.sales_owner),
            largest=3,
            where=within(definitions.DELAYED, OrderStatus.sales_owner),
        ),
    ),
)
BOOK = Workbook(
    key="tracking",
    file="file.tracking",
    title="title.tracking",
    sheets=(SUMMARY, ORDERS, LATE, PRIORITY, BASIS),
    tables=(OrderStatus.name, Stages.name, Priority.name),
)
