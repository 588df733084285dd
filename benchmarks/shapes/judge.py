"""Compares what a night says it read with what is true of a book."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from benchmarks.shapes.model import Book, Sheet

MAIN_MONEY = {"orders": "amount", "receipts": "amount", "invoices": "gross", "opening": "open", "complaints": "claim"}
NOT_A_KIND = frozenset({"FILE-012", "FILE-018"})  # nothing in the file looks like a kind


@dataclass
class Result:
    """What came out of one book, and what of it is wrong."""

    name: str
    foreign: bool
    lines: int
    accepted: int = 0
    invented: int = 0
    read: int = 0
    findings: int = 0
    came: str = ""
    foreign_money: bool = False
    asked: bool = False  # refused, but as a kind that lacks something
    causes: list[str] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether nothing was wrong."""
        return not self.wrongs


def parts(told: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Group what was read by the sheet it stood on."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for source in told["sources"]:
        for part in source["sheets"]:
            found[part["sheet"]].append(part)
    return found


def amounts(part: dict[str, Any]) -> Counter[str]:
    """Return a part's main money by currency; a total of another than yuan has its code behind its name."""
    name = f"{MAIN_MONEY.get(part['kind'], '')}_fen"
    named = {key.partition(" ")[2] or "CNY": fen for key, fen in part["totals"].items() if key.split(" ")[0] == name}
    return Counter({code: fen for code, fen in named.items() if fen})


def compare(sheet: Sheet, found: list[dict[str, Any]], result: Result) -> None:
    """Compare each kind true of a sheet with what was read there."""
    for truth in sheet.truths:
        mine = [p for p in found if p["kind"] == truth.kind]
        accepted = sum(p["accepted"] for p in mine)
        result.accepted += min(accepted, truth.lines)
        result.invented += max(accepted - truth.lines, 0)
        if truth.kind != "none" and accepted != truth.lines:
            held = sum(p["held"] for p in mine)
            result.wrongs.append(f"{sheet.name}: {truth.kind} {accepted} accepted, {held} held, true {truth.lines}")
        came = sum((amounts(p) for p in mine), Counter[str]())
        if truth.money and mine and dict(came) != truth.money:
            result.wrongs.append(f"{sheet.name}: {truth.kind} sums {dict(came)} fen, true {truth.money}")
    kinds = {truth.kind for truth in sheet.truths}
    for part in found:
        if part["kind"] not in kinds and part["accepted"] + part["held"]:
            result.invented += part["accepted"]
            took = f"{part['accepted']} accepted, {part['held']} held"
            result.wrongs.append(f"{sheet.name}: taken for {part['kind']} ({took}), true {'+'.join(sorted(kinds))}")


def judge(book: Book, told: dict[str, Any]) -> Result:
    """Judge one book's first night."""
    truths = [truth for sheet in book.sheets for truth in sheet.truths]
    result = Result(book.name, all(t.kind == "none" for t in truths), sum(t.lines for t in truths))
    found = parts(told)
    whole = [p for part in found.values() for p in part]
    result.read = sum(p["read"] for p in whole)
    result.findings = told["findings"]["all"]
    names = [f"{p['sheet']}={p['kind'] or '-'} {p['accepted']}/{p['read']}" for p in whole]
    refused = [f"{s['state']} {s['reason']}".strip() for s in told["sources"] if s["state"] != "read"]
    result.came = "; ".join([*names, *refused, *([told["failed"]] if "failed" in told else [])])
    result.foreign_money = any(set(truth.money) - {"CNY"} for truth in truths)
    result.asked = any(s["state"] == "refused" and s["reason"] not in NOT_A_KIND for s in told["sources"])
    result.causes = told.get("causes", [])
    if "failed" in told:
        result.wrongs.append(told["failed"])
    for sheet in book.sheets:
        here = whole if book.suffix != ".xlsx" else found.get(sheet.name, [])
        compare(sheet, here, result)
    return result
