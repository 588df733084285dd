"""`make bench`: the night, a plain script and the bare parts over one inbox, in one run."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import inbox

AS_OF = "2026-06-02T02:00"
WORK = Path(__file__).parent / "work"


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds of a command with its children, and its largest process."""

    cpu: float
    wall: float
    peak: float  # MiB

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.cpu - other.cpu, self.wall - other.wall, self.peak)


def cost(*command: str) -> Cost:
    """Run a command in its own process group and measure it. Raises when it fails."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        ended = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        (WORK / "cost.txt").write_text(
            f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {ended.returncode}", encoding="ascii"
        )
        os._exit(0)
    os.waitpid(child, 0)
    cpu, peak, code = (WORK / "cost.txt").read_text(encoding="ascii").split()
    if code not in ("0", "10"):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return Cost(float(cpu), time.monotonic() - began, float(peak))


def main() -> None:
    """Print CPU, wall and peak memory, and the ratios that are promised."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--books", type=int, default=20)
    ask.add_argument("--orders", type=int, default=5000)
    asked = ask.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    workspace, source = WORK / "workspace", WORK / "source"
    inbox.make(source, books=asked.books, orders=asked.orders)
    subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "init", str(workspace)], check=True, stdout=subprocess.DEVNULL
    )
    settings = workspace / "nightdesk.toml"
    quick = settings.read_text(encoding="utf-8").replace("settle_seconds = 20", "settle_seconds = 0")
    settings.write_text(quick, encoding="utf-8")
    shutil.copytree(source, workspace / "inbox", dirs_exist_ok=True)
    python = sys.executable
    night = cost(python, "-m", "pipeline.cli", "run", "--as-of", AS_OF, "--workspace", str(workspace))
    script = cost(python, "-m", "benchmarks.script", str(source), str(WORK / "script"), AS_OF)
    read = cost(python, "-m", "benchmarks.bare", "read", str(source))
    outputs = str(next((workspace / "outbox").glob("2*")))
    load = cost(python, "-m", "benchmarks.bare", "load", outputs)
    write = cost(python, "-m", "benchmarks.bare", "write", outputs, str(WORK / "bare")) - load
    show(night, script, read, write)
    start(python)


def show(night: Cost, script: Cost, read: Cost, write: Cost) -> None:
    """The figures, and the ratios against the goals."""
    for name, spent in {"night": night, "script": script, "bare read": read, "bare write": write}.items():
        print(f"{name:12} CPU {spent.cpu:7.1f} s   wall {spent.wall:7.1f} s   peak {spent.peak:7.0f} MiB")
    print(f"night / script CPU      {night.cpu / script.cpu:5.2f}   (goal 0.50)")
    print(f"night / bare parts CPU  {night.cpu / (read.cpu + write.cpu):5.2f}   (goal 2.00)")
    print(f"largest process         {night.peak:5.0f} MiB (goal 1536)")


def start(python: str) -> None:
    """How long a person waits for `--help`, against importing pandas."""
    helps = min(cost(python, "-m", "pipeline.cli", "--help").cpu for _ in range(5))
    imports = min(cost(python, "-c", "import pandas").cpu for _ in range(5))
    print(f"--help / import pandas  {helps / imports:5.2f}   (goal 0.33)")


if __name__ == "__main__":
    main()
