"""02: every problem at its cell, with what to do, who, and by when."""

from __future__ import annotations

import re
from dataclasses import replace

from reports import definitions
from reports.looks import Look
from reports.measures import NightCount, Tally, within
from reports.shape import (
    Card,
    Cards,
    Frame,
    GridColumn,
    Sentence,
    Sheet,
    SheetColumn,
    Summary,
    SummaryGrid,
    Tables,
    Workbook,
    table,
)
from schemas.derived.findings import Ended, Findings, Questions, QuestionState
from schemas.policy.rules import SEVERITIES, Severity

PLACEHOLDER = re.compile(r"\{\w+\}")
SEVERITY_TONES: dict[Severity, str] = {"refuse": "bad", "hold": "bad", "flag": "soon", "note": "calm"}
LIFE_TONES = {"new": "calm", "open": "muted", "reopened": "soon"}
QUESTION_TONES: dict[QuestionState, str] = {"open": "soon", "answered": "ok"}


def _worst_first(tables: Tables) -> Frame:
    found = tables[Findings.name]
    rank = found[Findings.severity].map({s: place for place, s in enumerate(SEVERITIES)})
    return found.assign(severity_rank=rank.astype("Int64"))


def _rules(tables: Tables) -> Frame:
    """What is put in when the rule is broken shows as dots, the limit as it is."""
    rules = tables["rules"]
    limits = ["" if limit is None or limit != limit else f"{limit.normalize():f}" for limit in rules["limit"]]  # noqa: PLR0124 - NaN
    words = {
        name: [
            PLACEHOLDER.sub("…", text.replace("{limit}", limit)) if isinstance(text, str) else text
            for text, limit in zip(rules[name], limits, strict=True)
        ]
        for name in ("zh", "en", "remedy_zh", "remedy_en")
        if name in rules.columns
    }
    return rules.assign(**words)


COLUMNS = (
    SheetColumn(Findings.finding_id, "head.finding_id", Look.CODE),
    SheetColumn(Findings.rule_title, "head.rule", Look.LONG, 24),
    SheetColumn(Findings.severity, "head.severity", Look.NAME, says="severity", tones=SEVERITY_TONES),
    SheetColumn(Findings.src_file, "head.file", Look.LONG, 24),
    SheetColumn(Findings.src_sheet, "head.sheet"),
    SheetColumn(Findings.cell, "head.cell", Look.CODE, 8.5),
    SheetColumn(Findings.src_row, "head.row", Look.COUNT, 7),
    SheetColumn(Findings.heading, "head.heading"),
    SheetColumn(Findings.raw, "head.raw", Look.LONG, 20),
    SheetColumn(Findings.problem, "head.problem", Look.LONG, 44),
    SheetColumn(Findings.remedy, "head.remedy", Look.LONG, 44),
    SheetColumn(Findings.owner, "head.finding_owner", Look.NAME),
    SheetColumn(Findings.due_on, "head.deadline", Look.DAY),
    SheetColumn(Findings.first_seen_on, "head.first_seen", Look.DAY),
    SheetColumn(Findings.age_wd, "head.age_days", Look.DAYS),
    SheetColumn(Findings.tonight, "head.tonight", Look.NAME, says="tonight"),
    SheetColumn(Findings.subject, "head.subject", Look.CODE),
    SheetColumn(Findings.customer_name, "head.customer_name"),
    SheetColumn(Findings.life, "head.life", Look.NAME, says="life", tones=LIFE_TONES),
    SheetColumn(Findings.count, "head.count", Look.COUNT, 7, is_total=True),
    SheetColumn("staff_correction", "head.correction", Look.LONG, 18, is_staff=True),
    SheetColumn("staff_comment", "head.comment", Look.LONG, 22, is_staff=True),
)
ALL = Sheet(
    key="findings",
    tab="tab.findings",
    title="title.findings",
    hint="hint.findings",
    columns=COLUMNS,
    rows=_worst_first,
    sort=(
        "severity_rank",
        Findings.due_on,
        Findings.src_file,
        Findings.src_sheet,
        Findings.src_row,
        Findings.finding_id,
    ),
    key_fields=(str(Findings.finding_id),),
    frozen=3,
    tab_tone="staff",
)
BY_OWNER = replace(ALL, key="by_owner", title="title.by_owner", split=str(Findings.owner))
QUESTIONS = Sheet(
    key=Questions.name,
    tab="tab.questions",
    title="title.questions",
    hint="hint.questions",
    columns=(
        SheetColumn(Questions.finding_id, "head.finding_id", Look.CODE),
        SheetColumn(Questions.state, "head.question_state", Look.NAME, says="question", tones=QUESTION_TONES),
        SheetColumn(Questions.problem, "head.question", Look.LONG, 48),
        SheetColumn("staff_answer", "head.answer", Look.LONG, 20, is_staff=True, choices_field=str(Questions.choices)),
        SheetColumn(Questions.proposed, "head.proposed", Look.LONG, 20),
        SheetColumn(Questions.remedy, "head.until_answered", Look.LONG, 44),
        SheetColumn(Questions.owner, "head.finding_owner", Look.NAME),
        SheetColumn(Questions.due_on, "head.deadline", Look.DAY),
        SheetColumn(Questions.src_file, "head.file", Look.LONG, 24),
        SheetColumn(Questions.src_sheet, "head.sheet"),
        SheetColumn(Questions.cell, "head.cell", Look.CODE, 8.5),
        SheetColumn(Questions.subject, "head.subject", Look.CODE),
        SheetColumn(Questions.customer_name, "head.customer_name"),
        SheetColumn(Questions.rule_title, "head.rule", Look.LONG, 24),
        SheetColumn(Questions.answered_on, "head.answered_on", Look.DAY),
        SheetColumn(Questions.answered_by, "head.answered_by", Look.NAME),
        SheetColumn("staff_answer_note", "head.answer_note", Look.LONG, 22, is_staff=True),
    ),
    rows=table(Questions.name),
    sort=(f"-{Questions.state}", Questions.due_on, Questions.src_file, Questions.src_row, Questions.finding_id),
    key_fields=(str(Questions.finding_id),),
    frozen=2,
    tab_tone="staff",
    has_totals=False,
    is_optional=True,
    typed_beside=Questions.name,
)
RULES = Sheet(
    key="rules",
    tab="tab.rules",
    title="title.rules",
    hint="hint.rules",
    columns=(
        SheetColumn("id", "head.rule_id", Look.CODE),
        SheetColumn("severity", "head.severity", Look.NAME, says="severity", tones=SEVERITY_TONES),
        SheetColumn("owner", "head.rule_owner", Look.NAME, says="dept"),
        SheetColumn("limit", "head.limit", Look.NAME),
        SheetColumn("unit", "head.unit", Look.NAME, says="unit"),
        SheetColumn("basis", "head.rule_basis", Look.NAME, says="basis"),
        SheetColumn("status", "head.status", Look.NAME, says="rule_status"),
        SheetColumn("{lang}", "head.rule_text", Look.LONG, 60),
        SheetColumn("remedy_{lang}", "head.remedy", Look.LONG, 60),
    ),
    rows=_rules,
    sort=("id",),
    frozen=1,
    tab_tone="reference",
    has_totals=False,
)

WAIVED = Sheet(
    key="waived",
    tab="kind.waivers",
    title="title.waived",
    hint="hint.waived",
    columns=(
        SheetColumn("finding_id", "head.finding_id", Look.CODE),
        SheetColumn("rule", "head.rule_id", Look.CODE),
        SheetColumn("record", "head.subject", Look.CODE),
        SheetColumn("customer_name", "head.customer_name"),
        SheetColumn("raw", "head.raw", Look.LONG, 20),
        SheetColumn("approver", "waivers.approver", Look.NAME),
        SheetColumn("reason", "waivers.reason", Look.LONG, 36),
        SheetColumn("valid_until", "waivers.valid_until", Look.DAY),
        SheetColumn("src_file", "head.file", Look.LONG, 24),
        SheetColumn("src_sheet", "head.sheet"),
        SheetColumn("cell", "head.cell", Look.CODE, 8.5),
        SheetColumn("waiver", "head.waiver", Look.LONG, 32),
    ),
    rows=table("waived"),
    sort=("valid_until", "finding_id"),
    frozen=1,
    tab_tone="reference",
    has_totals=False,
)


ENDED = Sheet(
    key=Ended.name,
    tab="tab.ended",
    title="title.ended",
    hint="hint.ended",
    columns=(
        SheetColumn(Ended.finding_id, "head.finding_id", Look.CODE),
        SheetColumn(Ended.how, "head.ended", Look.NAME, says="ended", tones={"mended": "ok"}),
        SheetColumn(Ended.rule_title, "head.rule", Look.LONG, 24),
        SheetColumn(Ended.src_file, "head.file", Look.LONG, 24),
        SheetColumn(Ended.src_sheet, "head.sheet"),
        SheetColumn(Ended.cell, "head.cell", Look.CODE, 8.5),
        SheetColumn(Ended.heading, "head.heading"),
        SheetColumn(Ended.raw, "head.raw_before", Look.LONG, 20),
        SheetColumn(Ended.problem, "head.problem", Look.LONG, 44),
        SheetColumn(Ended.owner, "head.finding_owner", Look.NAME),
        SheetColumn(Ended.first_seen_on, "head.first_seen", Look.DAY),
        SheetColumn(Ended.subject, "head.subject", Look.CODE),
        SheetColumn(Ended.customer_name, "head.customer_name"),
    ),
    rows=table(Ended.name),
    sort=(Ended.how, Ended.src_file, Ended.src_sheet, Ended.src_row, Ended.finding_id),
    frozen=2,
    tab_tone="reference",
    has_totals=False,
)


def _by(field: str) -> tuple[GridColumn, ...]:
    counts = (
        GridColumn(f"severity.{name}", within(definitions.of_severity(name), field), Look.COUNT) for name in SEVERITIES
    )
    return (*counts, GridColumn("head.total", within(definitions.ALL_FINDINGS, field), Look.COUNT, bar="share"))


RECKONED = ("was_open", "open", "mended", "withdrawn", "waived", "all", "new", "reopened")


SUMMARY = Summary(
    key="summary",
    tab="tab.summary",
    title="title.exceptions",
    hint="hint.exceptions",
    blocks=(
        Cards(
            (
                Card("card.refuse", definitions.of_severity("refuse"), Look.COUNT, "card.refuse_note", tone="bad"),
                Card("card.hold", definitions.of_severity("hold"), Look.COUNT, "card.hold_note", tone="bad"),
                Card("card.flag", definitions.of_severity("flag"), Look.COUNT, "card.flag_note"),
                Card("card.note", definitions.of_severity("note"), Look.COUNT, "card.note_note"),
            )
        ),
        Sentence(
            "sentence.exceptions",
            {
                "total": (definitions.ALL_FINDINGS, Look.COUNT),
                "new": (definitions.NEW_FINDINGS, Look.COUNT),
                "held": (definitions.of_severity("hold"), Look.COUNT),
                "refused": (definitions.of_severity("refuse"), Look.COUNT),
                "waived": (Tally("waived"), Look.COUNT),
            },
        ),
        Sentence(
            "sentence.reckoned",
            {name: (NightCount("reckoned", name), Look.COUNT) for name in RECKONED},
        ),
        SummaryGrid(
            "grid.by_owner",
            "findings",
            Findings.owner,
            _by(Findings.owner),
            largest=4,
            limit=40,
            has_total=True,
            links="by_owner",
        ),
        SummaryGrid("grid.by_file", "findings", Findings.src_file, _by(Findings.src_file), largest=4, limit=30),
        SummaryGrid("grid.by_rule", "findings", Findings.rule_title, _by(Findings.rule_title), largest=4, limit=40),
    ),
)
BOOK = Workbook(
    key="findings",
    file="file.findings",
    title="title.exceptions",
    sheets=(SUMMARY, ALL, QUESTIONS, BY_OWNER, ENDED, WAIVED, RULES),
    tables=(Findings.name, Ended.name, Questions.name, "reckoned", "waived", "rules"),
)
