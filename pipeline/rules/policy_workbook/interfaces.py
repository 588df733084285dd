"""Sheets about what is handed over to the company's own systems: which documents, and every column of their files."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.core.errors import SettingsError
from pipeline.core.workspace import Workspace
from pipeline.excel.names import begins_like_a_formula, file_word
from pipeline.reading.layout.heading_names import aliases, fold_heading
from pipeline.rules.policy_workbook.cells import Cell, Row, flag, format_flag, number, word_of
from schemas.derived.handover import DERIVED, WAYS, Interface, Mapped, fields, translated, word_key
from schemas.language.words import load, translate
from schemas.policy.policy import Policy

Known = dict[tuple[str, ...], set[str]]


def set_interfaces(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Let the documents of the sheet take the place of the shipped ones."""
    made: list[Interface] = []
    files: set[str] = set()
    for row in rows:
        target, document = _named(row["target"]), _named(row["document"])
        _only_once(row["document"], f"{file_word(target)}_{file_word(document)}", files, "doubled_interface")
        made.append(
            Interface(
                target=target,
                document=document,
                table=_key(row["handed_table"], "kind.", DERIVED, "no_handed_table"),
                is_on=flag(row["is_on"]),
                way=_key(row["way"], "policy.way_", WAYS, "no_way"),
                most_rows=_count(row["most_rows"]),
            )
        )
    return replace(policy, interfaces=tuple(made)) if made else policy


def set_mapping(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Let the columns of the sheet take the place of the shipped ones."""
    known = {(interface.target, interface.document): interface for interface in policy.interfaces}
    made: list[Mapped] = []
    headings: Known = {}
    positions: Known = {}
    for row in rows:
        at = (_text(row["target"]), _text(row["document"]))
        if at not in known:
            raise row["document"].wrong("no_interface")
        column = _column(row, known[at])
        _only_once(row["target_heading"], column.heading, headings.setdefault(at, set()), "doubled_heading")
        _only_once(row["position"], str(column.position), positions.setdefault(at, set()), "doubled_position")
        made.append(column)
    return replace(policy, mapping=tuple(made)) if made else policy


def _column(row: Row, interface: Interface) -> Mapped:
    heading, fixed = _named(row["target_heading"]), _text(row["fixed"])
    field, is_line = _field(row["our_field"], interface.table), flag(row["is_line"])
    if field and fixed:
        raise row["fixed"].wrong("field_and_fixed")
    if not field and not fixed:
        raise row["our_field"].wrong("blank")
    if begins_like_a_formula(fixed):
        raise row["fixed"].wrong("unsafe")
    if field and interface.table == "orders" and not is_line and not fields("orders")[field].spec.header:
        raise row["is_line"].wrong("line_field")
    return Mapped(
        target=interface.target,
        document=interface.document,
        position=_count(row["position"]),
        heading=heading,
        field=field,
        fixed=fixed,
        translation=_translation(row["translation"]),
        is_line=is_line,
        is_needed=flag(row["is_needed"]),
    )


def all_mapped(policy: Policy, workspace: Workspace) -> None:
    """Return the policy once every document that is handed over has columns. Raises SettingsError that names one."""
    mapped = {(mapped_column.target, mapped_column.document) for mapped_column in policy.mapping}
    for interface in policy.interfaces:
        if interface.is_on and (interface.target, interface.document) not in mapped:
            where = f"{workspace.policy.name} › {translate('policy.mapping', workspace.lang)}"
            raise SettingsError(where, "no_mapping", "correct_cell", value=f"{interface.target} {interface.document}")


def _field(cell: Cell, table: str) -> str:
    """The field a cell names: by its key, its word in either language, or a heading it also goes by."""
    text = _text(cell)
    if not text:
        return ""
    known = fields(table)
    words = {fold_heading(said): name for name in known for said in _said(word_key(table, name))}
    found = text if text in known else words.get(fold_heading(text)) or aliases(table).get(fold_heading(text), "")
    if found not in known:
        raise cell.wrong("no_mapped_field")
    return found


def _said(key: str) -> tuple[str, str]:
    word = load()[key]
    return word.zh, word.en


def _translation(cell: Cell) -> Mapping[str, str]:
    try:
        made = translated(_text(cell))
    except ValueError:
        raise cell.wrong("no_translation") from None
    if any(begins_like_a_formula(theirs) for theirs in made.values()):
        raise cell.wrong("unsafe")
    return made


def _key(cell: Cell, prefix: str, known: Container[str], wrong: str) -> str:
    found = word_of(cell, (key for key in load() if key.startswith(prefix))).removeprefix(prefix)
    if found not in known:
        raise cell.wrong(wrong)
    return found


def _count(cell: Cell) -> int:
    figure = number(cell)
    if figure is None or figure < 1 or figure % 1:
        raise cell.wrong("no_rows")
    return int(figure)


def _named(cell: Cell) -> str:
    text = _text(cell)
    if not text:
        raise cell.wrong("blank")
    if begins_like_a_formula(text):
        raise cell.wrong("unsafe")
    return text


def _only_once(cell: Cell, text: str, seen: set[str], wrong: str) -> None:
    if text.casefold() in seen:
        raise cell.wrong(wrong)
    seen.add(text.casefold())


def _text(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value).strip()


def interface_rows(policy: Policy, lang: str) -> list[tuple[object, ...]]:
    """Return the rows of the sheet of interfaces."""
    return [
        (
            interface.target,
            interface.document,
            translate(f"kind.{interface.table}", lang),
            format_flag(interface.is_on, lang),
            translate(f"policy.way_{interface.way}", lang),
            Decimal(interface.most_rows),
        )
        for interface in policy.interfaces
    ]


def mapping_rows(policy: Policy, lang: str) -> list[tuple[object, ...]]:
    """Return the rows of the sheet of columns."""
    tables = {(interface.target, interface.document): interface.table for interface in policy.interfaces}
    return [
        (
            mapped.target,
            mapped.document,
            Decimal(mapped.position),
            mapped.heading,
            translate(word_key(tables[mapped.target, mapped.document], mapped.field), lang) if mapped.field else "",
            mapped.fixed,
            "|".join(f"{ours}={theirs}" for ours, theirs in mapped.translation.items()),
            format_flag(mapped.is_line, lang),
            format_flag(mapped.is_needed, lang),
        )
        for mapped in policy.mapping
    ]
