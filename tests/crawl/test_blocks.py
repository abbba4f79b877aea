"""A site that says no is recorded, left alone at once, and left alone longer each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import age, crawl, rows
from tests.server import Answer, Site, notice_site, serving

CHALLENGE = Answer("<script>document.cookie='__jsl_clearance_s=1'</script>", 521)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(6)) as served:
        yield served


def test_a_challenge_ends_the_crawl_and_is_named(site: Site, archive: Path) -> None:
    site.pages["/tzgg/202401/t20240104_2.html"] = CHALLENGE
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 3
    assert "blocked: 加速乐 (521, __jsl_clearance)" in run.err
    assert site.articles_asked() == [f"/tzgg/202401/t20240104_{n}.html" for n in (1, 2)]
    assert rows(archive, "SELECT stage, reason FROM failures") == [
        ("blocked", "blocked: 加速乐 (521, __jsl_clearance)")
    ]


def test_a_site_that_barred_the_last_crawl_is_not_asked_again_soon(site: Site, archive: Path) -> None:
    site.pages["/tzgg/"] = CHALLENGE
    assert crawl(archive, f"{site.url}/tzgg/").status == 1
    site.asked.clear()
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 1
    assert "it is left alone until" in run.err
    assert site.asked == []


def test_the_pause_ends(site: Site, archive: Path) -> None:
    page = site.pages["/tzgg/"]
    site.pages["/tzgg/"] = CHALLENGE
    crawl(archive, f"{site.url}/tzgg/")
    age(archive, 1)
    site.pages["/tzgg/"] = page
    assert crawl(archive, f"{site.url}/tzgg/").status == 0


def test_one_forbidden_article_is_that_articles_failure(site: Site, archive: Path) -> None:
    site.pages["/tzgg/202401/t20240104_2.html"] = Answer("<h1>Forbidden</h1>", 403)
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 3
    assert rows(archive, "SELECT count(*) FROM articles") == [5]


def test_three_refusals_in_a_row_are_the_sites(site: Site, archive: Path) -> None:
    for number in range(2, 7):
        site.pages[f"/tzgg/202401/t20240104_{number}.html"] = Answer("<h1>Forbidden</h1>", 403)
    run = crawl(archive, f"{site.url}/tzgg/")
    assert "blocked: forbidden (403)" in run.err
    assert len(site.articles_asked()) == 4


def test_retry_after_is_waited_for(site: Site, archive: Path) -> None:
    busy = Answer("<h1>503</h1>", 503, headers={"Retry-After": "0"})
    path = "/tzgg/202401/t20240104_2.html"
    page = site.pages[path]
    answers = iter([busy])
    site.pages[path] = Answer(choose=lambda: next(answers, page))
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert site.asked.count(path) == 2
