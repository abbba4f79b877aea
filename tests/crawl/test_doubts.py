"""A reading that broke never overwrites a good one; an edit always makes a version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.crawl.doubts import Doubts
from lawcrawl.items import Article
from tests.command import Run, age, crawl, rows
from tests.server import Site, add_column, article_page, row, serving

GOOD = {
    "title": "关于开展宣传活动的通知",
    "published": "2024-01-04",
    "source": "临溪市司法局",
    "author": None,
    "doc_number": None,
    "issuer": None,
    "text": "请各单位认真组织。" * 40,
    "status": "live",
    "version": 1,
}


def settled(readings: list[dict[str, object]]) -> tuple[list[str], list[str]]:
    """Addresses that are believed and that are doubted, of articles read again with these differences."""
    doubts = Doubts()
    at_once = []
    for number, differences in enumerate(readings):
        old = {**GOOD, "title": f"{GOOD['title']}{number}", "published": f"2024-01-{number + 1:02}"}
        now = {key: value for key, value in old.items() if key not in ("status", "version")} | differences
        if not doubts.wait(Article(f"t{number}.html", **now), old):
            at_once.append(f"t{number}.html")
    believed, failures, _ = doubts.settle()
    return at_once + [article.url for article in believed], [failure.url for failure in failures]


@pytest.mark.parametrize(
    "loss",
    [
        {"published": None},
        {"text": None},
        {"text": "请。"},
        {"source": None},
        {"title": "临溪市司法局"},
        {"published": "2026-01-01"},
    ],
    ids=["date", "text", "collapsed text", "source", "one title for all", "one date for all"],
)
def test_what_all_pages_lost_is_doubted(loss: dict[str, object]) -> None:
    believed, doubted = settled([loss] * 6)
    assert (believed, len(doubted)) == ([], 6)


@pytest.mark.parametrize(
    "edit", [{"published": None}, {"text": "本通知已废止。"}, {"source": None}, {"title": "更正"}]
)
def test_what_one_page_of_many_lost_is_an_edit(edit: dict[str, object]) -> None:
    believed, doubted = settled([edit, {}, {}, {}, {}])
    assert (len(believed), doubted) == (5, [])


def test_a_single_page_that_lost_its_date_is_doubted_as_nothing_speaks_for_it() -> None:
    assert settled([{"published": None}]) == ([], ["t0.html"])


def test_a_single_page_without_its_source_is_an_edit() -> None:
    assert settled([{"source": None}]) == (["t0.html"], [])


def test_articles_that_differ_in_their_own_ways_are_edits() -> None:
    believed, doubted = settled([{"title": f"新标题{n}", "text": f"新的正文{n}。" * 90} for n in range(9)])
    assert (len(believed), doubted) == (9, [])


def test_articles_with_the_same_old_title_may_have_the_same_new_one() -> None:
    doubts = Doubts()
    for number in range(4):
        new = Article(
            f"t{number}.html",
            title="公告（更正）",
            published="2024-01-04",
            source="临溪市司法局",
            text=GOOD["text"],
        )
        assert doubts.wait(new, {**GOOD, "title": "公告"})
    assert len(doubts.settle()[0]) == 4


def test_a_new_article_never_waits() -> None:
    assert not Doubts().wait(Article("t.html", title="x"), None)


# Against a site

COUNT = 6


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    add_column(served, "tzgg", [row(n) for n in range(1, COUNT + 1)], per_page=10)
    with serving(served):
        yield served


def again(site: Site, archive: Path) -> Run:
    """A crawl after a year: every article is due."""
    age(archive, 400)
    return crawl(archive, f"{site.url}/tzgg/")


def edit(site: Site, number: int, old: str, new: str) -> None:
    path = f"/tzgg/202401/t20240104_{number}.html"
    body = str(site.pages[path].body)
    assert old in body
    site.page(path, body.replace(old, new))


def test_a_template_that_hides_the_dates_overwrites_none(site: Site, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert crawl(archive, f"{site.url}/tzgg/").status == 0
    before = rows(archive, "SELECT url, title, published, text, version FROM articles ORDER BY id")
    for number in range(1, COUNT + 1):
        edit(site, number, "发布时间", "编号")
        edit(site, number, " 17:18", "")
        edit(site, number, f"2024-01-{30 - number:02}", "")
    run = again(site, archive)
    assert run.status == 3, run.err
    assert rows(archive, "SELECT url, title, published, text, version FROM articles ORDER BY id") == before
    assert rows(archive, "SELECT DISTINCT stage, reason FROM failures") == [
        ("validate", "doubtful: date cannot be read any more; version 1 stays")
    ]
    [outcome] = rows(archive, "SELECT outcome FROM crawls ORDER BY id DESC LIMIT 1")
    assert outcome == "incomplete"
    assert (
        "date could not be read any more on 6 of 6 articles"
        in rows(archive, "SELECT findings ->> '$[0].sentence' FROM crawls ORDER BY id DESC LIMIT 1")[0]
    )


def test_once_the_pages_are_well_again_so_is_the_site(site: Site, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    pages = dict(site.pages)
    crawl(archive, f"{site.url}/tzgg/")
    for number in range(1, COUNT + 1):
        site.page(
            f"/tzgg/202401/t20240104_{number}.html",
            article_page("系统维护中", body="系统维护中，请稍后再试。"),
        )
    assert again(site, archive).status == 3
    assert rows(archive, "SELECT count(*) FROM articles WHERE title LIKE '关于开展第%'") == [COUNT]
    site.pages = pages
    run = again(site, archive)
    assert run.status == 0, run.err
    assert rows(archive, "SELECT count(*), max(version) FROM articles") == [(COUNT, 1)]


def test_an_edit_that_takes_a_source_away_is_a_version(site: Site, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    crawl(archive, f"{site.url}/tzgg/")
    edit(site, 2, "来源：临溪市司法局", "")
    run = again(site, archive)
    assert run.status == 0, run.err
    assert rows(archive, "SELECT source FROM versions WHERE version = 2") == [None]
