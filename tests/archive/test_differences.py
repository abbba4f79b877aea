"""Two versions compared: which fields differ, and of a text the paragraphs and the words."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcrawl.archive.questions.differences import Span, changed_fields, difference, text_difference

FILE = {"name": "附件.pdf", "url": "http://linxi.example/1.pdf", "sha256": "aa"}


def version(**fields: Any) -> dict[str, Any]:
    whole = {"title": "通知", "published": "2024-01-04", "source": None, "author": None, "doc_number": None}
    return {**whole, "text": "甲。\n乙。", "attachments": [FILE], **fields}


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        ({}, []),
        ({"title": "通告"}, ["title"]),
        ({"published": "2024-01-04T08:00", "source": "临溪市司法局"}, ["published", "source"]),
        ({"author": "甲"}, ["author"]),
        ({"doc_number": "临司发〔2024〕1号"}, ["doc_number"]),
        ({"text": None}, ["text"]),
        ({"attachments": []}, ["attachments"]),
        ({"attachments": [FILE, {**FILE, "url": "http://linxi.example/2.pdf"}]}, ["attachments"]),
        ({"attachments": [{**FILE, "sha256": "bb"}]}, ["attachments"]),
        ({"text": "丙。", "attachments": [{**FILE, "sha256": None}]}, ["text"]),
        ({"text": "丙。", "attachments": [{**FILE, "name": "附件一.pdf"}]}, ["text"]),
        ({"attachments": [{**FILE, "sha256": None}]}, ["attachments"]),
    ],
)
def test_the_fields_that_differ_are_named(other: dict[str, Any], changed: list[str]) -> None:
    assert changed_fields(version(), version(**other)) == changed


def test_every_changed_field_has_its_spans_and_no_other() -> None:
    replaced = {**FILE, "sha256": "bb"}
    assert difference(version(), version(title="通告", source="临溪", attachments=[replaced])) == {
        "title": [("same", "通"), ("removed", "知"), ("added", "告")],
        "source": [("added", "临溪")],
        "attachments": [
            ("same", "附件.pdf  http://linxi.example/1.pdf  "),
            ("removed", "aa"),
            ("added", "bb"),
        ],
    }


@pytest.mark.parametrize(
    ("old", "new", "spans"),
    [
        (None, None, []),
        ("甲", "甲", [("same", "甲")]),
        (None, "甲", [("added", "甲")]),
        ("甲", None, [("removed", "甲")]),
        (
            "由市司法局负责解释。",
            "由市交通局负责解释。",
            [("same", "由市"), ("removed", "司法"), ("added", "交通"), ("same", "局负责解释。")],
        ),
        (  # one character between two changes is part of the change
            "自2024年1月15日起施行",
            "自2024年12月1日起施行",
            [("same", "自2024年"), ("removed", "1月15"), ("added", "12月1"), ("same", "日起施行")],
        ),
        ("see Annex 12", "see Annex 13", [("same", "see Annex "), ("removed", "12"), ("added", "13")]),
        ("甲。\n乙。\n丙。", "甲。\n丙。", [("same", "甲。\n"), ("removed", "乙。\n"), ("same", "丙。")]),
        ("甲。\n丙。", "甲。\n乙。\n丙。", [("same", "甲。\n"), ("added", "乙。\n"), ("same", "丙。")]),
        (
            "渡口应当配备救生设备。\n其他。",
            "新增的完全不同一段。\n渡口应当配备足够的救生设备。\n其他。",
            [
                ("added", "新增的完全不同一段。\n"),
                ("same", "渡口应当配备"),
                ("added", "足够的"),
                ("same", "救生设备。\n其他。"),
            ],
        ),
        ("完全不同", "另一句话", [("removed", "完全不同"), ("added", "另一句话")]),
    ],
)
def test_what_was_removed_and_added_is_told(old: str | None, new: str | None, spans: list[Span]) -> None:
    assert text_difference(old, new) == spans


TEXT = st.text(alphabet="渡口管理办法，。\n 12ab\u2028\r", max_size=60)


@given(TEXT, TEXT)
def test_the_spans_joined_are_the_two_texts(old: str, new: str) -> None:
    spans = text_difference(old, new)
    assert "".join(text for op, text in spans if op != "added") == old
    assert "".join(text for op, text in spans if op != "removed") == new
    assert all(text for _, text in spans)
    assert all(one[0] != other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "".join(chr(0x4E00 + i * 7 % 5000) for i in range(40_000)),
            "".join(chr(0x4E00 + i * 11 % 5000) for i in range(40_000)),
        ),
        (
            "\n".join(f"第{i}条 甲乙丙丁" * 8 for i in range(600)),
            "\n".join(f"第{i}条 戊己庚辛" * 8 for i in range(600)),
        ),
        ("表格\n" * 5000 + "甲", "表格\n" * 5001),
    ],
    ids=["a long paragraph", "every paragraph rewritten", "one line again and again"],
)
def test_long_texts_are_compared_in_good_time(old: str, new: str) -> None:
    began = time.monotonic()
    spans = text_difference(old, new)
    assert time.monotonic() - began < 10
    assert "".join(text for op, text in spans if op != "removed") == new
