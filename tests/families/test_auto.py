"""Pages that only half belong to a family: they are read by their structure, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.crawl.explain import read, why
from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.hanweb import HanwebSpider
from lawcrawl.families.reading import no_list
from lawcrawl.families.ucap import UcapSpider
from tests.command import crawl, rows
from tests.server import Site, list_page, notice_site, row, serving

MARK = "<script>var old = '/module/web/jpage/dataproxy.jsp';</script><record></record>"
"""What Hanweb leaves in a page that was rebuilt with something else."""


def half(html: str) -> str:
    return html.replace('<div class="footer">', f'{MARK}<div class="footer">')


def test_a_page_with_a_family_s_mark_alone_is_read_by_its_structure() -> None:
    page = Page.from_text(half(list_page([row(n) for n in range(1, 6)])), "http://www.linxi.example/tzgg/")
    assert recognise(page)[0] is HanwebSpider
    seen = read(page)
    assert (seen.kind, len(seen.listed.items)) == ("list", 5)
    assert "auto" in why(page, seen)
    assert "hanweb" in why(page, seen)


def test_a_crawl_of_such_a_site_is_whole_and_says_so(tmp_path: Path) -> None:
    site = notice_site(7, per_page=5)
    for path in ("/tzgg/", "/tzgg/index_1.html"):
        page = site.pages[path].body
        assert isinstance(page, str)
        site.page(path, half(page))
    with serving(site):
        run = crawl(tmp_path / "a", f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert "7 new" in run.out
    assert run.err.count("looks like hanweb") == 1


@pytest.mark.parametrize("answer", ['{"code": 403, "msg": "token"}', "<html><body>验证失败</body></html>"])
def test_a_list_that_only_a_browser_may_ask_is_told(answer: str) -> None:
    page = Page.from_text(answer, f"http://www.linxi.example/common/search/{'0a' * 16}?_isJson=true&page=1")
    assert recognise(page)[0] is UcapSpider
    assert "token" in (no_list(UcapSpider(name="t").read_list(page)) or "")


def test_the_crawl_of_such_a_list_fails_with_that_sentence(tmp_path: Path) -> None:
    site = Site()
    channel = "0a" * 16
    site.page("/xxgk_list.shtml", f"<html><body><script>var channelId = '{channel}';</script></body></html>")
    with serving(site):
        query = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&_rangeTimeGte=&_channelName=&page=1"
        site.page(
            f"/common/search/{channel}?{query}", '{"code": 403}', **{"Content-Type": "application/json"}
        )
        run = crawl(tmp_path / "a", f"{site.url}/xxgk_list.shtml")
    assert run.status == 3
    [reason] = rows(tmp_path / "a", "SELECT reason FROM failures")
    assert "token" in reason
