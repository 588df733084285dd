"""Currencies: money is kept with its own, and nothing is added or compared across them.

A row that comes in says its currency by its ISO code, and says nothing where it is the one of the books; tables that
are made from rows say it always.
"""

from __future__ import annotations

from typing import Final

HOME: Final = "CNY"
