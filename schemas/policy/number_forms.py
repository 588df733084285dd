"""What a company's own numbers look like, and how far one is unique: nothing, unless the managers declare it.

A pattern is written in tokens, and all else in it is literal: {YYYY} {YY} {MM} {DD} are year, month and day, {NNN} is a
serial of at least so many digits. `YYYYMM-NNN` and `YYYYMM-TNNN` are short for the two forms that we number by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

Scope = Literal["", "company", "customer", "year"]  # blank: nobody said, and taken for the company
SCOPES: tuple[Scope, ...] = get_args(Scope)[1:]
KINDS = {"orders": "order_no", "complaints": "complaint_no"}  # kinds that a form may be declared for
SHORT = {"YYYYMM-NNN": "{YYYY}{MM}-{NNN}", "YYYYMM-TNNN": "{YYYY}{MM}-T{NNN}"}
TOKEN = re.compile(r"\{(YYYY|YY|MM|DD|N+)\}")
DATES = {"YYYY": r"(?:19|20)\d{2}", "YY": r"\d{2}", "MM": r"(?:0[1-9]|1[0-2])", "DD": r"(?:0[1-9]|[12]\d|3[01])"}
MORE_DIGITS = 3  # that a serial may grow by


@dataclass(frozen=True)
class DeclaredForm:
    """The form of one kind's numbers; `pattern` is blank where only the scope is declared."""

    kind: str
    pattern: str = ""
    scope: Scope = ""
    is_answered: bool = False  # the scope was answered to the question, not declared by the managers

    @property
    def tokens(self) -> list[str]:
        """Return tokens and what stands between them, in turn: text, token, text, token, …, text."""
        return TOKEN.split(SHORT.get(self.pattern, self.pattern))

    @property
    def digits(self) -> int:
        """Return of how many digits the serial is at least."""
        return next(len(token) for token in self.tokens[1::2] if is_serial(token))

    @cached_property
    def exact(self) -> re.Pattern[str]:
        """Match a number of the form; groups are the values of its tokens."""
        least, most = self.digits, self.digits + MORE_DIGITS
        serial = rf"(?!0+(?!\d))\d{{{least}}}|[1-9]\d{{{least},{most}}}"
        parts = [
            f"({serial if is_serial(part) else DATES[part]})" if at % 2 else re.escape(part)
            for at, part in enumerate(self.tokens)
        ]
        return re.compile("".join(parts))


def is_serial(token: str) -> bool:
    """Return whether a token is that of the serial."""
    return token.startswith("N")


def is_pattern(text: str) -> bool:
    """Return whether a text is a pattern: one serial, and no brackets but those of tokens.

    >>> is_pattern("SO-{YYYY}{MM}{DD}-{NNN}"), is_pattern("YYYYMM-NNN"), is_pattern("SO-001")
    (True, True, False)
    """
    parts = TOKEN.split(SHORT.get(text, text))
    serials = [token for token in parts[1::2] if is_serial(token)]
    return len(serials) == 1 and not any(sign in part for part in parts[::2] for sign in "{}")
