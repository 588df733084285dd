"""The operator's door: the only room that reads arguments, prints, and looks at the clock.

A command line goes in; lines for a person or JSON for a program and an exit code come out.
"""

from __future__ import annotations

import sys

from pipeline.core.errors import NightError


def main() -> None:
    """Run ``nightdesk``; what its exit codes mean stands in docs/operator.md."""
    from pipeline.cli.commands import app

    try:
        app()
    except NightError as wrong:
        from pipeline.cli.console import format_error
        from pipeline.cli.locale import language_here

        sys.stderr.write(f"{format_error(wrong, language_here())}\n")
        sys.exit(wrong.exit_code)
