"""What is found does not hang on the language of the workspace: stored values are compared with no word put in it."""

from __future__ import annotations

import ast

import pytest

from pipeline.rules import registry
from tests.support.order_rows import context, found, is_ours, order
from tests.support.source import modules

COMPARING = {"isin", "eq", "ne", "map", "replace", "startswith", "endswith", "contains", "match", "get_indexer", "get"}
WORDING = {"translate", "state_text", "phrase"}
BOOK = {
    "orders": [
        order(),
        order("202603-002", model="Y1"),
        order("202603-003", is_new_customer=True, typed_state="已签收"),
    ],
    "customers": [{"customer_name": "深圳市甲科技有限公司", "customer_code": "7", "created_on": "2026-02-01"}],
    "qualifications": [
        {"customer_code": "7", "document_type": word, "document_no": "1", "valid_to": end}
        for word, end in (("营业执照", None), ("Business licence", None), ("经营许可证", "2026-03-01"))
    ],
    "prices": [
        {"model": "Y1", "documents": "营业执照、经营许可证"},
        {"model": "X200", "documents": "Business licence"},
    ],
    "tracking": [{"order_no": "202603-001", "stage": "ship", "actual_at": "2026-03-05", "dept": "物流部门"}],
    "shipments": [{"order_no": "202603-002", "shipped_at": "2026-03-06", "sign_form": "scan", "carrier": "顺丰"}],
    "staff": [{"person": "张三", "dept": "销售部门", "role": "业务员"}],
}


@pytest.mark.parametrize("rule", sorted(filter(is_ours, registry.CHECKS)))
def test_a_rule_finds_the_same_in_every_language(rule: str) -> None:
    in_zh, in_en = (
        [(each.subject, each.place) for each in found(rule, context(lang=lang, **BOOK))] for lang in ("zh", "en")
    )
    assert in_zh == in_en


def test_no_value_is_compared_with_a_word_put_into_the_language_of_the_workspace() -> None:
    """Every comparison whose other side was translated in place; words of every language (`for lang in`) are fine."""
    wrong = []
    for module in modules().values():
        if not module.place.startswith(("pipeline/rules/families", "pipeline/orders", "pipeline/receivables")):
            continue
        for node in ast.walk(module.tree):
            sides: list[ast.expr] = []
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMPARING:
                sides = [arg for arg in node.args if not isinstance(arg, ast.Lambda | ast.DictComp)]
            wrong += [f"{module.place}:{node.lineno}" for side in sides if _is_worded(side)]  # type: ignore[attr-defined]
    assert wrong == []


def _is_worded(side: ast.expr) -> bool:
    calls = [node for node in ast.walk(side) if isinstance(node, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return bool(names & WORDING)
