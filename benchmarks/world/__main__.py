"""Rewrite the rows that the product ships: ``python -m benchmarks.world``; or make others in a folder of your own."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from benchmarks.world.nights import ORDERS, SEED, make
from pipeline import demo
from pipeline.demo.nights import SHIPPED


def main() -> None:
    """Without a folder the shipped rows; with one, its rows and the workbooks of both nights."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, help="a new folder (default: what the product ships)")
    asked.add_argument("--orders", type=int, default=ORDERS)
    asked.add_argument("--seed", type=int, default=SEED)
    chosen = asked.parse_args()
    if chosen.folder is None:
        for night in demo.AS_OF:
            shutil.rmtree(SHIPPED / f"night{night}", ignore_errors=True)
        make(SHIPPED)
        return
    make(chosen.folder / "rows", orders=chosen.orders, seed=chosen.seed)
    for night in demo.AS_OF:
        demo.make(chosen.folder / f"night{night}", night=night, source=chosen.folder / "rows")


if __name__ == "__main__":
    main()
