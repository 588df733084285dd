"""What people typed beside rows that are no more: shown until somebody takes it."""

from __future__ import annotations

from reports.looks import Look
from reports.shape import Column, Sheet, table

TABLE = "orphans"
ORPHANS = Sheet(
    key="orphans",
    tab="tab.unclaimed",
    title="title.unclaimed",
    hint="hint.unclaimed",
    columns=(
        Column("sheet", "head.sheet", Look.NAME),
        Column("key", "head.row_key", Look.CODE, 24),
        Column("heading", "head.heading", Look.NAME),
        Column("value", "head.typed", Look.LONG, 44),
        Column("person", "head.person", Look.NAME),
        Column("file", "head.file", Look.LONG, 28),
        Column("seen_on", "head.seen_on", Look.DAY),
    ),
    rows=table(TABLE),
    sort=("sheet", "key", "heading", "value"),
    tab_tone="clash",
    has_totals=False,
    is_optional=True,
)
