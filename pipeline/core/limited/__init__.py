"""Limited child processes: whatever opens a stranger's file or fills a stranger's template does so in one.

Functions of ours and their arguments go in, what they return comes out in the same order; a file that kills, hangs or
floods its process fails, and only it.
"""

from pipeline.core.limited.pool import Failed, Limits, run_limited

__all__ = ["Failed", "Limits", "run_limited"]
