"""Every table that comes in, by its kind, in the order of `sources.csv`.

A new kind is a class in a module of this package, its row in `sources.csv`, its words and its example.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from schemas.incoming.sources import signs
from schemas.table import Source


def _tables() -> dict[str, type[Source]]:
    """Return the tables of the modules beside this one, in the order of `sources.csv`."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name != Path(__file__).name:
            import_module(f"{__package__}.{path.stem}")
    declared = {table.name: table for table in Source.__subclasses__()}
    listed = [sign.kind for sign in signs()]
    if odd := set(declared) ^ set(listed):
        raise ValueError(f"schemas/incoming: not both a class and a row of sources.csv: {', '.join(sorted(odd))}")
    return {kind: declared[kind] for kind in listed}


KINDS: dict[str, type[Source]] = _tables()
