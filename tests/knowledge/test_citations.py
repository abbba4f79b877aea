"""Document numbers that a text cites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcrawl.knowledge.citations import cited_numbers
from lawcrawl.normalize import parse_doc_number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("《关于印发〈办法〉的通知》（国发〔2020〕5号）", {"国发〔2020〕5号": 1}),
        ("根据国发[2020] 05 号文件", {"国发〔2020〕5号": 1}),
        ("国发（2020）5号、国发【2020】5号", {"国发〔2020〕5号": 2}),
        ("国发〔２０２０〕５号", {"国发〔2020〕5号": 1}),
        (
            "临司发〔2024〕5号、临政办发〔2023〕12号和临财〔2022〕3号",
            {"临司发〔2024〕5号": 1, "临政办发〔2023〕12号": 1, "临财〔2022〕3号": 1},
        ),
        ("（财综〔2016〕\n4号）", {"财综〔2016〕4号": 1}),
        ("《条例》（国务院令第722号）", {"国务院令第722号": 1}),
        ("和政发〔2024〕5号", {"和政发〔2024〕5号": 1}),
    ],
)
def test_numbers_are_found_and_have_one_form(text: str, numbers: dict[str, int]) -> None:
    assert cited_numbers(text) == numbers


@pytest.mark.parametrize(
    "text", ["（2023）临01民终123号", "〔2024〕5号", "第722号令", "2024年5号", "国发〔20〕5号", ""]
)
def test_what_names_no_issuer_is_no_number(text: str) -> None:
    assert cited_numbers(text) == {}


@given(st.text("国发临司财", min_size=2, max_size=4), st.integers(1949, 2099), st.integers(1, 99999))
def test_a_number_in_a_sentence_is_what_it_is_by_itself(letters: str, year: int, number: int) -> None:
    shown = f"{letters}[{year}] {number:03} 号"
    assert cited_numbers(f"各单位：\n请按照{shown}的要求执行。") == {parse_doc_number(shown): 1}


@pytest.mark.parametrize("text", ["令第" * 50_000, "国〔2020〕" * 20_000, "号和" * 100_000, "〔" * 200_000])
def test_hostile_text_names_nothing(text: str) -> None:
    assert cited_numbers(text) == {}
