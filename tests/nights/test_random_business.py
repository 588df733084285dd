"""Nights of small companies whose staff type what comes to their minds: each is published, and its money adds up."""

from __future__ import annotations

import pytest

from tests.support.night_laws import broken
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.random_business import Company
from tests.support.shares import share

COMPANIES, PARTS = 700, 140  # of three nights each; five companies a commit

pytestmark = [pytest.mark.slow, pytest.mark.own_share]


@pytest.mark.parametrize("seed", share("companies", range(COMPANIES), PARTS))
def test_nights_of_a_company_keep_the_laws(seed: int) -> None:
    assert broken(Company(seed).lay_in, TUESDAY, WEDNESDAY, THURSDAY) == ""
