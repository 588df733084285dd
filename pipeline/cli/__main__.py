"""``python -m pipeline.cli`` is ``nightdesk``."""

from pipeline.cli import main

main()
