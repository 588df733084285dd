"""Words of a vocabulary: the words of the company's own procedure are known as they are printed."""

from __future__ import annotations

import pytest

from pipeline.reading.values.choices import parse_choice, vocabulary
from schemas.incoming.complaints import Complaints
from schemas.incoming.orders import Orders


@pytest.mark.parametrize(
    ("vocabulary_name", "word", "key"),
    [
        (Orders.channel.spec.choices, "电话", "phone"),
        (Orders.channel.spec.choices, "邮件", "email"),
        (Orders.channel.spec.choices, "企业ERP系统", "erp"),
        (Orders.channel.spec.choices, "官网在线表单", "web"),
        (Complaints.channel.spec.choices, "客服", "phone"),
        (Complaints.channel.spec.choices, "客服电话", "phone"),
        (Complaints.channel.spec.choices, "投诉邮箱", "email"),
        (Complaints.channel.spec.choices, "官网在线客服", "web"),
        (Complaints.channel.spec.choices, "客户直接上门", "visit"),
    ],
)
def test_channels_of_the_procedure_are_known(vocabulary_name: str, word: str, key: str) -> None:
    found = parse_choice(word, vocabulary=vocabulary(vocabulary_name))
    assert (found.value, found.rule) == (key, None)
