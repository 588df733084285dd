"""Words, codes, models, phones; yes and no; vocabularies."""

from __future__ import annotations

import time
from datetime import date

import pytest

from pipeline.reading.values.cells import NO_VALUE, PICTURE, ErrorCell, is_ditto
from pipeline.reading.values.choices import _fold_choice, parse_bool, parse_choice, vocabulary
from pipeline.reading.values.text import format_raw, parse_code, parse_model, parse_name, parse_phone, parse_text
from schemas.language import spellings


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        pytest.param("甲公司 ", "甲公司", None, id="V5-trailing"),
        pytest.param("\u200b甲\ufeff", "甲", None, id="V3-zero-width"),
        pytest.param("a\u00a0b\u3000c", "a b c", None, id="V3-spaces"),
        pytest.param("一_x000D_\n二", "一\n二", None, id="V3-escape"),
        pytest.param("'甲", "甲", None, id="V4-apostrophe"),
        pytest.param('="00123"', "00123", None, id="F9-csv"),
        pytest.param("-", None, None, id="L17-dash"),
        pytest.param("无", None, None, id="L17-none"),
        pytest.param("N/A", None, None, id="L17-na"),
        pytest.param("_________", None, None, id="R087-placeholder"),
        pytest.param("NA", "NA", None, id="V18-na"),
        pytest.param(500.0, "500", None, id="number"),
        pytest.param(date(2024, 5, 3), "2024-05-03", None, id="date"),
        pytest.param('=DISPIMG("ID_1",1)', "有图片", "CELL-034", id="V33-formula"),
        pytest.param(PICTURE, "有图片", "CELL-034", id="V33-picture"),
        pytest.param(NO_VALUE, None, "CELL-007", id="V31-no-value"),
        pytest.param(ErrorCell("#REF!"), None, "CELL-008", id="V32-error"),
        pytest.param("长" * 32_768, "长" * 16_383, "CELL-035", id="too-long"),
    ],
)
def test_text_when_read(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_text(raw)
    assert (parsed.value, parsed.rule) == (value, rule)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        pytest.param("00123", "00123", None, id="V14-zeros-kept"),
        pytest.param("Ａ－１", "A-1", None, id="V1-full-width"),
        pytest.param(123.0, "123", None, id="V17-float"),
        pytest.param("91440300MA5DA7Q12X", "91440300MA5DA7Q12X", None, id="text"),
        pytest.param(123456789012345.0, "123456789012345", None, id="V15-fifteen"),
        pytest.param(1234567890123456.0, None, "CELL-005", id="V15-sixteen"),
        pytest.param("1.23E+15", None, "CELL-029", id="V16-scientific"),
        pytest.param("1E5", "1E5", None, id="V16-code"),
        pytest.param("无", None, None, id="V23"),
    ],
)
def test_code_when_read(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_code(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (value, rule, rule is not None)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        pytest.param("3E10", "3E10", None, id="V16"),
        pytest.param(500.0, "500", None, id="V17-float"),
        pytest.param(date(2024, 3, 12), None, "CELL-030", id="V17-date"),
        *(pytest.param(word, word, None, id=f"V18-{word}") for word in ("NA", "None", "NULL", "nan")),
        pytest.param("①型Ⅱ", "①型Ⅱ", None, id="V1-not-composed"),
        pytest.param("X200\nX210", None, "CELL-036", id="V34-two"),
        pytest.param("/", None, None, id="blank"),
    ],
)
def test_model_when_read(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_model(raw)
    assert (parsed.value, parsed.rule) == (value, rule)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("张三13800138000", "张三", "CELL-037"),
        ("张三（13800138000）", "张三", "CELL-037"),
        ("张 三", "张三", None),
        ("张三/李四", "张三/李四", None),
        ("Jane  Doe", "Jane Doe", None),
        ("甲公司（深圳）", "甲公司（深圳）", None),
    ],
)
def test_name_v35_when_read(raw: str, value: str, rule: str | None) -> None:
    parsed = parse_name(raw)
    assert (parsed.value, parsed.rule) == (value, rule)


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        pytest.param("13800138000", "13800138000", None, id="mobile"),
        pytest.param(13800138000.0, "13800138000", None, id="V13-float"),
        pytest.param("138-0013-8000", "13800138000", None, id="V13-dashes"),
        pytest.param("+86 138 0013 8000", "13800138000", None, id="V13-country"),
        pytest.param("0755-12345678转801", "075512345678-801", None, id="V13-extension"),
        pytest.param("13800138000/13900139000", "13800138000", None, id="V13-two"),
        pytest.param("400-123-4567", "4001234567", None, id="hotline"),
        pytest.param("1.38001E+10", None, "CELL-026", id="V13-scientific"),
        pytest.param(7551234567.0, "7551234567", "CELL-027", id="V14-zero"),
        pytest.param("1380013800", "1380013800", "ORD-005", id="R004-short"),
        pytest.param("张三13800138000", "13800138000", "CELL-037", id="V35-name"),
        pytest.param("", None, None, id="blank"),
    ],
)
def test_phone_when_read(raw: object, value: str | None, rule: str | None) -> None:
    parsed = parse_phone(raw)
    assert (parsed.value, parsed.rule, parsed.unknown) == (value, rule, rule == "CELL-026")


def test_phone_with_a_lost_zero_suggests_it() -> None:
    assert dict(parse_phone(7551234567.0).params)["suggestion"] == "07551234567"


YES = ["是", "有", "√", "✓", "Y", "y", 1.0, "1", "TRUE", True, "☑", "已", "对号"]
NO = ["否", "无", "×", "N", 0.0, "0", "FALSE", False, "□", "未"]


@pytest.mark.parametrize(("raw", "value"), [*((each, True) for each in YES), *((each, False) for each in NO)])
def test_bool_v30_when_known(raw: object, value: bool) -> None:
    assert parse_bool(raw).value is value


@pytest.mark.parametrize(("raw", "rule"), [("也许", "CELL-032"), (2.0, "CELL-032"), ("", None), ("-", None)])
def test_bool_v30_when_it_is_neither(raw: object, rule: str | None) -> None:
    parsed = parse_bool(raw)
    assert (parsed.value, parsed.rule) == (None, rule)


@pytest.mark.parametrize(
    ("name", "raw", "key"),
    [
        ("channel", "ERP 系统", "erp"),
        ("approval", "同意，请尽快发货", "agree"),
        ("approval", "同意，但需先付款", "conditional"),
        ("approval", "不同意", "refuse"),
        ("approval", "待审批", None),
        ("stage", "生产/采购备货", "prepare"),
        ("stage", "QC", "check"),
        ("invoice_kind", "电子发票（增值税专用发票）", "special"),
        ("invoice_kind", "13%专票", "special"),
        ("qc_result", "ＯＫ", "ok"),
        ("severity", "紧急", "major"),
        ("pay_method", "T/T", "wire"),
        ("satisfaction", 5.0, "5"),
        ("satisfaction", "非常满意", "5"),
        ("complaint_type", "质量", "quality"),
        ("conf_method", "盖章扫描件", "stamped"),
    ],
)
def test_choice_l25_when_the_word_is_known(name: str, raw: object, key: str | None) -> None:
    parsed = parse_choice(raw, vocabulary(f"choice.{name}"))
    assert (parsed.value, parsed.rule) == (key, None)


def test_choice_when_the_word_is_unknown() -> None:
    parsed = parse_choice("外星", vocabulary("choice.severity"))
    assert (parsed.value, parsed.rule, parsed.unknown) == (None, "CELL-031", True)


def test_choice_of_nothing_but_digits_is_judged_in_no_time() -> None:
    before = time.process_time()
    assert parse_choice("9" * 32_767, vocabulary("choice.severity")).rule == "CELL-031"
    assert time.process_time() - before < 1


def test_choice_counts_as_other_where_the_column_says_so() -> None:
    parsed = parse_choice("微信", vocabulary("choice.channel"), "ORD-001")
    assert (parsed.value, parsed.rule, parsed.unknown) == ("other", "ORD-001", False)
    assert parse_choice("其他", vocabulary("choice.channel"), "ORD-001").rule is None
    assert parse_choice("喷漆", vocabulary("choice.stage"), "TRK-022").unknown


@pytest.mark.parametrize("name", [each for each in spellings.load() if each.startswith("choice.")])
def test_vocabulary_never_means_two_things(name: str) -> None:
    keys: dict[str, set[str]] = {}
    for spelling, key in spellings.group(name).items():
        keys.setdefault(_fold_choice(spelling), set()).add(key)
    assert not {form: found for form, found in keys.items() if len(found) > 1 or not form}


def test_bool_spellings_never_mean_both() -> None:
    yes, no = ({_fold_choice(each) for each in spellings.group(group)} for group in ("bool.yes", "bool.no"))
    assert not yes & no


@pytest.mark.parametrize(
    ("raw", "is_so"), [("同上", True), ("〃", True), (" ″ ", True), ("同上次", False), ("", False)]
)
def test_ditto_l17(raw: str, is_so: bool) -> None:
    assert is_ditto(raw) is is_so


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (24442000000123456789.0, "24442000000123458000"),
        (999999999999999999.0, "1000000000000000000"),
        (0.00001, "0.00001"),
        (1e-7, "0.0000001"),
        (-2.5e20, "-250000000000000000000"),
        (500.0, "500"),
        (0.1, "0.1"),
        (float("inf"), "inf"),
    ],
)
def test_number_is_shown_without_an_exponent(raw: float, text: str) -> None:
    assert format_raw(raw) == text
