"""Runs each book's first night in a workspace of its own and says how much was read rightly.

usage: python -m benchmarks.shapes [--list] [--only NAME ...] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from benchmarks.shapes import (
    complaints,
    foreign,
    foreign_more,
    foreign_trades,
    mixed,
    orders,
    orders_more,
    receipts,
    trades_abroad,
    trades_money,
    trades_orders,
    trades_service,
    trades_workbooks,
)
from benchmarks.shapes.judge import Result, judge
from benchmarks.shapes.model import Book, build

TRADES = (trades_orders, trades_abroad, trades_money, trades_service, trades_workbooks)
FAMILIES = (orders, orders_more, receipts, complaints, mixed, *TRADES, foreign, foreign_more, foreign_trades)
AS_OF = "2026-06-30T02:00"
COMMAND = (sys.executable, "-m", "pipeline.cli")


def books() -> Iterator[Book]:
    """Go through every book of every family."""
    for family in FAMILIES:
        yield from family.BOOKS


def workspace(folder: Path) -> Path:
    """Make a fresh workspace that takes files in at once."""
    home = folder / "ws"
    subprocess.run([*COMMAND, "init", str(home)], check=True, capture_output=True)
    settings = home / "nightdesk.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("settle_seconds = 20", "settle_seconds = 0"), encoding="utf-8")
    return home


def night(book: Book) -> dict[str, Any]:
    """Run one book's first night and return what it says of itself."""
    with tempfile.TemporaryDirectory(prefix="shapes-") as folder:
        home = workspace(Path(folder))
        build(book, home / "inbox")
        ran = subprocess.run(
            [*COMMAND, "run", "-w", str(home), "--as-of", AS_OF, "--json"], check=False, capture_output=True
        )
        if ran.returncode not in {0, 10}:
            return {"sources": [], "findings": {"all": 0}, "failed": f"exit {ran.returncode}"}
        told: dict[str, Any] = json.loads(ran.stdout)
        told["causes"] = causes(Path(told["folder"]))
        return told


def causes(folder: Path) -> list[str]:
    """Return why lines or files were not taken, each cause once, as the list of findings words it."""
    listed = CalamineWorkbook.from_path(folder / "02_异常清单.xlsx")
    if "异常" not in listed.sheet_names:
        return []
    grid = listed.get_sheet_by_name("异常").to_python()
    head = next((row for row in grid if "规则" in row), [])
    rows = [dict(zip(head, row, strict=False)) for row in grid if head and row != head]
    kept = [r for r in rows if r["级别"] in {"退回", "暂停"}]
    return list(dict.fromkeys(f"{str(r['规则']).split()[0]} {r['列名']}: {r['问题']}" for r in kept))


def go(book: Book) -> Result:
    """Run one book and judge it."""
    return judge(book, night(book))


def share(part: int, whole: int) -> str:
    """Say a part of a whole as a count and a share."""
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "0 of 0"


def tell(results: list[Result]) -> None:
    """Print a line a book, then the shares."""
    for result in results:
        print(f"{'ok ' if result.right else 'NOT'} {result.name:<22} {result.came}")
        for wrong in [*result.wrongs, *(result.causes[:4] if result.wrongs else [])]:
            print(f"      {wrong}")
    shares(results)


def shares(results: list[Result]) -> None:
    """Print what part of the books was read rightly, and what was read that should not be."""
    ours, others = [r for r in results if not r.foreign], [r for r in results if r.foreign]
    lines, read = sum(r.lines for r in ours), sum(r.read for r in ours)
    print()
    print(f"books read rightly on the first night: {share(sum(r.right for r in ours), len(ours))}")
    yuan = [r for r in ours if not r.foreign_money]
    print(f"of those kept in yuan only:            {share(sum(r.right for r in yuan), len(yuan))}")
    print(f"lines accepted of lines there are:     {share(sum(r.accepted for r in ours), lines)}")
    print(f"lines invented:                        {sum(r.invented for r in results)}")
    print(f"foreign tables taken for a kind:       {share(sum(not r.right for r in others), len(others))}")
    print(f"foreign tables refused as a kind:      {share(sum(r.asked for r in others), len(others))}")
    print(f"findings per 100 rows of our books:    {100 * sum(r.findings for r in ours) / max(read, 1):.0f}")


def main() -> None:
    """Run all books, or those named, and print what came out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shapes", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the books and end")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="books whose name holds this")
    parser.add_argument("--json", type=Path, help="write what came out to this file too")
    asked = parser.parse_args()
    chosen = [b for b in books() if not asked.only or any(word in b.name for word in asked.only)]
    if asked.list:
        for book in chosen:
            kinds = " ".join(sorted({truth.kind for sheet in book.sheets for truth in sheet.truths}))
            print(f"{book.name:<22} {kinds:<20} {book.style}")
        return
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(go, chosen))
    tell(results)
    if asked.json:
        asked.json.write_text(json.dumps([vars(r) for r in results], ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
