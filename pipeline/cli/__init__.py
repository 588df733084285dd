"""The operator's door: arguments, exit codes, the only print."""

from __future__ import annotations

import sys

from pipeline.core.errors import NightError


def main() -> None:
    """Entry point of ``nightdesk``. Exit codes: product document, section 2."""
    from pipeline.cli.commands import app

    try:
        app()
    except NightError as wrong:
        from pipeline.cli.console import format_error
        from pipeline.cli.locale import language_here

        sys.stderr.write(f"{format_error(wrong, language_here())}\n")
        sys.exit(wrong.exit_code)
