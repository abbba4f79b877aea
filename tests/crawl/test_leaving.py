"""An article whose own address leads to another site: a row of the list, and no article of this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.verify import verify
from lawcrawl.rebuild.run import rebuild
from tests.archive.dump import contents
from tests.command import crawl, lawcrawl, rows
from tests.crawl.test_history import pass_days
from tests.server import Answer, Site, article_page, notice_site, serving

PATHS = {number: f"/tzgg/202401/t20240104_{number}.html" for number in range(1, 7)}
MOVED, REFRESHED, WITHIN, SIGNED_ON = 1, 2, 3, 4
TITLE = "关于开展第{}期普法宣传活动的通知"


def redirect(target: str) -> Answer:
    return Answer("", 302, headers={"Location": target})


def leave(site: Site, other: Site) -> None:
    """The first two articles lead to another site, by redirect and by refresh; the others do not."""
    other.page("/a.html", article_page("别家网站上的标题"))
    sign_on = f"/login?back={site.url}/signed.html"
    other.pages[sign_on] = redirect(f"{site.url}/signed.html")
    site.pages["/moved.html"] = site.pages[PATHS[WITHIN]]
    site.page("/signed.html", article_page(TITLE.format(SIGNED_ON)))
    site.pages[PATHS[MOVED]] = redirect(f"{other.url}/a.html")
    site.page(
        PATHS[REFRESHED], f'<meta http-equiv="refresh" content="0;url={other.url}/a.html"><p>跳转中</p>'
    )
    site.pages[PATHS[WITHIN]] = redirect("/moved.html")
    site.pages[PATHS[SIGNED_ON]] = redirect(f"{other.url}{sign_on}")


@pytest.fixture
def sites() -> Iterator[tuple[Site, Site]]:
    with serving(notice_site(6, per_page=6)) as site, serving(Site()) as other:
        yield site, other


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The archive of a crawl, and what the other site was asked."""
    archive = tmp_path_factory.mktemp("left") / "archive"
    with serving(notice_site(6, per_page=6)) as site, serving(Site()) as other:
        leave(site, other)
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    return archive, other.asked


def test_it_is_kept_as_the_list_tells_it_and_the_other_site_is_not_asked(
    left: tuple[Path, list[str]],
) -> None:
    archive, asked = left
    assert "/a.html" not in asked
    found = rows(
        archive,
        "SELECT a.title, a.published, a.text, c.status FROM articles a JOIN captures c ON c.id = a.capture_id"
        " WHERE a.status = 'external' ORDER BY a.url",
    )
    assert found == [
        (TITLE.format(MOVED), "2024-01-29", None, 302),
        (TITLE.format(REFRESHED), "2024-01-28", None, 200),
    ]
    assert rows(archive, "SELECT count(*) FROM articles WHERE status = 'live'") == [4]


def test_it_is_fetched_where_that_is_asked(sites: tuple[Site, Site], tmp_path: Path) -> None:
    site, other = sites
    leave(site, other)
    crawl(tmp_path / "archive", f"{site.url}/tzgg/", "--follow-external")
    assert other.asked.count("/a.html") == 2
    titles = rows(tmp_path / "archive", "SELECT title, status FROM articles ORDER BY url")
    assert titles[:2] == [("别家网站上的标题", "live")] * 2


def test_a_rebuild_finds_what_the_crawl_found(left: tuple[Path, list[str]]) -> None:
    archive, _ = left
    before = contents(archive)
    report = rebuild(archive)
    assert (report["articles"], report["changed"], report["kept"], report["unread"]) == (6, 0, [], [])
    assert contents(archive) == before
    with Archive(archive, read_only=True) as opened:
        assert list(verify(opened)) == []


def test_an_article_that_comes_to_lead_away_is_gone_and_keeps_what_it_was(
    sites: tuple[Site, Site], tmp_path: Path
) -> None:
    site, other = sites
    archive = tmp_path / "archive"
    crawl(archive, f"{site.url}/tzgg/")
    leave(site, other)
    for _ in range(2):
        pass_days(archive, 400)
        crawl(archive, f"{site.url}/tzgg/")
    query = (
        "SELECT a.status, s.reason FROM articles a JOIN statuses s ON s.article_id = a.id WHERE a.url LIKE ?"
    )
    assert rows(archive, query, f"%{PATHS[MOVED]}") == [("gone", "another site")] * 2
    assert rows(
        archive, "SELECT title, text LIKE '%特此通知%' FROM articles WHERE url LIKE ?", f"%{PATHS[MOVED]}"
    ) == [(TITLE.format(MOVED), 1)]
    before = contents(archive)
    rebuild(archive)
    assert contents(archive) == before


def test_probe_says_so_and_does_not_follow(sites: tuple[Site, Site]) -> None:
    site, other = sites
    leave(site, other)
    run = lawcrawl("probe", f"{site.url}/tzgg/")
    assert f"{site.url}{PATHS[MOVED]}: another site" in run.out
    assert other.asked == []
