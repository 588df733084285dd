"""06: who must do what by when; one sheet for everybody and one per person."""

from __future__ import annotations

from dataclasses import replace

from reports.looks import Look
from reports.shape import Sheet, SheetColumn, Workbook, table
from schemas.derived.todo import Timing, Todo

TIMING_TONES: dict[Timing, str] = {"unproven": "bad", "overdue": "bad", "today": "soon", "soon": "calm"}
ALL = Sheet(
    key="todo",
    tab="tab.everybody",
    title="title.todo",
    hint="hint.todo",
    columns=(
        SheetColumn(Todo.owner, "head.owner", Look.NAME, says="dept"),
        SheetColumn(Todo.dept, "head.department", Look.NAME, says="dept"),
        SheetColumn(Todo.matter, "head.matter", Look.LONG, 30, leads=Todo.letter),
        SheetColumn(Todo.subject, "head.object", Look.LONG, 18),
        SheetColumn(Todo.customer_name, "head.customer_name"),
        SheetColumn(Todo.due_on, "head.deadline", Look.DAY),
        SheetColumn(Todo.is_overdue, "head.is_overdue", Look.YES, tones={"yes": "bad"}),
        SheetColumn(Todo.timing, "head.timing", Look.NAME, says="timing", tones=TIMING_TONES),
        SheetColumn(Todo.rule, "head.rule", Look.NAME, 10),
        SheetColumn(Todo.reason, "head.basis", Look.LONG, 44),
        SheetColumn(
            "staff_done",
            "head.done",
            Look.TEXT,
            14,
            is_staff=True,
            choices=("pick.done", "pick.doing", "pick.not_ours"),
        ),
    ),
    rows=table(Todo.name),
    sort=(f"-{Todo.is_overdue}", Todo.due_on, Todo.owner, Todo.subject, Todo.task, Todo.record),
    key_fields=(str(Todo.task), str(Todo.record)),
    frozen=3,
    tab_tone="staff",
)
BY_PERSON = replace(ALL, key="by_person", title="title.by_person", split=str(Todo.owner))
BOOK = Workbook(key="todo", file="file.todo", title="title.todo", sheets=(ALL, BY_PERSON), tables=(Todo.name,))
