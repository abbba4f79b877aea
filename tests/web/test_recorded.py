"""What crawls recorded in English is said in Chinese on a Chinese page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lawcrawl
from lawcrawl.items import Failure
from lawcrawl.web.recorded import RECORDED, STAGES, in_chinese
from tests.archive.writing import COLUMN, crawling
from tests.web.conftest import opened

ROOM = Path(lawcrawl.__file__).parent
SOURCE = re.sub(
    r'"\s*\n\s*f?"',
    "",
    "\n".join(
        path.read_text(encoding="utf-8")
        for path in ROOM.rglob("*.py")
        if "web" not in path.relative_to(ROOM).parts
    ),
)
SENTENCES = {
    "the list https://a.example/ shows no rows any more": "列表 https://a.example/ 不再列出任何文章",
    "attachment: status 404": "附件：状态码 404",
    "blocked: forbidden (403)": "站点拒绝采集：禁止访问（403）",
    "blocked: 瑞数 (412, obfuscated script)": "站点拒绝采集：瑞数（412，混淆脚本）",
    "doubtful: title and date cannot be read any more; version 2 stays": "存疑：已读不出标题、日期；保留第 2 版",
    "part 2 of an article: the connection was refused": "文章的第 2 部分：连接被拒绝",
    "source is known of 0% of 9 new articles; before it was 95%": "新文章 9 篇，其中 0% 有来源；以往为 95%",
}


@pytest.mark.parametrize(("english", "chinese"), SENTENCES.items())
def test_a_sentence_and_what_stands_in_it_is_said_in_chinese(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


@pytest.mark.parametrize("sentence", ["OSError: no such device", "某处出错", "", "{n}", "status"])
def test_what_is_not_ours_stays_as_it_is(sentence: str) -> None:
    assert in_chinese(sentence) == sentence


@pytest.mark.parametrize("sentence", [one for one in RECORDED if one.partition(":")[0] not in STAGES])
def test_every_sentence_is_one_that_is_recorded(sentence: str) -> None:
    assert [part for part in re.split(r"\{\w+\}", sentence) if part not in SOURCE] == []


def test_a_sites_failures_and_health_are_told_in_the_readers_language(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.writer.failure(crawl.id, Failure(f"{COLUMN}t9.html", "fetch", "status 500"))
    for pages in opened(tmp_path / "data"):
        assert "状态码 500" in pages.shown("/site/linxi_sfj?lang=zh")
        assert "status 500" in pages.shown("/site/linxi_sfj?lang=en")
