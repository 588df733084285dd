"""Where things lie: the project, its golden texts, and what lies beside the project where it is developed."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
HANDBOOK = SHARED / "design" / "domain.md"
