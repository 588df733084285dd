"""Rules of complaints: as received, step by step, and at their end.

Complaint cases and what was sent about them go in, answers to each rule come out.
"""

from __future__ import annotations

from pipeline.rules.families.complaints import intake, steps  # noqa: F401 - joins their predicates
