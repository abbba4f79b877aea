"""A site's own hours and the pause that its robots.txt names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.core.downloader import Slot
from scrapy.robotstxt import ProtegoRobotParser

from lawcrawl.config.hours import BEIJING, Hours
from lawcrawl.crawl.politeness import HOURS_OVER, CrawlDelay, OpeningHours, closed
from lawcrawl.crawl.recorder import ChannelRun, Recorder
from tests.command import Run, crawl, lawcrawl, rows
from tests.server import Answer, Site, notice_site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(2)) as served:
        yield served


def hours(begin: int, end: int) -> str:
    """Hours so many after now on Beijing's clocks."""
    now = datetime.now(BEIJING)
    return f"{(now + timedelta(hours=begin)).hour}-{(now + timedelta(hours=end)).hour}"


def run(site: Site, home: Path, span: str, *more: str) -> Run:
    (home / "lawcrawl.toml").write_text(
        f'contact = "you@example.org"\n[politeness]\ndelay = 0\nhours = "{span}"\n'
    )
    return lawcrawl("crawl", f"{site.url}/tzgg/", *more, cwd=home)


def test_a_site_is_not_asked_outside_of_its_hours(site: Site, tmp_path: Path) -> None:
    done = run(site, tmp_path, hours(2, 4))
    assert done.status == 1
    assert "Beijing time alone; crawl it from 20" in done.err
    assert "--any-hour" in done.err
    assert len(done.err.splitlines()) == 1
    assert site.asked == []
    assert rows(tmp_path / "data", "SELECT count(*) FROM crawls") == [0]


def test_a_site_is_asked_within_its_hours(site: Site, tmp_path: Path) -> None:
    assert run(site, tmp_path, hours(-1, 2)).status == 0


def test_who_means_it_crawls_at_any_hour(site: Site, tmp_path: Path) -> None:
    assert run(site, tmp_path, hours(2, 4), "--any-hour").status == 0


def crawler(**settings: Any) -> Any:
    found = {"LAWCRAWL_HOURS": "22-06", "USER_AGENT": "lawcrawl/1 (x)", **settings}
    slot = Slot(1, 1.0, jitter=0.5)
    downloader = SimpleNamespace(slots={"sfj.example": slot}, get_slot_key=lambda request: "sfj.example")
    engine = SimpleNamespace(downloader=downloader)
    names = type(
        "Settings",
        (dict,),
        {"getbool": lambda self, name: bool(self.get(name)), "__missing__": lambda *_: None},
    )
    return SimpleNamespace(settings=names(found), engine=engine, slot=slot)


def test_the_sentence_names_when_the_site_may_be_asked() -> None:
    noon = datetime(2024, 1, 4, 4, tzinfo=UTC)
    assert closed(crawler(), lambda: noon) == (
        "may be asked at 22:00-06:00 Beijing time alone; crawl it from 2024-01-04 22:00 on, or with --any-hour"
    )
    assert closed(crawler(), lambda: noon + timedelta(hours=12)) is None
    assert closed(crawler(LAWCRAWL_ANY_HOUR=True), lambda: noon) is None


def test_a_crawl_is_closed_when_the_hours_end() -> None:
    closed_for: list[str] = []

    async def close_spider_async(reason: str) -> None:
        closed_for.append(reason)

    async def main() -> None:
        known = crawler()
        known.engine.close_spider_async = close_spider_async
        OpeningHours(known, Hours.parse("22-06")).close()
        await asyncio.sleep(0)

    asyncio.run(main())
    assert closed_for == [HOURS_OVER]


def test_what_the_hours_cut_short_is_incomplete_and_goes_on() -> None:
    crawl = SimpleNamespace(fatal=None, blocked=None, channels={"a": ChannelRun(lists_read=1)})
    assert Recorder.outcome(crawl, HOURS_OVER) == (  # type: ignore[arg-type]
        "incomplete",
        "the hours in which it may be asked are over; the next crawl goes on",
    )


def delayed(robots: str, **settings: Any) -> tuple[CrawlDelay, Slot]:
    known = crawler(**settings)
    extension = CrawlDelay(known)
    extension.robots_parsed(
        ProtegoRobotParser(robots.encode(), None), SimpleNamespace(url="http://sfj.example/")
    )  # type: ignore[arg-type]
    return extension, known.slot


def test_the_pause_of_robots_txt_is_kept_to_the_second() -> None:
    _, slot = delayed("User-agent: *\nCrawl-delay: 5\n")
    assert (slot.delay, slot.jitter) == (5.0, 0.0)


def test_a_shorter_pause_than_ours_changes_nothing() -> None:
    _, slot = delayed("User-agent: *\nCrawl-delay: 0.5\n")
    assert (slot.delay, slot.jitter) == (1.0, 0.5)


def test_what_is_asked_of_others_is_not_ours() -> None:
    _, slot = delayed("User-agent: otherbot\nCrawl-delay: 5\n")
    assert slot.delay == 1.0


def test_a_pause_that_was_shortened_is_put_back() -> None:
    extension, slot = delayed("User-agent: *\nCrawl-delay: 5\n")
    slot.delay = 0.1
    extension.response_downloaded(SimpleNamespace(meta={"download_slot": "sfj.example"}))  # type: ignore[arg-type]
    assert slot.delay == 5.0


def test_a_site_with_a_pause_is_crawled_whole(site: Site, tmp_path: Path) -> None:
    robots = "User-agent: *\nCrawl-delay: 0.05\n"
    site.pages["/robots.txt"] = Answer(robots, headers={"Content-Type": "text/plain"})
    assert crawl(tmp_path / "a", f"{site.url}/tzgg/").status == 0


def test_messages_are_objects_for_those_who_ask(site: Site, tmp_path: Path) -> None:
    site.pages["/tzgg/202401/t20240104_2.html"] = Answer("gone wrong", 500)
    done = lawcrawl(
        "crawl",
        f"{site.url}/tzgg/",
        "--log-format",
        "json",
        "--delay",
        "0",
        "-s",
        "RETRY_TIMES=0",
        cwd=tmp_path,
    )
    told = [json.loads(line) for line in done.err.splitlines()]
    assert any("no contact is set" in one["message"] for one in told)
    assert any(one["message"].startswith("fetch: status 500") for one in told)
    assert all(one["at"].endswith("Z") for one in told)
