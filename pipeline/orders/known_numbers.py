"""The numbers that are known tonight, and which of them a text means.

As written but for case and width; by another number that names the record (its contract, its invoice); as the only one
that differs by lost zeros, separators or a suffix; as several in a row; and as whole words of free text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from pipeline.core.text import fold_number, simplified
from schemas.language import spellings

EXACT, NAMED, LISTED, NEAR, SEVERAL, UNKNOWN = "exact", "named", "listed", "near", "several", ""
OPENED, CLOSED = "\uff08", "\uff09"  # never in a number: those are stored in half width
UNSURE = "?"  # whose it is
MOST_IN_RANGE = 20  # a longer range is likelier a typing error than one payment
SHORTEST_FIGURE = 6  # digits of one that counts in free text without a word before it
PARTING = ("\u3001", ",", ";", "\uff0c", "\uff1b")
WEAK = "|".join(sorted((re.escape(mark) for mark in spellings.group("id.list") if mark not in PARTING), key=len)[::-1])
RANGE = spellings.pattern("id.range")
AROUND = re.compile(rf"\s*({WEAK}|{RANGE})\s*")
BETWEEN = re.compile(rf"{WEAK}|\s+")
UP_TO = re.compile(RANGE)
RUN = re.compile(r"\d+|[^\W\d_]+")
FIGURES = re.compile(r"\d+")
SPACING = re.compile(r"[\W_]+")
TAIL = re.compile(r"\d{1,4}")
LAST_RUN = re.compile(r"(.*?)(\d+)")
WORDS = spellings.pattern("id.suffix")
SUFFIX = re.compile(
    r"(?P<base>.*[^\W_)]|.*\))"
    r"(?:[-_]\(?\d{1,2}\)?|\(\d{1,2}\)|(?<=\d)[-_/ ]?\(?[a-z]\)?|"
    rf"[-_/ ]?\(?(?:{WORDS})\d{{0,2}}\)?)",
    re.IGNORECASE,
)
UNPARTED = re.compile(r"[0-9a-z]{8,}")  # a number that may be known again without its separators
ASCII_RUN = re.compile(r"[0-9a-z]+")
LABEL = re.compile(rf"(?:{spellings.pattern('id.prefix')})[:#.\s]*$", re.IGNORECASE)
GLUED = "[0-9a-z]"
UNIT = re.compile(rf"[,.]\d|\s?(?:{spellings.pattern('scale', 'money.scale', 'money.currency')})", re.IGNORECASE)
CONTINUED = re.compile(rf"\s*(?:[,;\u3001]|{WEAK})\s*(\d{{2,4}})(?![\d.,:=-])")
RUNNING = re.compile(rf"\s*(?:{RANGE})\s*([0-9a-z][-0-9a-z]*)(?![\d.])")
AS_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Meant:
    """The numbers a text means, and how that is known; those of `SEVERAL` are candidates, to be asked about."""

    numbers: tuple[str, ...] = ()
    how: str = UNKNOWN


class KnownNumbers:
    """Numbers with the keys of the customers they belong to. `also`: other numbers, folded, that name them.

    `former`: those of the latter by which their records went before, until their number was corrected.
    """

    def __init__(
        self,
        owners: Mapping[str, str],
        also: Mapping[str, tuple[str, ...]] | None = None,
        former: AbstractSet[str] = frozenset(),
    ) -> None:
        self.owners, self.also, self.former = owners, also or {}, former
        self._exact: dict[str, tuple[str, ...]] = {}
        for shown in owners:
            for text in filter(None, dict.fromkeys((fold_number(shown), fold_number(as_written(shown))))):
                self._exact[text] = (*self._exact.get(text, ()), shown)

    @cached_property
    def plain(self) -> frozenset[str]:
        """Return the numbers that mean one record as they stand."""
        return frozenset(numbers[0] for text, numbers in self._exact.items() if len(numbers) == 1)

    def means(self, text: str, customer: str = "") -> Meant:
        """Return what one number in a cell of its own means."""
        found = self.named(text, customer)
        if found.how:
            return found
        if parts := self.parts(text):
            return Meant(parts, LISTED)
        near = self._of(self._near(fold_number(text)), customer)
        return Meant(near, NEAR if len(near) == 1 else SEVERAL) if near else Meant()

    def named(self, text: str, customer: str = "") -> Meant:
        """Return what a number means that is known as it is written, or names others."""
        asked = fold_number(text)
        if own := self._exact.get(asked):
            mine = self._of(own, customer) if len(own) > 1 else own
            return Meant(mine, EXACT) if len(mine) == 1 else Meant(own, SEVERAL)
        numbers = self.also.get(asked, ())
        how = NAMED if asked not in self.former else NEAR if len(numbers) == 1 else SEVERAL
        return Meant(numbers, how) if numbers else Meant()

    def parts(self, text: str, before: str = "") -> tuple[str, ...]:
        """Return the numbers that a text is a list of, when each of them is known; nothing for a single one.

        Ends that stand for a whole number go by the one before them: 202603-001/003, 202603-001~003.
        """
        plain = text.strip()
        also = simplified(plain)  # the word between two numbers
        parted = [
            plain.split(),
            *(BETWEEN.split(AROUND.sub(r"\1", each)) for each in dict.fromkeys((plain, also))),
        ]  # a slash may be of a number
        return next(filter(None, (self._all_of(pieces, before) for pieces in parted)), ())

    def _all_of(self, pieces: Sequence[str], before: str) -> tuple[str, ...]:
        if len(pieces) == 1 and not before and not UP_TO.search(pieces[0]):
            return ()
        made: list[str] = []
        for piece in pieces:
            first, *last = UP_TO.split(piece)
            found = self._range(first, last[0], before) if len(last) == 1 else self._one(piece, before)
            if not found:
                return ()
            made += found
            before = found[-1]
        return tuple(dict.fromkeys(made))

    def inside(self, text: str, customer: str = "") -> tuple[str, ...]:
        """Return the numbers that stand as whole words in free text, in their order, each once.

        Follows lists and ranges that name only the ends. Never a short figure, an amount or a day.
        """
        plain = fold_number(text)
        said = simplified(plain)  # the words around numbers
        found: dict[str, None] = {}
        for start, end in self._spans(plain):
            meant = self.named(plain[start:end], customer)
            numbers = meant.numbers or tuple(self._by_signs[plain[start:end]])
            if meant.how == SEVERAL or not self._is_worth(said, start, end):
                continue
            found.update(dict.fromkeys(numbers))
            if len(numbers) == 1:
                found.update(dict.fromkeys(self._following(said, end, numbers[0])))
        return tuple(found)

    def is_explained(self, text: str, numbers: Iterable[str]) -> bool:
        """Return whether no figure stands in a text beside these numbers."""
        rest = fold_number(text)
        for number in sorted({fold_number(as_written(n)) for n in numbers}, key=len, reverse=True):
            rest = rest.replace(number, " ").replace(SPACING.sub("", number), " ")
        return not any(sign.isdigit() for sign in rest)

    def _one(self, piece: str, before: str) -> tuple[str, ...]:
        found = self._exact.get(fold_number(piece), ())
        if not found and before and TAIL.fullmatch(piece) and before[-len(piece) :].isdigit():
            found = self._exact.get(fold_number(before[: -len(piece)] + piece), ())
        return found if len(found) == 1 else ()

    def _range(self, first: str, last: str, before: str) -> tuple[str, ...]:
        start = self._one(first.strip(), before)
        end = self._one(last.strip(), start[0]) if start else ()
        runs = [LAST_RUN.fullmatch(number) for number in (*start, *end)]
        if len(runs) != 2 or not all(runs) or runs[0][1] != runs[1][1]:  # type: ignore[index]  # noqa: PLR2004
            return ()
        (base, low), high = runs[0].groups(), runs[1][2]  # type: ignore[index, union-attr]
        serials = range(int(low), int(high) + 1)
        if not 1 < len(serials) <= MOST_IN_RANGE:
            return ()
        found = [self._exact.get(fold_number(f"{base}{serial:0{len(low)}d}"), ()) for serial in serials]
        return tuple(numbers[0] for numbers in found) if all(len(numbers) == 1 for numbers in found) else ()

    def _of(self, numbers: Iterable[str], customer: str) -> tuple[str, ...]:
        """Those that may be of a customer."""
        return tuple(n for n in numbers if not customer or not self.owners[n] or self.owners[n] == customer)

    def _near(self, asked: str) -> tuple[str, ...]:
        found = [*self._by_signs.get(SPACING.sub("", asked), ()), *self._by_runs.get(_runs(asked), ())]
        if base := _base(asked):
            found += self._exact.get(base, ())
        found += self._by_base.get(asked, ())
        return tuple(sorted(set(found)))

    @cached_property
    def _by_signs(self) -> dict[str, list[str]]:
        return self._indexed(lambda number: SPACING.sub("", number))

    @cached_property
    def _by_runs(self) -> dict[str, list[str]]:
        return self._indexed(_runs)

    @cached_property
    def _by_base(self) -> dict[str, list[str]]:
        """By what is left of a number without its suffix, where that is a number still."""
        return self._indexed(lambda number: base if len(FIGURES.findall(base := _base(number))) > 1 else "")

    @cached_property
    def _by_word(self) -> dict[str, list[str]]:
        """By the last word with a figure in it that a number holds, else by its last word, else by nothing."""
        made: dict[str, list[str]] = {}
        for text in {**self._exact, **self.also}:
            words = ASCII_RUN.findall(text)
            figures = [word for word in words if any(sign.isdigit() for sign in word)]
            made.setdefault(next(iter([*figures[-1:], *words[-1:]]), ""), []).append(text)
        return made

    def _indexed(self, by: Callable[[str], str]) -> dict[str, list[str]]:
        made: dict[str, list[str]] = {}
        for text, numbers in self._exact.items():
            if key := by(text):
                made.setdefault(key, []).extend(numbers)
        return made

    def _spans(self, plain: str) -> list[tuple[int, int]]:
        """Whole words of a text that are numbers, the longest first where they overlap, in their order."""
        words = dict.fromkeys(ASCII_RUN.findall(plain))
        sought = [text for word in [*words, ""] for text in self._by_word.get(word, ())]
        spans = [at.span() for text in sought for at in re.finditer(re.escape(text), plain)]
        spans = [span for span in spans if _is_whole(plain, *span)]
        spans += [at.span() for at in UNPARTED.finditer(plain) if len(self._by_signs.get(at[0], ())) == 1]
        kept: list[tuple[int, int]] = []
        for span in sorted(spans, key=lambda span: span[0] - span[1]):
            if all(span[1] <= start or end <= span[0] for start, end in kept):
                kept.append(span)
        return sorted(kept)

    def _is_worth(self, plain: str, start: int, end: int) -> bool:
        """A figure alone may be a sum, a count or a day unless a word says what it is."""
        text = plain[start:end]
        if not any(sign.isdigit() for sign in text):
            return len(text) > 1
        if not text.isdigit():
            return True
        if LABEL.search(plain[:start]):
            return True
        return len(text) >= SHORTEST_FIGURE and not UNIT.match(plain, end) and not AS_DAY.fullmatch(text)

    def _following(self, plain: str, at: int, first: str) -> list[str]:
        if run := RUNNING.match(plain, at):
            return list(self._range(first, run[1], first))
        more: list[str] = []
        while (match := CONTINUED.match(plain, at)) and not UNIT.match(plain, match.end()):
            found = self._one(match[1], more[-1] if more else first)
            if not found:
                break
            more += found
            at = match.end()
        return more


def numbers_named(
    owners: Mapping[str, str], links: Iterable[tuple[str, str]], former: Sequence[tuple[str, str]]
) -> KnownNumbers:
    """Return these numbers with others that name them; a former number counts where nothing else is called so."""
    also: dict[str, dict[str, None]] = {}
    for text, number in links:
        if number in owners:
            also.setdefault(fold_number(text), {})[number] = None
    linked = {*also}
    shown = {fold_number(number): number for number in owners} if former else {}
    for text, number in former:
        if (own := shown.get(fold_number(number))) and (was := fold_number(text)) not in linked:
            also.setdefault(was, {})[own] = None
    return KnownNumbers(owners, {text: tuple(numbers) for text, numbers in also.items()}, also.keys() - linked)


def as_written(shown: str) -> str:
    """Return a number without what tells it apart from another record's; only signs that no number holds mark that.

    >>> as_written("PO-1\uff08\u7532\uff09")
    'PO-1'
    """
    return shown.partition(OPENED)[0]


def told_apart(number: str, by: str) -> str:
    """Return a number as it is shown where another record shares it."""
    return f"{number}{OPENED}{by}{CLOSED}"


def unsure(text: str) -> str:
    """Return a number that may be of several records so that it is none of theirs."""
    return told_apart(text, UNSURE)


def _runs(number: str) -> str:
    """Return figures without leading zeros and words, whatever stands between them."""
    return "|".join(run.lstrip("0") or "0" if run.isdigit() else run for run in RUN.findall(number))


def _base(number: str) -> str:
    match = SUFFIX.fullmatch(simplified(number))
    return number[: match.end("base")] if match else ""


def _is_whole(plain: str, start: int, end: int) -> bool:
    """No letter, figure or joining dash goes on at either end."""
    before, after = plain[max(start - 2, 0) : start], plain[end : end + 2]
    if plain[start].isascii() and re.search(rf"{GLUED}$|{GLUED}[-_]$", before):
        return False
    return not (plain[end - 1].isascii() and re.match(rf"{GLUED}|[-_]{GLUED}", after))
