"""A workspace of realistic workbooks, dirty on purpose, with a list of what was planted."""

from pipeline.demo.nights import AS_OF, SEED, Planted, make, policy

__all__ = ["AS_OF", "SEED", "Planted", "make", "policy"]
