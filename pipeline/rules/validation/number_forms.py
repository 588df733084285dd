"""Numbers held against the form that a company declared for them: completed where that is sure, else told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial

import numpy as np

from pipeline.core.numbers import join_list, split_list
from pipeline.core.text import cut_words, simplified
from pipeline.orders.known_numbers import AROUND, BETWEEN, MOST_IN_RANGE, SUFFIX, TAIL, UP_TO
from pipeline.rules.validation.kind_rows import KindRows, RowNote, once
from schemas.language import spellings
from schemas.policy.number_forms import DATES, DeclaredForm, is_serial
from schemas.table import Type

NORMALISED, SUFFIXED, OTHER_KIND = "ORD-030", "ORD-046", "ORD-047"
ID_LIST, ID_LETTERS, ID_PADDED = "CELL-038", "CELL-039", "CELL-040"
OTHER_FORM = {"orders": "ORD-029", "complaints": "CMP-015"}
OF_TYPE = {Type.ORDER_NO: "orders", Type.COMPLAINT_NO: "complaints", Type.ORDER_LIST: "orders"}
LETTERS = str.maketrans({"O": "0", "I": "1", "L": "1"})
LABELLED = re.compile(rf"(?:(?:{spellings.pattern('id.prefix')})\s*[:.#]?\s*)+(?=[A-Z]?\d)", re.IGNORECASE)
LOOSE, APART = r"[\s\-_~./]*", r"[-./]?"
CENTURY = "20"


@dataclass(frozen=True, slots=True)
class Completed:
    """A number as it counts, and the rule that tells of it; nothing to tell of one of the form."""

    number: str
    rule: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    is_several: bool = False


class Form:
    """How numbers of a declared form are known again however typed."""

    def __init__(self, form: DeclaredForm, others: tuple[DeclaredForm, ...]) -> None:
        """`others`: the forms of other kinds, for numbers that stand in the wrong column."""
        self.form, self.others = form, [Form(other, ()) for other in others]

    def completed(self, text: str) -> Completed:
        """Return what a number counts as."""
        if self.form.exact.fullmatch(text):
            return Completed(text)
        plain = text.upper()
        if not plain[:1].isdigit() and not self.loosely(plain):
            plain = cut_words(LABELLED, plain, 1)
        if found := self.loosely(plain):
            return found
        if any(other.form.exact.fullmatch(plain) or other.loosely(plain) for other in self.others):
            return Completed(text, OTHER_KIND)
        if several := self._listed(plain):
            return Completed(text, ID_LIST, {"suggestion": "; ".join(several)}, is_several=True)
        suffix = SUFFIX.fullmatch(simplified(plain))
        if suffix and self.form.exact.fullmatch(suffix["base"]):
            return Completed(suffix["base"], SUFFIXED, {"suffix": plain[len(suffix["base"]) :].strip("-_/ ()")})
        rule, likely = self._likely(plain)
        return Completed(text, rule, {"other": self.form.pattern} | ({"suggestion": likely} if likely else {}))

    def loosely(self, plain: str) -> Completed | None:
        """Read without doubt, if not as it should be written."""
        found = self._loose.fullmatch(plain)
        if not found:
            return None
        serial, joint, apart = found["serial"], found["joint"], found["apart"]
        least = self.form.digits
        is_cut = not joint and self._is_parted  # without its separator only a whole serial is one
        if not int(serial) or (is_cut and (len(serial) < least or (len(serial) > least and serial[0] == "0"))):
            return None
        written = self.form.exact.fullmatch(made := self._made(found))
        is_padded = bool(apart) or len(serial) != len(f"{int(serial):0{least}d}") or joint.isspace()
        return Completed(made, ID_PADDED if is_padded else NORMALISED) if written else None

    @cached_property
    def _is_parted(self) -> bool:
        return bool(self._before_serial) and not self._before_serial[-1].isalnum()

    @cached_property
    def _before_serial(self) -> str:
        tokens = self.form.tokens
        return next(tokens[at - 1] for at in range(1, len(tokens), 2) if is_serial(tokens[at]))

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        """The form with any separators, or none, and a serial of any length."""
        tokens, made = self.form.tokens, ""
        for at, part in enumerate(tokens):
            if at % 2 == 0:
                is_joint = at + 1 < len(tokens) and is_serial(tokens[at + 1])
                made += _loosened(part, is_joint=is_joint)
            elif is_serial(part):
                made += r"(?P<serial>\d{1,6})"
            else:
                made += f"({DATES[part]})"
                if at + 2 < len(tokens) and not tokens[at + 1] and not is_serial(tokens[at + 2]):
                    made += "(?P<apart>" + APART + ")" if "<apart>" not in made else APART
        joint = "" if "<joint>" in made else "(?P<joint>)"
        return re.compile(made + joint + ("" if "<apart>" in made else "(?P<apart>)"))

    def _made(self, found: re.Match[str]) -> str:
        groups = set(found.re.groupindex.values())
        dates = iter([text for at, text in enumerate(found.groups(), 1) if at not in groups])
        serial = f"{int(found['serial']):0{self.form.digits}d}"
        return "".join(
            part if at % 2 == 0 else serial if is_serial(part) else next(dates)
            for at, part in enumerate(self.form.tokens)
        )

    def _listed(self, plain: str) -> list[str]:
        """Several numbers in one cell, with those that are named by their ends only."""
        made: list[str] = []
        for piece in BETWEEN.split(AROUND.sub(r"\1", plain)):
            ends: list[str] = []
            for end in UP_TO.split(piece):
                ends.append(self._whole(end, [*made, *ends][-1] if made or ends else ""))
            if not all(ends):
                return []
            made += ends if len(ends) == 1 else self._between(ends[0], ends[-1])
        return made if len(made) > 1 else []

    def _whole(self, piece: str, before: str) -> str:
        if self.form.exact.fullmatch(piece):
            return piece
        is_end = TAIL.fullmatch(piece) and before and before[-len(piece) :].isdigit()
        return before[: -len(piece)] + piece if is_end else ""

    def _between(self, first: str, last: str) -> list[str]:
        digits = len(first) - len(first.rstrip("0123456789")) or 1
        low, high = int(first[-digits:] or 0), int(last[-digits:] or 0)
        serials = range(low, high + 1) if high - low < MOST_IN_RANGE else ()
        return [f"{first[:-digits]}{serial:0{digits}d}" for serial in serials]

    def _likely(self, plain: str) -> tuple[str, str]:
        """The rule of a number of another form, and what it may have been meant to be."""
        rule = OTHER_FORM[self.form.kind]
        if (guess := plain.translate(LETTERS)) != plain and (found := self.loosely(guess)):
            return ID_LETTERS, found.number
        if "YYYY" in self.form.tokens and (found := self.loosely(CENTURY + plain)):
            return rule, found.number
        if short := re.fullmatch(r"((?:19|20)\d{2})(\d)(\D.*)", plain):
            found = self.loosely(f"{short[1]}0{short[2]}{short[3]}")
            return rule, found.number if found else ""
        inside = [at[0] for at in self.form.exact.finditer(plain) if not plain[at.end() : at.end() + 1].isdigit()]
        return rule, inside[0] if len(inside) == 1 else ""


def check(gathered: KindRows) -> None:
    """Complete and tell of the numbers of a kind whose form is declared; a number of another form counts as written."""
    for column in gathered.table.columns:
        kind = OF_TYPE.get(column.spec.type, "")
        declared = gathered.forms.get(kind)
        if declared is None or not declared.pattern or column not in gathered.frame.columns:
            continue
        others = tuple(form for form in gathered.forms.values() if form.kind != kind and form.pattern)
        completed = cache(Form(declared, others).completed)
        if column.spec.type is Type.ORDER_LIST:
            completed = cache(partial(_list_completed, one=completed))
        _complete(gathered, column, completed)


def _complete(gathered: KindRows, column: str, completed: Callable[[str], Completed]) -> None:
    written = gathered.frame[column]
    made = {text: completed(text) for text in written.dropna().unique()}
    told = {text: found for text, found in made.items() if found.rule}
    if not told:
        return
    holds = gathered.table.spec(column).holds
    for row in once(gathered, column, np.flatnonzero(written.isin(told))):
        text = str(written.iat[row])
        found = told[text]
        params = {"value": text, **found.params}
        gathered.add(RowNote(row, found.rule, column, text, params, is_holding=found.is_several and holds))
    several = [text for text, found in told.items() if found.is_several and holds]
    lost = written.isin(several)
    gathered.held |= lost.to_numpy(dtype=bool)
    gathered.unknown |= {(int(row), column) for row in np.flatnonzero(lost)}
    other = {text: found.number for text, found in told.items() if found.number != text}
    gathered.patch(column, written.replace(other).astype("str").mask(lost))


def _list_completed(text: str, one: Callable[[str], Completed]) -> Completed:
    """A list counts with each of its numbers completed; those of another form are sought as they stand."""
    pieces = [(one(number), fen) for number, fen in split_list(text)]
    sure = [found for found, _ in pieces if found.rule in (NORMALISED, ID_PADDED, SUFFIXED)]
    if not sure:
        return Completed(text)
    return Completed(join_list([(found.number, fen) for found, fen in pieces]), sure[0].rule, sure[0].params)


def _loosened(literal: str, *, is_joint: bool) -> str:
    """A literal with its separators loose; the last ones before the serial are looked at."""
    bare = literal.rstrip("-_~./ ") if is_joint else literal
    made = "".join(re.escape(sign.upper()) if sign.isalnum() else LOOSE for sign in bare)
    if not is_joint:
        return made
    return f"{made}(?P<joint>{LOOSE if bare != literal else ''})"
