"""What the words of headlines mean, each once: every paper, the report and the manifest count by these.

Late is a stage behind its plan (`DELAYED`), an order not all signed for after its day (`LATE`), a deadline that passed
(`STEPS_OVERDUE`) or money after its due day (`OVERDUE`). What was late and is done stays and is counted apart. On time
is only what has the fact that ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from reports.measures import Combined, Measure, Tally, Total, Where
from schemas.derived.cases import Cases, Clocks
from schemas.derived.findings import Findings
from schemas.derived.receivables import Receivables, Unapplied
from schemas.derived.status import OrderStatus
from schemas.policy.rules import SEVERITIES

LONG_WD, OLD_DAYS, PROMISED_DAYS = 3, 90, 7


def _delivery(state: str) -> Tally:
    return Tally("orders", (Where(OrderStatus.delivery_state, "=", state),))


ORDERS = Tally("orders")
AMOUNT = Total("orders", OrderStatus.amount_fen)
DELAYED = Tally("orders", (Where(OrderStatus.delay_wd, ">", 0),))
DELAYED_LONG = Tally("orders", (Where(OrderStatus.delay_wd, ">", LONG_WD),))
LATE_LONG = _delivery("very_late")
LATE = Combined((_delivery("late"), LATE_LONG))
DONE_LATE = _delivery("done_late")
ON_TIME = _delivery("done")
COMPLAINED = Total("orders", OrderStatus.open_complaints)

PAST_DUE = Where(Receivables.overdue_days, ">", 0)
OWED = Total("open", Receivables.open_fen)
OVERDUE = Total("open", Receivables.open_fen, (PAST_DUE,))
OVERDUE_ITEMS = Tally("open", (PAST_DUE,))
OVERDUE_CUSTOMERS = Tally("ageing", (Where("overdue_fen", ">", 0),))
OLD = Total("open", Receivables.open_fen, (Where(Receivables.overdue_days, ">", OLD_DAYS),))
FEE = Total("fees", Receivables.fee_fen)
UNAPPLIED = Total("unapplied", Unapplied.left_fen)
PROMISED = Total(
    "open",
    Receivables.open_fen,
    (
        Where(Receivables.promised_on, ">=", timedelta(0)),
        Where(Receivables.promised_on, "<=", timedelta(PROMISED_DAYS)),
    ),
)
BROKEN = Total("open", Receivables.open_fen, (Where(Receivables.promised_on, "<", timedelta(0)),))

IS_OPEN = Where(Cases.is_open, "=", "yes")
COMPLAINTS = Tally("cases")
OPEN_COMPLAINTS = Tally("cases", (IS_OPEN,))
COMPLAINTS_OVERDUE = Tally("cases", (IS_OPEN, Where(Cases.is_overdue, "=", "yes")))
CLAIMS = Total("cases", Cases.claim_fen)


def steps(state: str) -> Tally:
    """Return the number of steps whose clock stands so."""
    return Tally("clocks", (Where(Clocks.clock_state, "=", state),))


STEPS_RUNNING, STEPS_OVERDUE, STEPS_LATE = steps("running"), steps("overdue"), steps("late")
STEPS_ON_TIME = Tally("clocks", (*steps("met").where, Where(Clocks.stopped_at, ">", 0)))


def of_severity(severity: str) -> Total:
    """Return the number of findings of a severity."""
    return Total("findings", Findings.count, (Where(Findings.severity, "=", severity),))


ALL_FINDINGS = Total("findings", Findings.count)
NEW_FINDINGS = Total("findings", Findings.count, (Where(Findings.life, "=", "new"),))

# what the manifest and the report say, by workbook
HEADLINES: Mapping[str, Mapping[str, Measure]] = MappingProxyType(
    {
        "tracking": {
            "orders": ORDERS,
            "amount_fen": AMOUNT,
            "delayed": DELAYED,
            "delayed_long": DELAYED_LONG,
            "late": LATE,
            "late_long": LATE_LONG,
            "done_late": DONE_LATE,
            "on_time": ON_TIME,
            "open_complaints": COMPLAINED,
        },
        "findings": {severity: of_severity(severity) for severity in SEVERITIES}
        | {"all": ALL_FINDINGS, "new": NEW_FINDINGS, "waivers": Tally("waived")},
        "receivables": {
            "open_fen": OWED,
            "overdue_fen": OVERDUE,
            "overdue_items": OVERDUE_ITEMS,
            "overdue_customers": OVERDUE_CUSTOMERS,
            "old_fen": OLD,
            "promised_fen": PROMISED,
            "broken_fen": BROKEN,
            "unapplied_fen": UNAPPLIED,
            "fee_fen": FEE,
        },
        "complaints": {
            "complaints": COMPLAINTS,
            "open": OPEN_COMPLAINTS,
            "overdue": COMPLAINTS_OVERDUE,
            "claim_fen": CLAIMS,
            "steps_running": STEPS_RUNNING,
            "steps_overdue": STEPS_OVERDUE,
            "steps_on_time": STEPS_ON_TIME,
            "steps_late": STEPS_LATE,
        },
        "todo": {"lines": Tally("todo"), "overdue": Tally("todo", (Where("is_overdue", "=", "yes"),))},
    }
)
