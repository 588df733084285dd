"""Judged tables to what other systems are told; the ledger remembers it before anything is published."""

# stands alone: a step of the night, called by run.py as the others are
from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.core.log import step
from pipeline.ledger import exported_before, note_exported
from pipeline.publishing import exports, publish

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night
    from pipeline.publishing.exports import NightExport
    from pipeline.rules.context import RuleContext


@step("export_documents")
def export_documents(workspace: Workspace, ledger: Ledger, night: Night, context: RuleContext) -> NightExport:
    """Nothing on a look back; the same again when the night is repeated."""
    if night.is_past:
        return exports.NightExport()
    is_out = partial(publish.is_out, workspace)
    before = exported_before(ledger, night, is_out)
    sources = exports.ExportSources(context.tables, context.policy, context.as_of, context.lang)
    made = exports.prepare_export(sources, before)
    note_exported(ledger, night, made.given, is_out)
    return made
