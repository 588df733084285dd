"""Shape: what every column of a kind must hold, as pandera models.

One model per kind, built from the declarations in `schemas`, asked once a night over
all rows of the kind. Never coerces: cells were typed one by one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from pipeline.core.frames import dtype
from schemas.table import PROVENANCE

if TYPE_CHECKING:
    from schemas.table import Column, Source


@cache
def model(table: type[Source]) -> pa.DataFrameSchema:
    """The pandera model of a kind; the name of a check is the id of its rule."""
    own = [column for column in table.columns if column not in PROVENANCE]
    return pa.DataFrameSchema(
        {str(column): _column(column) for column in own},
        name=table.name,
        strict=False,
        coerce=False,
    )


def _column(column: Column) -> pa.Column:
    spec = column.spec
    checks = []
    if spec.blank:
        checks.append(pa.Check(pd.Series.notna, error=spec.blank, ignore_na=False))
    if spec.least is not None:
        checks.append(pa.Check.ge(spec.least, error=spec.bound))
    return pa.Column(dtype(spec.type), checks=checks, nullable=True)


def broken(table: type[Source], rows: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    """(column, rule id, positions of the rows that break it), worst effort first.

    Raises TypeError when a column is not of its declared dtype: that is a bug of
    ours, not of the row.
    """
    try:
        model(table).validate(rows, lazy=True)  # type: ignore[arg-type]  # mypy asks a class for the hash of its instances
    except SchemaErrors as found:
        for error in found.schema_errors:
            if not isinstance(error.check_output, pd.Series):
                raise TypeError(f"{table.name}: {error}") from found
            positions = np.flatnonzero(~error.check_output.to_numpy(dtype=bool))
            yield str(error.schema.name), str(error.check.error), positions
