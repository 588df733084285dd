"""`explain`, `rules`, `history` and `status`: looking."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.cli import console
from pipeline.cli.locale import now, spoken_language
from pipeline.core.phrases import describe_finding, describe_rule, format_limit, phrase
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.ledger import Ledger, Night, ReceivedFile, all_nights, list_received, near_numbers, open_ledger
from pipeline.night import inbox
from pipeline.night.explain import story
from pipeline.night.explain.describe import lines
from pipeline.night.memory import forgotten, is_missing
from pipeline.rules.policy_workbook import policy_of
from schemas.derived.finding import Finding
from schemas.language.words import translate
from schemas.policy.rules import Rule

NOT_FOUND = 2
NOT_COVERED = "CAL-001"
RULE_HEADS = ("rule", "code", "severity", "owner", "limit", "may_be_off", "text")
NIGHT_HEADS = ("as_of", "files", "read", "accepted", "held", "findings", "new", "mended", "withdrawn")


def explain(root: Path, lang: str, number: str, as_of: datetime | None, *, as_json: bool) -> int:
    """Print one order's or complaint's story; 2 and the numbers near it when nobody knows the number."""
    workspace = open_workspace(root, lang or None)
    with _looked_into(workspace) as ledger:
        found = story(workspace, ledger, policy_of(workspace), number, as_of or now(workspace))
        near = [] if found else near_numbers(ledger, number)
    if as_json:
        console.as_json(found.as_record() if found else {"near": near} if near else {})
    elif found:
        for line in lines(found, workspace.lang):
            console.line(line)
    else:
        console.line(phrase("say.unknown_no", workspace.lang, number=number))
        if near:
            numbers = translate("mark.list", workspace.lang).join(near)
            console.line(phrase("say.near_no", workspace.lang, numbers=numbers))
    return 0 if found else NOT_FOUND


@contextmanager
def _looked_into(workspace: Workspace) -> Iterator[Ledger]:
    """The workspace's ledger; before the first night an empty one in memory, so that looking leaves no file behind.

    Raises SettingsError for one that is gone: what it says of numbers and nights would be wrong.
    """
    is_blank = is_missing(workspace)
    if is_blank and (wrong := forgotten(workspace, ())):
        raise wrong
    with open_ledger("sqlite://" if is_blank else workspace.ledger_url) as ledger:
        yield ledger


def rules(root: Path, lang: str, *, every: bool, as_json: bool) -> None:
    """The rule table, with what this workspace's managers changed."""
    from schemas.policy.policy import shipped

    workspace = open_workspace(root, lang or None) if (root / "inbox").is_dir() else None
    lang = workspace.lang if workspace else lang or spoken_language()
    table = (policy_of(workspace) if workspace else shipped()).rules.values()
    rows = [
        {
            "rule": rule.id,
            "code": rule.code,
            "severity": translate(f"severity.{rule.severity}", lang),
            "owner": translate(f"dept.{rule.owner}", lang),
            "limit": _limit(rule, lang),
            "may_be_off": translate("policy.yes" if rule.may_be_off else "policy.no", lang),
            "text": describe_rule(rule, lang, format_limit(rule.limit)),
        }
        for rule in table
        if every or rule.is_live
    ]
    _shown(rows, RULE_HEADS, lang, as_json=as_json)


def _limit(rule: Rule, lang: str) -> str:
    unit = translate(f"paper.unit.{rule.unit}", lang).lower() if rule.unit else ""
    return f"{format_limit(rule.limit)} {unit}".strip() if rule.limit is not None else ""


def history(root: Path, lang: str, *, as_json: bool) -> None:
    """Every night, missed ones included."""
    workspace = open_workspace(root, lang or None)
    with _looked_into(workspace) as ledger:
        nights = all_nights(ledger)
        received_files = list_received(ledger)
    if as_json:
        console.as_json([{"as_of": n.as_of, **json.loads(n.summary)} for n in nights])
        return
    rows: list[dict[str, Any]] = []
    for n, night in enumerate(nights):
        rows.extend(_missed(nights[n - 1].as_of, night.as_of) if n else [])
        rows.append(_night(night, workspace.lang))
    _shown(rows, NIGHT_HEADS, workspace.lang, as_json=False)
    for received in received_files:
        console.line(_describe_file(received, workspace.lang))


def _night(night: Night, lang: str) -> dict[str, Any]:
    taken_back = f" {translate('explain.undone', lang)}" if night.is_withdrawn else ""
    summary = json.loads(night.summary)
    found, counted, files = summary.get("findings", {}), summary.get("rows", {}), summary.get("files", {})
    return {
        "as_of": f"{night.as_of:%Y-%m-%d %H:%M}{taken_back}",
        "files": sum(files.values()),
        "findings": found.get("all", ""),
        **{name: counted.get(name, "") for name in ("read", "accepted", "held")},
        **{name: found.get(name, "") for name in ("new", "mended", "withdrawn")},
    }


def _missed(before: datetime, after: datetime) -> list[dict[str, Any]]:
    gap = (after.date() - before.date()).days - 1
    return [dict.fromkeys(NIGHT_HEADS, "–") | {"as_of": f"– {gap} –"}] if gap > 0 else []


def _describe_file(received: ReceivedFile, lang: str) -> str:
    shown = translate(f"page.f_{_became(received)}", lang)
    return f"{received.sha256[:12]}  {shown}  {received.name}"


def _became(received: ReceivedFile) -> str:
    return "undone" if received.is_undone else received.state


def status(root: Path, lang: str, *, as_json: bool) -> None:
    """Every file of the inbox with its state and reason; looks, touches nothing."""
    workspace = open_workspace(root, lang or None)
    if not as_json:
        _ask_for_calendar(workspace)
    rows = [{"name": seen.name, "size": seen.size, "state": _state(seen)} for seen in inbox.survey(workspace.inbox)]
    if not rows and not as_json:
        console.line(translate("say.empty_inbox", workspace.lang))
        return
    if not as_json:
        rows = [row | {"state": translate(f"state.file.{row['state']}", workspace.lang)} for row in rows]
    _shown(rows, ("name", "size", "state"), workspace.lang, as_json=as_json)


def _ask_for_calendar(workspace: Workspace) -> None:
    """A month before the published days end, say so and what to do."""
    policy = policy_of(workspace)
    if policy.days.runs_out(now(workspace).date()):
        ends = Finding(NOT_COVERED, "calendar", "", params={"due": str(policy.days.last)})
        problem, remedy = describe_finding(ends, policy.rules[NOT_COVERED], workspace.lang)
        console.line(phrase("page.problem", workspace.lang, problem=problem, remedy=remedy))


def _state(seen: inbox.Seen) -> str:
    from pipeline.night.inbox.look import lock_owner
    from pipeline.reading.files.guard import inspect

    if seen.is_temporary:
        return "temp"
    if seen.is_shut:
        return "shut"
    if lock_owner(seen) is not None:
        return "open"
    try:
        return "broken" if inspect(seen.path).rule else "ready"
    except OSError:
        return "shut"


def _shown(rows: list[dict[str, Any]], heads: tuple[str, ...], lang: str, *, as_json: bool) -> None:
    if as_json:
        console.as_json(rows)
        return
    console.table([translate(f"col.{head}", lang) for head in heads], [[row[h] for h in heads] for row in rows])
