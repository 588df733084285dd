"""Memory handed back between the stages of a large night."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Return what was freed to the system. glibc keeps the pieces of many small texts unless asked."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)
