"""The steps of the night, each a few calls of stages; their order stands in `run.py`."""
