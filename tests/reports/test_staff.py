from __future__ import annotations

import pandas as pd

from reports.staff import STAFF, nameless_key, row_key
from tests.support import paper_frames as made


def test_staff_registry_finds_every_heading_and_key():
    frames = made.tables()
    for staff in STAFF:
        assert not staff.keys(frames[staff.table]).duplicated().any()
        for heading, field in staff.fields.items():
            assert heading.endswith("*")
            assert field.startswith("staff_")
        assert staff.tab("zh") in staff.tabs
        assert "汇总" not in staff.tabs or staff.workbook == "todo"
    assert "王敏" in next(s for s in STAFF if s.workbook == "findings").tabs
    assert "王敏" not in next(s for s in STAFF if s.workbook == "receivables").tabs


def test_row_key_is_readable():
    frame = pd.DataFrame({"order_no": ["202405-001"], "instalment_no": pd.array([1], dtype="Int64")})
    assert list(row_key(frame, ("order_no", "instalment_no"))) == ["202405-001#1"]


def test_records_that_bear_one_number_or_none_have_keys_of_their_own() -> None:
    frame = pd.DataFrame({"complaint_no": ["T1", "T1", None, None], "src_key": ["t1", "t1#2", "甲|#12", "甲|"]})
    one, second, *nameless = row_key(frame, ("complaint_no",), "src_key")
    assert (one, second) == ("T1", "T1#2")
    assert nameless == [nameless_key("甲|#12"), nameless_key("甲|")]
    assert len({*nameless}) == 2
    assert "甲" not in "".join(nameless)
