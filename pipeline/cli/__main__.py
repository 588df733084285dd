"""``python -m pipeline.cli`` is ``nightdesk``."""

from pipeline.cli import main

# Writers start processes that import this module again.
if __name__ == "__main__":
    main()
