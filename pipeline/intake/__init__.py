"""The first door: claim what lies in the inbox, archive it, leave what cannot be trusted."""

from pipeline.intake.claiming import Claimed, claim
from pipeline.intake.look import Seen, settled, survey

__all__ = ["Claimed", "Seen", "claim", "settled", "survey"]
