"""A page leads a crawl nowhere but to public addresses and to those that its own site lives at.

The site lives at 127.0.0.2; what it leads to at 127.0.0.1 is as foreign to it as a router is to a public site.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request

from lawcrawl.crawl.reach import ReachMiddleware
from lawcrawl.families.base import Refused
from tests.command import FAST, Run, crawl, lawcrawl, rows
from tests.server import Answer, Site, add_column, article_page, notice_site, serving

PATHS = {number: f"/tzgg/202401/t20240104_{number}.html" for number in range(1, 11)}
ELSEWHERE = "it is no public address, and the site does not live there"
REDIRECTS = {
    2: ("http://169.254.169.254/latest/meta-data/", f"169.254.169.254 is not asked: {ELSEWHERE}"),
    3: ("file:///etc/passwd", "redirected to file:///etc/passwd: only http:// and https:// are asked"),
    4: ("http://localhost:{port}/secret", f"localhost (127.0.0.1) is not asked: {ELSEWHERE}"),
    5: ("http://[::ffff:127.0.0.1]:{port}/secret", f"::ffff:127.0.0.1 (127.0.0.1) is not asked: {ELSEWHERE}"),
    6: ("http://2130706433:{port}/secret", f"2130706433 (127.0.0.1) is not asked: {ELSEWHERE}"),
}
STORED = [PATHS[number] for number in (1, 7, 8)]


class Led:
    """What came of a crawl that was led astray."""

    def __init__(self, run: Run, archive: Path, private: Site) -> None:
        self.run, self.archive, self.private = run, archive, private
        found = rows(archive, "SELECT url, stage, reason, attempts FROM failures")
        self.failures = {url: rest for url, *rest in found}


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Led]:
    archive = tmp_path_factory.mktemp("reach") / "archive"
    private = Site()
    with serving(private) as private, serving(notice_site(8), address="127.0.0.2") as site:
        port = private.url.rpartition(":")[2]
        for number, (target, _) in REDIRECTS.items():
            site.pages[PATHS[number]] = Answer("", 302, headers={"Location": target.format(port=port)})
        files = f'<p><a href="{private.url}/plan.pdf">附件：方案.pdf</a></p>'
        site.page(PATHS[7], article_page("关于附件的通知", extra=files))
        counter = f'浏览次数：<script src="{private.url}/hits.asp?id=8"></script>次　来源：'
        site.page(PATHS[8], article_page("关于清点的通知").replace("来源：", counter))
        add_column(
            site,
            "wl",
            [
                ("../tzgg/202401/t20240104_1.html", "关于开展第1期普法宣传活动的通知", "2024-01-29"),
                ("http://10.0.0.8/t20240104_9.html", "内网的一篇文章", "2024-01-05"),
            ],
        )
        targets = [f"{site.url}/tzgg/", f"{site.url}/wl/"]
        run = lawcrawl(
            "crawl", *targets, "--follow-external", "--archive", archive, *FAST, "-s", "RETRY_TIMES=2"
        )
        yield Led(run, archive, private)


@pytest.mark.parametrize("number", REDIRECTS, ids=[target for target, _ in REDIRECTS.values()])
def test_a_redirect_to_what_no_page_may_lead_to_is_a_failure_of_that_article(led: Led, number: int) -> None:
    [found] = [told for url, told in led.failures.items() if url.endswith(PATHS[number])]
    assert found == ["fetch", REDIRECTS[number][1], 1]


def test_a_file_at_a_private_address_is_not_fetched_and_its_article_is_stored(led: Led) -> None:
    assert led.failures[f"{led.private.url}/plan.pdf"][0] == "attachment"
    assert rows(led.archive, "SELECT status, size FROM attachments") == [("failed", None)]


def test_a_counter_at_a_private_address_is_not_asked(led: Led) -> None:
    assert led.failures[f"{led.private.url}/hits.asp?id=8"][0] == "views"


def test_a_row_to_a_private_address_is_not_followed(led: Led) -> None:
    assert led.failures["http://10.0.0.8/t20240104_9.html"][:2] == [
        "fetch",
        f"10.0.0.8 is not asked: {ELSEWHERE}",
    ]


def test_nothing_private_was_asked_for_and_the_rest_is_stored(led: Led) -> None:
    assert led.run.status == 3, led.run.err
    assert led.private.asked == []
    assert "Traceback" not in led.run.err
    assert len(led.failures) == len(REDIRECTS) + 3
    found = rows(led.archive, "SELECT substr(url, instr(url, '/tzgg')) FROM articles ORDER BY url")
    assert found == STORED


def test_a_site_on_a_private_address_is_its_own_by_any_name_and_port(tmp_path: Path) -> None:
    with serving(Site()) as files, serving(notice_site(2)) as site:
        files.pages["/plan.txt"] = Answer("方案", headers={"Content-Type": "text/plain; charset=utf-8"})
        there = files.url.replace("127.0.0.1", "localhost")
        extra = f'<p><a href="{there}/plan.txt">附件：方案.txt</a></p>'
        site.page(PATHS[2], article_page("关于附件的通知", extra=extra))
        run = crawl(tmp_path / "a", f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT status, text FROM attachments") == [("stored", "方案")]


def test_behind_a_proxy_names_are_the_proxys_to_resolve(tmp_path: Path) -> None:
    host = "http://sfj.linxi.example"
    site = notice_site(2)
    site.pages = {f"{host}{path}": answer for path, answer in site.pages.items()}
    with serving(site) as proxy:
        run = lawcrawl("crawl", f"{host}/tzgg/", "--archive", tmp_path / "a", *FAST, http_proxy=proxy.url)
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT count(*) FROM articles") == [2]


def judged(url: str, **meta: Any) -> str | None:
    """Why a site at 10.0.0.8 may not be led to ``url``."""
    spider = SimpleNamespace(channels={"通知公告": "http://10.0.0.8:8080/tzgg/"})
    reach = ReachMiddleware.from_crawler(SimpleNamespace(spider=spider))  # type: ignore[arg-type]
    try:
        asyncio.run(reach.process_request(Request(url, meta=meta)))
    except Refused as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.9", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "127.0.0.1", "0.0.0.0"),
        *("[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:192.168.1.1]"),
    ],
)
def test_what_is_not_global_is_refused(host: str) -> None:
    assert ELSEWHERE in (judged(f"http://{host}/") or "")
    assert ELSEWHERE in (judged(f"http://{host}/", proxy="http://127.0.0.1:1") or "")


@pytest.mark.parametrize("host", ["10.0.0.8", "[::ffff:10.0.0.8]", "1.2.3.4", "[2400:3200::1]"])
def test_public_addresses_and_the_sites_own_are_asked(host: str) -> None:
    assert judged(f"https://{host}/") is None


@pytest.mark.parametrize("url", ["ftp://1.2.3.4/a", "data:text/html,a", "file:///etc/passwd", "s3://a/b"])
def test_other_schemes_are_refused(url: str) -> None:
    assert judged(url) == f"{url} is not asked: only http:// and https:// are"
