"""The only look at the clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace


def now(workspace: Workspace) -> datetime:
    """The moment a run begins, to the minute, by the time of the workspace."""
    return datetime.now(workspace.zone).replace(tzinfo=None, second=0, microsecond=0)
