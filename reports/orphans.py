"""What people typed beside rows that are no more: shown until somebody takes it."""

from __future__ import annotations

from reports.looks import Look
from reports.shape import Sheet, SheetColumn, table

TABLE = "orphans"
ORPHANS = Sheet(
    key="orphans",
    tab="tab.unclaimed",
    title="title.unclaimed",
    hint="hint.unclaimed",
    columns=(
        SheetColumn("sheet", "head.sheet", Look.NAME),
        SheetColumn("key", "head.row_key", Look.CODE, 24),
        SheetColumn("heading", "head.heading", Look.NAME),
        SheetColumn("value", "head.typed", Look.LONG, 44),
        SheetColumn("person", "head.person", Look.NAME),
        SheetColumn("file", "head.file", Look.LONG, 28),
        SheetColumn("seen_on", "head.seen_on", Look.DAY),
    ),
    rows=table(TABLE),
    sort=("sheet", "key", "heading", "value"),
    tab_tone="clash",
    has_totals=False,
    is_optional=True,
)
