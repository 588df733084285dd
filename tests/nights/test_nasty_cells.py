"""Every choice of every drop-down and every value that nobody should type, each in one cell of a good world."""

from __future__ import annotations

import pytest

from tests.support.nasty_cells import batches, laid_in
from tests.support.night_laws import broken, guilty
from tests.support.nights import TUESDAY, WEDNESDAY
from tests.support.shares import share

PARTS = 60  # one batch a commit

pytestmark = [pytest.mark.slow, pytest.mark.own_share, pytest.mark.timeout(0)]


@pytest.mark.parametrize("batch", share("nasty cells", range(len(batches())), PARTS))
def test_no_cell_stops_a_night_or_leaves_anything_out(batch: int) -> None:
    found = guilty(batches()[batch], lambda cases: broken(laid_in(cases), TUESDAY, WEDNESDAY))
    assert [f"{case}: {why}" for case, why in found] == []
