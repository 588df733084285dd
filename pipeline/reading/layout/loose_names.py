"""Headings of one known name with something beside it: another language, a unit, whom it means.

``Order No. 訂單編號``, ``数量pcs``, ``客户（医院）``: read by the name only where no other column is called just that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.reading.layout.heading_names import UNITS, aliases, all_names, fold_heading
from schemas.incoming.kinds import KINDS
from schemas.table import Type

HAN = "\u4e00-\u9fff"
IN_BOTH = re.compile(rf"(?P<foreign>[^{HAN}]*[a-z][^{HAN}]*)(?P<han>[{HAN}][^a-z]*)")
BOTH_TURNED = re.compile(rf"(?P<han>[{HAN}][^a-z]*)(?P<foreign>[a-z][^{HAN}]*)")
WITH_UNIT = re.compile(rf"(?P<bare>.*[{HAN}])(?P<unit>[a-z]+[23\u00b2\u00b3]?|\u33a1)")
WITH_ASIDE = re.compile(r"(?P<bare>[^()]+)\([^()]+\)")
WORDS = (Type.NAME, Type.TEXT)  # what a bracket says of whom or what is meant changes no sum, no day and no number


def with_loose_names(written: Mapping[int, str], names: Mapping[int, str]) -> dict[int, str]:
    """Return position → name of a row's headings, also of those that have a known name and something beside it.

    Two such headings of one name stay unknown, and so does one beside a column that is called just that.
    """
    loose = {at: found for at, text in written.items() if not names[at] and (found := loose_name(text))}
    taken = [*names.values(), *loose.values()]
    return {at: loose[at] if at in loose and taken.count(loose[at]) == 1 else name for at, name in names.items()}


def loose_name(heading: str) -> str:
    """Return the known name that a heading has in it; empty where it has none, or where more may be meant."""
    name = fold_heading(heading)
    for shape in (IN_BOTH, BOTH_TURNED):
        if (found := shape.fullmatch(name)) and _is_one_field(found["han"], found["foreign"]):
            return found["han"]
    if (found := WITH_UNIT.fullmatch(name)) and found["unit"] in UNITS and found["bare"] in all_names():
        return found["bare"]
    if (found := WITH_ASIDE.fullmatch(name)) and _is_of_words(found["bare"]):
        return found["bare"]
    return ""


def _is_one_field(one: str, other: str) -> bool:
    """Both are known, and name one field wherever they name any."""
    both = [(known.get(one), known.get(other)) for known in map(aliases, KINDS)]
    shared = [(left, right) for left, right in both if left and right]
    return bool(shared) and all(left == right for left, right in shared)


def _is_of_words(name: str) -> bool:
    fields = [(kind, known[name]) for kind in KINDS if name in (known := aliases(kind))]
    return bool(fields) and all(KINDS[kind].spec(field).type in WORDS for kind, field in fields)
