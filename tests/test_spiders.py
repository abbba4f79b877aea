"""Every shipped spider is a declaration that Scrapy finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lawcrawl.crawl.run import spiders
from lawcrawl.families import NoticeSpider

ROOT = Path(__file__).parent.parent
SHIPPED = sorted(path for path in (ROOT / "lawcrawl/spiders").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_spider_is_named_as_its_file(path: Path) -> None:
    assert path.stem in spiders()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_spider_is_a_short_declaration(path: Path) -> None:
    assert 6 <= len(path.read_text(encoding="utf-8").splitlines()) <= 25


@pytest.mark.parametrize("spider", spiders().values(), ids=lambda spider: spider.name)
def test_a_spider_says_whose_site_it_is_and_where_its_columns_are(spider: type[NoticeSpider]) -> None:
    assert spider.site_name
    assert spider.region
    assert spider.channels
    assert all(url.startswith(("http://", "https://")) for url in spider.channels.values())


def test_scrapy_lists_them_all() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) == {*spiders(), "auto"}
