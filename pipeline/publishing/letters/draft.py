"""A letter before it is a file: what stands in it, what it is about, what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.core.file_names import FreeNames, safe_word
from pipeline.core.phrases import phrase
from pipeline.publishing.letters.values import format_day
from reports.letters import FOLDER, LETTERS
from schemas.derived.status import OrderStatus
from schemas.language.words import translate

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.publishing.letters.templates.template import Values


@dataclass(frozen=True)
class Sender:
    """Who writes the letters of a night, on which day, in which language."""

    company: str
    letterhead: Mapping[str, str]  # as in the settings
    day: date
    lang: str

    def head(self, number: str, customer: str) -> dict[str, str]:
        """Return what every letter says: `reports.letters.HEAD`."""
        return {
            "company": self.company or translate("letter.no_company", self.lang),
            "company_address": self.letterhead.get("address", ""),
            "company_phone": self.letterhead.get("phone", ""),
            "number": number,
            "customer": customer,
            "letter_on": format_day(self.day, self.lang),
        }


@dataclass(frozen=True)
class Draft:
    """One letter. `letter`: key of `LETTERS`; `record`: the order or complaint it is about."""

    letter: str
    record: str
    customer: str
    values: Values
    file: str = ""  # in the folder of the letters


def named(drafts: Iterable[Draft], lang: str) -> Iterator[Draft]:
    """Yield each draft with its file's name, none twice in any case of letters; what people wrote is never a path."""
    names = FreeNames()
    for draft in drafts:
        word = LETTERS[draft.letter].file
        name = PurePosixPath(phrase(word, lang, record=safe_word(draft.record), customer=safe_word(draft.customer)))
        more = (f"{name.stem}_{n}{name.suffix}" for n in count(2))
        yield replace(draft, file=names.first_free(chain((str(name),), more)))


def add_letter_files(order_status: pd.DataFrame, drafts: Iterable[Draft], lang: str) -> pd.DataFrame:
    """Return the OrderStatus frame with the letter's file in `letter`; the reason of the order names it too."""
    files = {draft.record: f"{translate(FOLDER, lang)}/{draft.file}" for draft in drafts}
    ready = {
        record: translate("reason.join", lang) + phrase("reason.letter", lang, file=file)
        for record, file in files.items()
    }
    added = order_status[OrderStatus.order_no].map(ready).astype("str").fillna("")
    reason = order_status[OrderStatus.reason].where(added == "", order_status[OrderStatus.reason] + added)
    return order_status.assign(reason=reason, letter=order_status[OrderStatus.order_no].map(files).astype("str"))
