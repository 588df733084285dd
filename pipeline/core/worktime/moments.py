"""Whatever a caller has (a date, a column, a missing value) as whole numbers, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Moments = NDArray[np.datetime64]
DAY = 86_400
NAT = np.iinfo(np.int64).min  # how numpy stores a missing date


def as_days(values: Any) -> Moments:
    """Return the day of each value, datetime64[D]; None, NaN and pandas' missing values become NaT.

    Raises TypeError for what is no date, and for zoned moments: they would silently become UTC days.
    """
    return _as_datetimes(values).astype("datetime64[D]")


def as_moments(values: Any) -> Moments:
    """Return the moment of each value, datetime64[s] (fractions cut off); missing and raised as in `as_days`."""
    return _as_datetimes(values).astype("datetime64[s]")


def as_counts(values: Any) -> Floats:
    """Return amounts as float64, missing as NaN; takes pandas' nullable columns too."""
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy(dtype="float64", na_value=np.nan))
    return np.asarray(values, dtype="float64")


def to_ints(moments: Moments) -> tuple[Ints, Bools | None]:
    """Return numbers since 1970 and where they are missing (None: nowhere); the missing ones read 0."""
    missing = np.isnat(moments)
    numbers = moments.view("int64")
    return (np.where(missing, 0, numbers), missing) if missing.any() else (numbers, None)


def from_ints(numbers: Ints, unit: str, missing: Bools | None = None) -> Moments:
    """Undo `to_ints`; unit "D" or "s"."""
    known = numbers if missing is None else np.where(missing, NAT, numbers)
    return np.asarray(known).view(f"datetime64[{unit}]")


def either(one: Bools | None, other: Bools | None) -> Bools | None:
    """Return where values are missing here or there."""
    if one is None or other is None:
        return other if one is None else one
    return one | other


def fold(values: Ints, low: int, high: int, period: int) -> tuple[Ints, Ints | int]:
    """Bring values into [low, high) by whole periods, and say by how many.

    A table that is periodic at both ends answers for every number this way, without ever growing.
    """
    if not values.size or (values.min() >= low and values.max() < high):
        return values, 0
    over = np.maximum(0, -((high - 1 - values) // period))
    under = np.maximum(0, -((values - low) // period))
    return values - (over - under) * period, over - under


def _as_datetimes(values: Any) -> Moments:
    found = values if isinstance(values, np.ndarray) else np.asarray(values)
    if found.dtype.kind == "f" and np.isnan(found).all():
        return np.full(found.shape, np.datetime64("NaT", "s"))
    if found.dtype.kind == "O":
        kept = [_dated(value) for value in found.ravel()]
        return np.array(kept, dtype="datetime64[us]").reshape(found.shape)
    if found.dtype.kind != "M":
        raise TypeError(f"expected dates, got {found.dtype}")
    return found


def _dated(value: Any) -> Any:
    if value is None or type(value).__name__ in {"NaTType", "NAType"} or value != value:  # noqa: PLR0124 - NaN
        return None
    if getattr(value, "tzinfo", None) is not None:
        raise TypeError(f"expected naive local time, got {value!r}")
    if not isinstance(value, (date, np.datetime64)):
        raise TypeError(f"expected a date, got {value!r}")
    return value
