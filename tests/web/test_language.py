"""Chinese and English."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import lawcrawl.web
from lawcrawl.archive.questions.changes import ORDER
from lawcrawl.archive.questions.differences import FIELDS
from lawcrawl.web.language import preferred
from lawcrawl.web.pages.search import SORTS
from lawcrawl.web.words import CHINESE
from tests.web.conftest import Pages

ROOM = Path(lawcrawl.web.__file__).parent
SAID = {
    sentence.replace("\\'", "'")
    for path in ROOM.rglob("*")
    if path.suffix in (".html", ".py")
    for _, sentence in re.findall(
        r"""\b(?:_|say)\((['"])(.*?[^\\])\1[),]""", path.read_text(encoding="utf-8")
    )
}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de,zh-TW;q=0.5", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("", "en"),
        (";;q=x,,", "en"),
    ],
)
def test_the_browsers_order_of_languages_is_followed(asked: str, language: str) -> None:
    assert preferred(asked) == language


def test_an_address_names_the_language_and_the_browser_remembers(pages: Pages) -> None:
    answer = pages.get("/?lang=zh", accept_language="en")
    assert '<html lang="zh-Hans">' in answer.text
    assert "lawcrawl_language=zh" in answer.headers["set-cookie"]
    assert "检索" in pages.shown("/search", cookie="lawcrawl_language=zh", accept_language="en")


def test_the_other_language_is_one_link_away_on_the_same_page(pages: Pages) -> None:
    assert 'href="/search?q=%E6%B3%95&amp;lang=zh"' in pages.shown("/search?q=法")


def test_there_are_sentences() -> None:
    assert len(SAID) > 80


def test_everything_that_is_said_is_said_in_chinese() -> None:
    levels = ("good", "warning", "failing", "running", "never crawled")
    assert {*SAID, *ORDER, *FIELDS, *SORTS, *levels, "reset", "jump"} - CHINESE.keys() == set()


def test_nothing_is_translated_that_is_not_said() -> None:
    python = "".join(
        path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py") if path.name != "words.py"
    )
    named = {
        *SAID,
        *ORDER,
        *FIELDS,
        *SORTS,
        "good",
        "warning",
        "failing",
        "running",
        "never crawled",
        "reset",
        "jump",
    }
    listed = set(re.findall(r"'(claimed|found|held|failed)'", "'claimed''found''held''failed'"))
    assert {words for words in CHINESE if words not in {*named, *listed} and words not in python} == set()


@pytest.mark.parametrize("sentence", CHINESE)
def test_a_translation_fills_in_the_same_facts(sentence: str) -> None:
    def facts(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    assert facts(CHINESE[sentence]) == facts(sentence)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=民法典",
        "/article/1",
        "/article/1/diff/1/2",
        "/changes",
        "/site/linxi_sfj",
        "/laws",
        "/plots",
        "/documents",
    ],
)
def test_every_page_is_there_in_chinese(pages: Pages, path: str) -> None:
    assert '<html lang="zh-Hans">' in pages.shown(path, accept_language="zh")
