"""The operator's door: the only room that reads arguments, prints, and looks at the clock.

A command line goes in; lines for a person or JSON for a program and an exit code come out.
"""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from pipeline.core.errors import NightError, NothingPublished

ENDED = 128  # and the number of the signal, as shells say it
ENDINGS = ("SIGTERM", "SIGHUP", "SIGINT")


def main() -> None:
    """Run ``nightdesk``; what its exit codes mean stands in docs/operator.md."""
    for name in ENDINGS:
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    from pipeline.cli.commands import app

    try:
        app()
    except NightError as wrong:
        _tell(wrong)
    except OSError as wrong:
        reason = str(wrong.strerror or wrong)
        _tell(NothingPublished(str(wrong.filename or "."), "disk", "mend_disk", reason=reason))


def _tell(wrong: NightError) -> NoReturn:
    from pipeline.cli.console import format_error
    from pipeline.cli.locale import language_here

    sys.stderr.write(f"{format_error(wrong, language_here())}\n")
    sys.exit(wrong.exit_code)


def _end(number: int, _frame: object) -> None:
    """Leave by the way of every error: the transaction under way is undone, children end. A second signal kills."""
    signal.signal(number, signal.SIG_DFL)
    sys.exit(ENDED + number)
