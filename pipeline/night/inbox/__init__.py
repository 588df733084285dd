"""The first door: claim what lies in the inbox, archive it, leave what cannot be trusted.

A folder goes in; received files with their archived bytes come out, and what was left with the reason.
"""

from pipeline.night.inbox.claiming import Claimed, claim
from pipeline.night.inbox.look import Seen, settled, survey

__all__ = ["Claimed", "Seen", "claim", "settled", "survey"]
