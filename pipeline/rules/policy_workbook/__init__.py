"""The managers' workbook: written by `init`, read by every night, checked like any other.

A row with a cell that cannot be used is left out and told of at that cell; what it would have set, what is blank and
what is on no sheet stays as it is shipped. Only where it says what other systems are given does a wrong cell stop the
night, and nothing is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.core.errors import SettingsError
from pipeline.core.phrases import describe_rule, format_span
from pipeline.core.workspace import Workspace
from pipeline.excel.write.tables import write_tables
from pipeline.rules.policy_workbook import interfaces, sheets
from pipeline.rules.policy_workbook.cells import DEPARTMENTS, Row, format_flag, place_of_cell, read_sheets
from schemas.language.words import translate
from schemas.policy.policy import LeftOut, Policy, shipped, value_rows
from schemas.policy.rules import Rule
from schemas.policy.timers import COMPLAINTS, ROLES, Timer

HEADS = {
    "rules": ("rule", "text", "is_on", "limit", "unit", "owner", "may_be_off"),
    "values": ("value_key", "text", "value", "unit"),
    "terms": ("term_written", "term_meant", "term_is_allowed", "term_grades"),
    "ladder": ("rung", "text", "days_from", "rung_owner", "needs_previous"),
    "clocks": ("clock", "text", "normal", "serious", "major", "clock_owner"),
    "routing": ("complaint_type", "text", "owner"),
    "days": ("day", "is_working", "day_name"),
    "sources": ("file_pattern", "is_whole", "source_way"),
    "headings": ("heading_table", "heading_written", "heading_meant"),
    "numbers": ("number_kind", "number_form", "number_scope"),
    "units": ("unit_product", "unit_written", "unit_count", "unit_base"),
    "interfaces": ("target", "document", "handed_table", "is_on", "way", "most_rows"),
    "mapping": (
        *("target", "document", "position", "target_heading", "our_field"),
        *("fixed", "translation", "is_line", "is_needed"),
    ),
}
GIVEN_AWAY = ("interfaces", "mapping")  # what other systems were given wrongly cannot be taken back
FOLLOWING = ("ladder",)
LAY = {
    "rules": sheets.rules,
    "values": sheets.values,
    "terms": sheets.terms,
    "ladder": sheets.ladder,
    "clocks": sheets.clocks,
    "routing": sheets.routing,
    "days": sheets.days,
    "sources": sheets.sources,
    "headings": sheets.headings,
    "numbers": sheets.numbers,
    "units": sheets.units,
    "interfaces": interfaces.set_interfaces,
    "mapping": interfaces.set_mapping,
}


def policy_of(workspace: Workspace) -> Policy:
    """Return the shipped policy with the workspace's workbook over it.

    Raises SettingsError for a workbook that cannot be opened, and where it does not say what other systems are given.
    """
    policy, left_out = shipped(), list[LeftOut]()

    def leave_out(name: str, wrong: SettingsError) -> None:
        if name in GIVEN_AWAY:
            raise wrong
        left_out.append(LeftOut(place_of_cell(wrong.where), wrong.wrong, wrong.values.get("value", "")))

    if workspace.policy.exists():
        for name, rows in read_sheets(workspace.policy, workspace.lang, HEADS, leave_out).items():
            policy = _with_sheet(policy, name, rows, leave_out)
    interfaces.all_mapped(policy, workspace)
    return replace(policy, left_out=tuple(left_out)).governed()


def _with_sheet(
    policy: Policy, name: str, rows: Sequence[Row], leave_out: Callable[[str, SettingsError], None]
) -> Policy:
    """Return the policy with a sheet laid over it, without the rows that have a cell nobody can use.

    Of levels that follow each other none is left out alone: what the others then mean nobody has said.
    """
    kept = list(rows)
    while True:
        try:
            return LAY[name](policy, kept)
        except SettingsError as wrong:
            leave_out(name, wrong)
            sound = [row for row in kept if all(cell.where != wrong.where for cell in row.values())]
            if len(sound) == len(kept):  # it names no row of the sheet
                raise
            kept = [] if name in FOLLOWING else sound


def write_policy(workspace: Workspace, policy: Policy | None = None) -> None:
    """Write the shipped policy, or another, as a workbook in the workspace's language."""
    lang, tables = workspace.lang, _tables(policy or shipped(), workspace.lang)
    write_tables(
        workspace.policy,
        {
            translate(f"policy.{name}", lang): (
                [translate(f"policy.h_{head}", lang) for head in heads],
                tables.get(name, []),
            )
            for name, heads in HEADS.items()
        },
    )


def _tables(policy: Policy, lang: str) -> Mapping[str, Sequence[Sequence[object]]]:
    """Rows of every sheet that is not empty in the beginning."""
    return {
        "rules": [_rule(rule, policy, lang) for rule in policy.rules.values() if rule.is_live],
        "values": [(row.key, row.en if lang == "en" else row.zh, row.value, row.unit) for row in value_rows()],
        "ladder": [
            (
                r.key,
                translate(f"step.{r.key}", lang),
                Decimal(r.days_from),
                _person(r.owner, lang),
                format_flag(r.needs_previous, lang),
            )
            for r in policy.rungs
        ],
        "clocks": [_timer(timer, lang) for timer in policy.timers.values()],
        "routing": [
            (kind, translate(f"type.{kind}", lang), _dept(dept, lang)) for kind, dept in policy.routing.dept.items()
        ],
        "numbers": [
            (
                translate(f"kind.{form.kind}", lang),
                form.pattern,
                translate(f"policy.scope_{form.scope}", lang) if form.scope else "",
            )
            for form in policy.forms.values()
        ],
        "interfaces": interfaces.interface_rows(policy, lang),
        "mapping": interfaces.mapping_rows(policy, lang),
    }


def _rule(rule: Rule, policy: Policy, lang: str) -> Sequence[object]:
    """A limit that is set with a timer or a reminder is left blank here, and its department with it."""
    reach = f"[{translate('policy.h_limit', lang)}]"  # stands beside the text, or on the sheet where it may be changed
    own = ("", "", "") if rule.id in policy.timed() else (rule.limit, rule.unit, _dept(rule.owner, lang))
    is_on, may_be_off = format_flag(rule.is_live, lang), format_flag(rule.may_be_off, lang)
    return (rule.id, describe_rule(rule, lang, reach), is_on, *own, may_be_off)


def _timer(timer: Timer, lang: str) -> Sequence[object]:
    spans = [format_span(limit, lang) for limit in timer.limits.values()]
    if timer.about != COMPLAINTS:
        spans[1:] = [""] * len(spans[1:])
    family = "role." if timer.owner in ROLES else DEPARTMENTS
    return (timer.key, translate(f"clock.{timer.key}", lang), *spans, translate(family + timer.owner, lang))


def _dept(key: str, lang: str) -> str:
    return translate(DEPARTMENTS + key, lang)


def _person(key: str, lang: str) -> str:
    return translate(sheets.PERSON, lang) if key == sheets.SALES_OWNER else _dept(key, lang)
