"""Rewrite the rows that the product ships: ``python -m benchmarks.world``; or make others in a folder of your own."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.world.nights import ORDERS, SEED, make
from pipeline import demo
from pipeline.demo.nights import SHIPPED


def main() -> None:
    """Make the shipped rows; with a folder, other rows in it and the workbooks of both nights."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, help="a new folder (default: what the product ships)")
    asked.add_argument("--orders", type=int, default=ORDERS)
    asked.add_argument("--seed", type=int, default=SEED)
    chosen = asked.parse_args()
    if chosen.folder is None:
        if (chosen.orders, chosen.seed) != (ORDERS, SEED):
            asked.error("other orders or another seed need a folder of their own")
        rewrite_shipped()
        return
    make(chosen.folder / "rows", orders=chosen.orders, seed=chosen.seed)
    for night in demo.AS_OF:
        demo.make(chosen.folder / f"night{night}", night=night, source=chosen.folder / "rows")


def rewrite_shipped() -> None:
    """Put new rows in the place of those the product ships, and only once all of them are made."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "rows"
        make(made)
        for night in demo.AS_OF:
            shutil.rmtree(SHIPPED / f"night{night}", ignore_errors=True)
        shutil.copytree(made, SHIPPED, dirs_exist_ok=True)


if __name__ == "__main__":
    main()
