"""Judged tables to what other systems are told; the ledger remembers it before the papers are published."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline import ledger as memory
from pipeline.publishing import exports, publish

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night
    from pipeline.publishing.exports import Handed
    from pipeline.rules.context import Scene


def hand_over(desk: Workspace, book: Ledger, night: Night, scene: Scene) -> Handed:
    """Nothing on a look back; the same again when the night is repeated."""
    if night.is_past:
        return exports.Handed()
    is_out = partial(publish.is_out, desk)
    before = memory.given_before(book, night, is_out)
    made = exports.hand_over(scene.tables, scene.policy, before, as_of=scene.as_of, lang=scene.lang)
    memory.note_given(book, night, made.given, is_out)
    return made
