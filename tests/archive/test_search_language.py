"""What may be typed, and that whatever is typed is answered: by a search, or by one sentence."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcrawl.archive.search import QueryError, match_expression
from lawcrawl.archive.search.plan import Condition, plan

MEANT = {
    "two words are joined by AND": ("民法 宪法", '"民法" AND "宪法"'),
    "a longer word is the phrase of its pairs": ("法律援助", '"法律 律援 援助"'),
    "AND may be written": ("民法 AND 宪法", '"民法" AND "宪法"'),
    "OR binds looser than AND": ("民法 宪法 OR 刑法", '("民法" AND "宪法") OR "刑法"'),
    "brackets group": ("(民法 OR 刑法) 宪法", '("民法" OR "刑法") AND "宪法"'),
    "brackets of a Chinese keyboard group": ("（民法 OR 刑法） 宪法", '("民法" OR "刑法") AND "宪法"'),
    "NOT and - leave out": ("法治 NOT 招标 -中标", '"法治" NOT "招标" NOT "中标"'),
    "a phrase is one term": ('"open data"', '"op pe en n da at ta"'),
    "quotation marks of a Chinese keyboard": ("“open data”", '"op pe en n da at ta"'),
    "a field": ("title:民法", 'title : "民法"'),
    "a field by its Chinese name": ("标题：民法", 'title : "民法"'),
    "a field of what is in brackets": ("title:(民法 OR 宪法)", 'title : "民法" OR title : "宪法"'),
    "one character may go on": ("法", '"法"*'),
    "a document number is one term": ("临司发〔2024〕5号", '"临司 司发 发 20 02 24 4 5号"'),
    "in square brackets too": ("临司发[2024]5号", '"临司 司发 发 20 02 24 4 5号"'),
    "in round brackets too": ("临司发(2024)5号", '"临司 司发 发 20 02 24 4 5号"'),
    "beginning with its bracket": ("〔2024〕5号", '"20 02 24 4 5号"'),
    "a round bracket that closes before letters is text": ("(2024)5号", '"20 02 24 4 5号"'),
    "a pasted title keeps its quotation marks as text": (
        "关于“宪法”的通知",
        '"关于 于 宪法 法 的通 通知"',
    ),
    "traditional is simplified": ("憲法", '"宪法"'),
    "full width is half width": ("ＰＤＦ", '"pd df"'),
    "a zero that looks like a circle": ("二○二四", '"二〇 〇二 二四"'),
    "an operator without operands is passed over": ("AND 民法 OR", '"民法"'),
    "an operator in lower case is a word": ("民法 and", '"民法" AND "an nd"'),
    "a bracket without its partner is text": ("(民法", '"民法"'),
    "a bracket whose partner is in a phrase": ('(民法 "宪法)', '"民法" AND "宪法"'),
    "a quotation mark without its partner holds all the rest": ('"民法 宪法', '"民法 法 宪法"'),
    "NOT twice is none": ("民法 NOT NOT 宪法", '"民法" AND "宪法"'),
    "FTS5's own syntax is text": ("民法^2 {宪}", '"民法 法 2"* AND "宪"*'),
    "punctuation around a word does not count": ("《民法》，", '"民法"'),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_is_typed_is_asked_of_the_index(name: str) -> None:
    typed, asked = MEANT[name]
    assert match_expression(typed) == asked


REFUSED = {
    "": "nothing to search for",
    "   ": "nothing to search for",
    "！？…": "nothing to search for",
    "😀": "nothing to search for",
    '""': "nothing to search for",
    "*": "nothing to search for",
    "\0": "nothing to search for",
    "AND OR NOT": "nothing to search for",
    "title:": None,  # the word
    "title:！": "nothing to search for",
    "NOT 招标": "what is to be found",
    "-招标": "what is to be found",
    "民法 OR NOT 宪法": "what is to be found",
    "法" * 10_000: "has 10000 characters; at most 1000",
    "(" * 30 + "法" + ")" * 30: "brackets within brackets",
    "民法 OR source:司法局": "source: can only stand beside other words",
}


@pytest.mark.parametrize("typed", REFUSED, ids=lambda typed: repr(typed[:20]))
def test_what_cannot_be_searched_for_is_told_in_one_sentence(typed: str) -> None:
    told = REFUSED[typed]
    if told is None:
        assert match_expression(typed)
        return
    with pytest.raises(QueryError, match=told) as caught:
        match_expression(typed)
    assert "\n" not in str(caught.value)


def test_a_field_that_is_not_in_the_index_is_a_condition_on_the_article() -> None:
    found = plan("民法典 来源:临溪市司法局 -site:example")
    assert found.conditions == (
        Condition("source", "临溪市司法局"),
        Condition("site", "example", wanted=False),
    )


PIECES = st.sampled_from(
    [
        *("民法典", "法", "AND", "OR", "NOT", "NEAR(", "(", ")", '"', "“", "”", "*", "^", "-", ":", "title:"),
        *("source:", "{", "}", "+", "'", "\\", "\0", "😀", " ", "\u3000", "，", "pdf", "２０２４", "憲"),
        *("\ud800", "İ", "ß", "\u0301"),
    ]
)
INDEX = sqlite3.connect(":memory:")
INDEX.execute("CREATE VIRTUAL TABLE f USING fts5(text, title, attachments, content='', tokenize='ascii')")


def told(typed: str) -> str | None:
    """The sentence by which a query is refused; None where it is not, and SQLite understands it."""
    try:
        asked = match_expression(typed)
    except QueryError as error:
        return str(error)
    assert INDEX.execute("SELECT count(*) FROM f WHERE f MATCH ?", (asked,)).fetchone() == (0,)
    return None


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_whatever_is_typed_is_understood_by_sqlite_or_refused_in_a_sentence(typed: str) -> None:
    sentence = told(typed)
    assert sentence is None or "\n" not in sentence
