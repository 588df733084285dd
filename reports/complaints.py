"""04: every complaint, its running clock, and what breaks before the next night."""

from __future__ import annotations

from reports import definitions
from reports.looks import Look
from reports.measures import Ratio, within
from reports.shape import (
    Card,
    Cards,
    Frame,
    GridChart,
    GridColumn,
    Live,
    Sentence,
    Sheet,
    SheetColumn,
    Summary,
    SummaryGrid,
    Tables,
    Workbook,
    table,
)
from schemas.derived.cases import CaseLog, Cases, Clocks, ClockState

OVERDUE_NOW = Live('=IF(ISNUMBER({step_due_at}),IF({step_due_at}<NOW(),{yes},{no}),"–")')
BREAKS_SOON = Live('=IF(ISNUMBER({step_due_at}),IF(AND({step_due_at}>=NOW(),{step_due_at}<NextNight),{yes},{no}),"–")')
YES_TONES = {"yes": "bad"}
CLOCK_TONES: dict[ClockState, str] = {
    "running": "calm",
    "met": "ok",
    "late": "late",
    "overdue": "bad",
    "paused": "soon",
}
SEVERITY_TONES = {"major": "bad", "serious": "soon"}


def _open_first(tables: Tables) -> Frame:
    cases = tables[Cases.name]
    return cases.assign(is_closed=~cases[Cases.is_open].fillna(value=False))


CASES = Sheet(
    key="cases",
    tab="tab.cases",
    title="title.cases",
    hint="hint.cases",
    columns=(
        SheetColumn(Cases.complaint_no, "head.complaint_no", Look.CODE),
        SheetColumn(Cases.complained_at, "head.complained_at", Look.MOMENT),
        SheetColumn(Cases.customer_name, "head.customer_name"),
        SheetColumn(Cases.order_no, "head.order_no", Look.CODE),
        SheetColumn(Cases.product, "head.about"),
        SheetColumn(Cases.complaint_type, "head.complaint_type", Look.NAME, says="complaint_type"),
        SheetColumn(
            Cases.severity, "head.complaint_severity", Look.NAME, says="complaint_severity", tones=SEVERITY_TONES
        ),
        SheetColumn(Cases.dept, "head.dept", Look.NAME, says="dept"),
        SheetColumn(Cases.owner, "head.owner", Look.NAME, says="dept"),
        SheetColumn(Cases.state, "head.complaint_state", Look.NAME, says="complaint"),
        SheetColumn(Cases.is_open, "head.is_open", Look.YES),
        SheetColumn(Cases.step, "head.step", Look.NAME, says="clock"),
        SheetColumn(Cases.step_due_at, "head.step_due", Look.MOMENT),
        SheetColumn(Cases.is_overdue, "head.is_overdue", Look.YES, tones=YES_TONES, live=OVERDUE_NOW),
        SheetColumn(
            Cases.breaks_before_next, "head.breaks_before_next", Look.YES, 11, tones={"yes": "soon"}, live=BREAKS_SOON
        ),
        SheetColumn(Cases.next_step, "head.next_step", Look.NAME, says="step"),
        SheetColumn(Cases.description, "head.description", Look.LONG, 30),
        SheetColumn(Cases.solution, "head.proposal", Look.LONG, 30),
        SheetColumn(Cases.satisfaction, "head.satisfaction", Look.NAME, says="satisfaction"),
        SheetColumn(Cases.claim_fen, "head.claim", Look.MONEY, is_total=True),
        SheetColumn(Cases.disputed_fen, "head.disputed", Look.MONEY, is_total=True),
        SheetColumn(Cases.reason, "head.basis", Look.LONG, 46),
        SheetColumn("staff_remark", "head.remark_staff", Look.LONG, 26, is_staff=True),
    ),
    rows=_open_first,
    sort=("is_closed", f"-{Cases.is_overdue}", Cases.step_due_at, Cases.complaint_no),
    key_fields=(str(Cases.complaint_no),),
    key_source=str(Cases.src_key),
    frozen=3,
    tab_tone="staff",
)
CLOCKS = Sheet(
    key="clocks",
    tab="tab.clocks",
    title="title.clocks",
    hint="hint.clocks",
    columns=(
        SheetColumn(Clocks.complaint_no, "head.complaint_no", Look.CODE),
        SheetColumn(Clocks.customer_name, "head.customer_name"),
        SheetColumn(
            Clocks.severity, "head.complaint_severity", Look.NAME, says="complaint_severity", tones=SEVERITY_TONES
        ),
        SheetColumn(Clocks.owner, "head.owner", Look.NAME, says="dept"),
        SheetColumn(Clocks.step, "head.clock", Look.NAME, says="clock"),
        SheetColumn(Clocks.started_at, "head.started_at", Look.MOMENT),
        SheetColumn(Clocks.limit, "head.limit", Look.NAME),
        SheetColumn(Clocks.unit, "head.unit", Look.NAME, says="unit"),
        SheetColumn(Clocks.due_at, "head.deadline", Look.MOMENT),
        SheetColumn(Clocks.stopped_at, "head.stopped_at", Look.MOMENT),
        SheetColumn(Clocks.clock_state, "head.clock_state", Look.NAME, says="clock_state", tones=CLOCK_TONES),
        SheetColumn(Clocks.escalates_to, "head.escalates_to", Look.NAME, says="dept"),
        SheetColumn(Clocks.is_house, "head.is_house", Look.YES),
    ),
    rows=table(Clocks.name),
    sort=(Clocks.complaint_no, Clocks.started_at, Clocks.step),
)
LOG = Sheet(
    key="log",
    tab="tab.log",
    title="title.log",
    hint="hint.log",
    columns=(
        SheetColumn(CaseLog.complaint_no, "head.complaint_no", Look.CODE),
        SheetColumn(CaseLog.customer_name, "head.customer_name"),
        SheetColumn(CaseLog.entry, "head.entry", Look.NAME, says="entry"),
        SheetColumn(CaseLog.entry_no, "head.entry_no", Look.COUNT, 7),
        SheetColumn(CaseLog.what, "head.what", Look.LONG, 34),
        SheetColumn(CaseLog.way, "head.way", Look.NAME),
        SheetColumn(CaseLog.owner, "head.done_by", Look.NAME),
        SheetColumn(CaseLog.planned_at, "head.planned", Look.MOMENT),
        SheetColumn(CaseLog.done_at, "head.actual", Look.MOMENT),
        SheetColumn(CaseLog.outcome, "head.outcome", Look.LONG, 34),
        SheetColumn(CaseLog.src_file, "head.file", Look.LONG, 26),
        SheetColumn(CaseLog.src_sheet, "head.sheet"),
        SheetColumn(CaseLog.src_row, "head.row", Look.COUNT, 7),
    ),
    rows=table(CaseLog.name),
    sort=(CaseLog.complaint_no,),
    has_totals=False,
    is_optional=True,
)
BASIS = Sheet(
    key="basis",
    tab="tab.basis",
    title="title.cases_basis",
    hint="hint.basis",
    columns=(
        SheetColumn(Cases.complaint_no, "head.complaint_no", Look.CODE),
        SheetColumn(Cases.customer_name, "head.customer_name"),
        SheetColumn(Cases.state, "head.complaint_state", Look.NAME, says="complaint"),
        SheetColumn(Cases.typed_state, "head.typed_state", Look.NAME),
        SheetColumn(Cases.is_type_guessed, "head.is_type_guessed", Look.YES),
        SheetColumn(Cases.is_severity_guessed, "head.is_severity_guessed", Look.YES),
        SheetColumn(Cases.routed_dept, "head.routed_dept", Look.NAME, says="dept"),
        SheetColumn(Cases.is_repeat, "head.is_repeat", Look.YES),
        SheetColumn(Cases.registered_at, "head.registered_at", Look.MOMENT),
        SheetColumn(Cases.registrar, "head.registrar", Look.NAME),
        SheetColumn(Cases.reason, "head.basis", Look.LONG, 70),
        SheetColumn(Cases.src_file, "head.file", Look.LONG, 26),
        SheetColumn(Cases.src_sheet, "head.sheet"),
        SheetColumn(Cases.src_row, "head.row", Look.COUNT, 7),
    ),
    rows=table(Cases.name),
    sort=(Cases.complaint_no,),
    tab_tone="reference",
    has_totals=False,
)


def _by(field: str) -> tuple[GridColumn, ...]:
    return (
        GridColumn("head.cases", within(definitions.COMPLAINTS, field), Look.COUNT, bar="share"),
        GridColumn("head.share", Ratio(within(definitions.COMPLAINTS, field), definitions.COMPLAINTS), Look.PERCENT),
        GridColumn("head.claim", within(definitions.CLAIMS, field), Look.MONEY),
    )


def _clock(state: str) -> GridColumn:
    counted = definitions.STEPS_ON_TIME if state == "met" else definitions.steps(state)
    return GridColumn(f"paper.clock_state.{state}", within(counted, Clocks.step), Look.COUNT)


SAID = ("complaints", "open", "overdue", "steps_overdue", "steps_running", "steps_on_time", "steps_late")
SUMMARY = Summary(
    key="summary",
    tab="tab.overview",
    title="title.complaints",
    hint="hint.complaints",
    blocks=(
        Cards(
            (
                Card("card.cases", definitions.COMPLAINTS, Look.COUNT),
                Card("card.open_cases", definitions.OPEN_COMPLAINTS, Look.COUNT, "card.open_cases_note"),
                Card("card.claims", definitions.CLAIMS, Look.SUM),
            )
        ),
        Cards(
            (
                Card("card.running", definitions.STEPS_RUNNING, Look.COUNT, "card.running_note"),
                Card(
                    "card.clock_overdue", definitions.STEPS_OVERDUE, Look.COUNT, "card.clock_overdue_note", tone="bad"
                ),
                Card("card.clock_on_time", definitions.STEPS_ON_TIME, Look.COUNT, "card.clock_on_time_note"),
                Card("card.clock_late", definitions.STEPS_LATE, Look.COUNT, "card.clock_late_note"),
            )
        ),
        Sentence(
            "sentence.complaints",
            {name: (definitions.HEADLINES["complaints"][name], Look.COUNT) for name in SAID},
        ),
        SummaryGrid(
            "grid.complaint_states",
            "cases",
            Cases.state,
            _by(Cases.state),
            largest=1,
            limit=20,
            has_total=True,
            chart=GridChart("chart.complaints", "chart.complaints_alt", 0),
        ),
        SummaryGrid("grid.complaint_types", "cases", Cases.complaint_type, _by(Cases.complaint_type), largest=1),
        SummaryGrid(
            "grid.clocks",
            "clocks",
            Clocks.step,
            tuple(_clock(state) for state in ("running", "overdue", "met", "late", "paused")),
            largest=2,
            limit=30,
        ),
    ),
)
BOOK = Workbook(
    key="complaints",
    file="file.complaints",
    title="title.complaints",
    sheets=(SUMMARY, CASES, CLOCKS, LOG, BASIS),
    tables=(Cases.name, Clocks.name, CaseLog.name),
)
