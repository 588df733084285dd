"""Names of our records in other systems: external ids that stay the same for ever, and are never two records' own."""

from __future__ import annotations

import hashlib
import re

MODULE = "nightdesk"
PLAIN = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
HASHED = 10


def external(kind: str, key: str) -> str:
    """``nightdesk.order_202405_001``; what a name cannot hold is told apart by a hash."""
    bare = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_")
    tail = bare if PLAIN.fullmatch(key) else f"{bare}_{hashed(key)}".lstrip("_")
    return f"{MODULE}.{kind}_{tail}"


def hashed(text: str) -> str:
    """A short name of any text."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASHED]
