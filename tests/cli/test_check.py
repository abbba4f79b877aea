"""`lawcrawl check`: a site beside its own past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import Run, crawl, lawcrawl
from tests.server import Answer, Site, article_page, list_page, notice_site, row, serving

QUICK = ("--delay", "0", "-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_TIMEOUT=5")
LIST, FIRST = "/tzgg/", "/tzgg/202401/t20240104_1.html"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path, dict[str, Answer]]]:
    """A column of four articles in the archive, and its pages as they were then."""
    archive = tmp_path_factory.mktemp("check") / "archive"
    site = notice_site(4)
    with serving(site):
        assert crawl(archive, site.url + LIST).status == 0
        yield site, archive, dict(site.pages)


@pytest.fixture
def site(crawled: tuple[Site, Path, dict[str, Answer]]) -> Site:
    site, _, pages = crawled
    site.pages = dict(pages)
    return site


@pytest.fixture
def check(crawled: tuple[Site, Path, dict[str, Answer]]) -> Callable[..., Run]:
    return lambda *options: lawcrawl("check", "--archive", crawled[1], *QUICK, *options)


def every_article(site: Site, change: Callable[[str], str]) -> None:
    for path, answer in list(site.pages.items()):
        if "/t2024" in path:
            site.page(path, change(str(answer.body)))


def found(run: Run) -> Any:
    [one] = run.objects
    return one


def test_a_site_as_it_was_is_fine(site: Site, check: Callable[..., Run]) -> None:
    run = check("--json")
    assert run.status == 0, run.err
    one = found(run)
    assert (one["outcome"], one["drift"], one["notes"]) == ("fine", [], [])
    assert one["lists"][0] | {"url": ""} == {
        "channel": "通知公告",
        "url": "",
        "rows": 4,
        "rows_before": 4,
        "known": 4,
        "newest": "2024-01-29",
        "newest_before": "2024-01-29",
    }
    assert one["coverage"]["source"] == {"archive": 1.0, "told": 3, "of": 3}


def test_it_asks_for_one_list_and_a_few_articles(site: Site, check: Callable[..., Run]) -> None:
    site.asked.clear()
    check("--articles", 2)
    assert sorted(site.asked) == ["/robots.txt", LIST, FIRST, FIRST.replace("_1", "_2")]


@pytest.mark.parametrize(
    ("change", "drift"),
    [
        (lambda page: page.replace("来源：临溪市司法局", ""), "source: lost in 3 of 3 known articles"),
        (lambda page: page.replace("2024-01", "2025-03"), "published: different in 3 of 3 known articles"),
        (lambda page: page.replace("</h1>", "（新版）</h1>"), "title: different in 3 of 3 known articles"),
        (
            lambda page: page.replace("特此通知。", "特此通知。" * 40),
            "text: different in 3 of 3 known articles",
        ),
    ],
    ids=["source", "date", "title", "text"],
)
def test_a_field_that_is_lost_or_differs_everywhere_drifted(
    site: Site, check: Callable[..., Run], change: Callable[[str], str], drift: str
) -> None:
    every_article(site, change)
    run = check("--json")
    assert run.status == 3
    [said] = found(run)["drift"]
    assert said == f"{drift}; the stored page still reads as it did: the site changed"


def test_one_edited_article_is_no_drift(site: Site, check: Callable[..., Run]) -> None:
    site.page(FIRST, article_page("关于延期开展第1期普法宣传活动的通知", "2024-01-29"))
    run = check("--json")
    assert run.status == 0
    assert "title: edited, as it seems, in 1 of 3 known articles" in found(run)["notes"]


@pytest.mark.parametrize(
    ("page", "drift"),
    [
        (Answer("", 404), "status 404"),
        (
            Answer("<p>栏目调整中</p>", headers={"Content-Type": "text/html"}),
            "no list rows are recognised; its last good",
        ),
        (
            Answer(
                list_page([(h, t, "") for h, t, _ in map(row, range(1, 5))]),
                headers={"Content-Type": "text/html"},
            ),
            "0% of its rows have a date; on its last good page 100%",
        ),
        (
            Answer(
                list_page([row(n, day=f"2022-01-0{n}") for n in range(1, 5)]),
                headers={"Content-Type": "text/html"},
            ),
            "its newest row is of 2022-01-04; the archive knows one of 2024-01-29",
        ),
        (
            Answer(list_page([row(n) for n in range(91, 95)]), headers={"Content-Type": "text/html"}),
            "none of its rows is known",
        ),
    ],
    ids=["gone", "without rows", "without dates", "older", "other addresses"],
)
def test_a_list_that_is_no_longer_what_it_was_drifted(
    site: Site, check: Callable[..., Run], page: Answer, drift: str
) -> None:
    site.pages[LIST] = page
    run = check("--json")
    assert run.status == 3
    assert drift in " ".join(found(run)["drift"])


def test_a_new_article_must_tell_what_all_others_tell(site: Site, check: Callable[..., Run]) -> None:
    fresh = ("./202402/t20240204_9.html", "关于印发普法工作要点的通知", "2024-02-04")
    site.page(LIST, list_page([fresh, *map(row, range(1, 5))]))
    page = article_page(fresh[1], fresh[2]).replace("来源：临溪市司法局", "")
    site.page("/tzgg/202402/t20240204_9.html", page)
    run = check("--json")
    assert run.status == 3
    assert found(run)["drift"] == [
        f"source: a new article does not tell it ({site.url}/tzgg/202402/t20240204_9.html)"
    ]


def test_the_failing_page_stands_beside_the_last_good_one(
    site: Site, check: Callable[..., Run], tmp_path: Path
) -> None:
    every_article(site, lambda page: page.replace("来源：临溪市司法局", ""))
    run = check("--save", tmp_path / "pages")
    assert run.status == 3
    [line] = [line for line in run.out.splitlines() if line.startswith("  source") and "—" in line][:1]
    assert line.split() == ["source", "临溪市司法局", "—"]
    saved = tmp_path / "pages" / site.url.removeprefix("http://").replace(":", "_")
    assert "来源" in (saved / "1_then.html").read_text(encoding="utf-8")
    assert "来源" not in (saved / "1_now.html").read_text(encoding="utf-8")


def test_what_does_not_answer_is_not_drift(
    crawled: tuple[Site, Path, dict[str, Answer]], tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    site = notice_site(2)
    with serving(site):
        assert crawl(archive, site.url + LIST).status == 0
    run = lawcrawl("check", "--archive", archive, *QUICK, "--json")
    assert run.status == 1
    assert (found(run)["outcome"], found(run)["drift"]) == ("unchecked", [])


def test_a_site_that_was_never_crawled_cannot_be_checked(check: Callable[..., Run]) -> None:
    run = check("wuhan_sfj")
    assert run.status == 2
    assert "wuhan_sfj has not been crawled yet; 'lawcrawl crawl wuhan_sfj' begins" in run.err


def test_a_lost_counter_is_drift(tmp_path: Path) -> None:
    site = notice_site(2)
    script = '<p>浏览次数：<script src="/count?id=2"></script>次</p><div class="TRS'
    every_article(site, lambda page: page.replace('<div class="TRS', script))
    site.pages["/count?id=2"] = Answer("document.write(321);", headers={"Content-Type": "text/javascript"})
    with serving(site):
        assert crawl(tmp_path, site.url + LIST).status == 0
        site.pages["/count?id=2"] = Answer("null", headers={"Content-Type": "text/javascript"})
        run = lawcrawl("check", "--archive", tmp_path, *QUICK, "--json")
    assert run.status == 3
    assert found(run)["drift"][0].startswith(
        "views: lost in 2 of 2 known articles; the counter answered no number"
    )
