"""The course of a complaint, from every list that tells of it."""

from __future__ import annotations

from typing import Any

from tests.support.complaint_rows import tracked

NO = "202603-T001"
TOLD = "entry", "entry_no", "what", "way", "owner", "outcome"


def said(as_of: str = "Tue 03-31 20:00", *columns: str, **kinds: Any) -> list[tuple[Any, ...]]:
    """What the course says; blanks as None."""
    rows = tracked(as_of, kinds.pop("facts", {}), **kinds).log
    made = rows[list(columns or TOLD)].astype("object")
    return list(made.where(made.notna(), None).itertuples(index=False, name=None))


def test_every_list_is_told_in_the_order_of_time() -> None:
    facts = {"executed_at": "Mon 03-16", "solution": "换货", "result": "已换新", "registrar": "客服丙"}
    kinds: dict[str, Any] = {
        "actions": [{"step_no": 1, "action": "拆检", "owner": "李工", "done_at": "Thu 03-12", "result": "密封圈老化"}],
        "evidence": [
            {"evidence_type": "质检报告", "file_ref": "a.pdf", "obtained_by": "赵工", "obtained_at": "Wed 03-11"}
        ],
        "visits": [
            {"visit_no": 1, "visited_at": "Tue 03-17", "method": "电话", "visitor": "丁", "interviewee": "王女士"}
            | {"opinion": "满意"}
        ],
        "capa": [
            {"measure": "加测", "measure_kind": "预防", "owner": "孙工", "done_on": "Fri 03-20", "verification": "有效"}
        ],
    }
    numbered: dict[str, Any] = {kind: [row | {"complaint_no": NO} for row in rows] for kind, rows in kinds.items()}
    assert said(facts=facts, **numbered) == [
        ("evidence", None, "质检报告", None, "赵工", "a.pdf"),
        ("action", 1, "拆检", None, "李工", "密封圈老化"),
        ("result", None, "换货", None, "李工", "已换新"),
        ("visit", 1, "王女士", "电话", "丁", "满意"),
        ("capa", None, "加测", "预防", "孙工", "有效"),
    ]
    assert tracked("Tue 03-31 20:00", facts).cases["registrar"].tolist() == ["客服丙"]


def test_nothing_said_is_no_course() -> None:
    assert said() == []
    assert tracked("Tue 03-31 20:00").log.empty


def test_a_visit_of_the_complaint_s_own_row_counts_once() -> None:
    own = {"visited_at": "Tue 03-17 10:00", "visitor": "丁"}
    listed = {"complaint_no": NO, "visited_at": "Tue 03-17", "visitor": "戊"}
    assert said("Tue 03-31", "owner", facts=own) == [("丁",)]
    assert said("Tue 03-31", "owner", facts=own, visits=[listed]) == [("戊",)]
    assert said("Tue 03-31", "owner", facts=own, visits=[listed | {"src_held": True}]) == [("丁",)]


def test_what_is_dated_later_is_planned() -> None:
    rows = [{"complaint_no": NO, "action": "拆检", "done_at": "Thu 03-12"}]
    [(planned, done)] = said("Wed 03-11 20:00", "planned_at", "done_at", actions=rows)
    assert (f"{planned:%m-%d}", done) == ("03-12", None)


def test_rows_of_an_unknown_complaint_and_held_ones_are_left_out() -> None:
    rows = [{"complaint_no": "202603-T009", "action": "a"}, {"complaint_no": NO, "action": "b", "src_held": True}]
    assert said(actions=rows) == []


def test_what_a_complaint_is_about_is_said_with_model_and_lot() -> None:
    facts: list[dict[str, Any]] = [
        {"subject": "水泵", "model": "X200", "lot": "B7"},
        {"subject": None, "lot": " B8 "},
        {"subject": None},
    ]
    made = tracked("Tue 03-31 20:00", *facts).cases["product"].astype("object")
    assert made.where(made.notna(), None).tolist() == ["水泵 X200 B7", "B8", None]
