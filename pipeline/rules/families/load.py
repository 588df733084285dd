"""Every module that holds predicates, so that importing one name loads all."""

from __future__ import annotations

from importlib import import_module

FAMILIES = (
    "orders",
    "intake",
    "customers",
    "credit",
    "confirmations",
    "across",
    "snapshots",
    "prices",
    "missing_lists",
    "tracking",
    "quality",
    "holds",
    "shipping",
    "invoices",
    "receivables",
    "complaints",
)


def load_families() -> None:
    """Import every family; joining predicates to their rules happens on import."""
    for family in FAMILIES:
        import_module(f"pipeline.rules.families.{family}")
