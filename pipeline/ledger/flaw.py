"""A finding as stored beside the row or file it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.derived.finding import Finding, Place


def packed(finding: Finding) -> dict[str, Any]:
    """JSON form; blanks left out."""
    place = finding.place
    whole = {name: getattr(finding, name) for name in Finding.__dataclass_fields__ if name not in ("place", "params")}
    whole["params"] = dict(finding.params)
    whole["place"] = [place.file, place.sheet, place.row, place.letter]
    return {name: value for name, value in whole.items() if value}


def unpacked(packed_form: Mapping[str, Any]) -> Finding:
    """The inverse of `packed`."""
    values = dict(packed_form)
    place = Place(*values.pop("place", ("", "", 0, "")))
    return Finding(place=place, **values)
