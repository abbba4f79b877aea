"""What ``lawcrawl.toml`` says, as Scrapy's settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lawcrawl import __version__
from lawcrawl.config import Config, load

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class Configured:
    """Scrapy add-on: the configuration stands above ``settings.py``, below a spider's own settings and ``-s``."""

    def __init__(self, spider: str) -> None:
        self.spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spidercls.name)

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises :class:`~lawcrawl.config.ConfigError`."""
        named = settings["LAWCRAWL_CONFIG"]
        config = load(Path(named) if named else None)
        site = settings["LAWCRAWL_SITE"] or self.spider
        settings.setdict(scrapy_settings(config, site), priority="project")


def scrapy_settings(config: Config, site: str) -> dict[str, Any]:
    """The settings of a crawl of ``site``; only those that the configuration speaks of."""
    hours = config.get("politeness.hours", site)
    tls = config.get("tls", site)
    return {
        "USER_AGENT": user_agent(config.get("contact")),
        "LAWCRAWL_ARCHIVE": str(config.archive),
        "LAWCRAWL_RECHECK": config.get("politeness.recheck", site),
        "LAWCRAWL_HOURS": str(hours) if hours else None,
        "LAWCRAWL_TLS": tls,
        "DOWNLOAD_VERIFY_CERTIFICATES": tls != "unverified",
        **pace(config.get("politeness.delay", site)),
    }


def user_agent(contact: str | None) -> str:
    """
    >>> user_agent("you@example.org").partition(" ")[2]
    '(archive of public legal notices; you@example.org)'
    """
    return f"lawcrawl/{__version__} (archive of public legal notices{f'; {contact}' if contact else ''})"


def pace(delay: float) -> dict[str, Any]:
    """At least so many seconds between two requests to a host; a slow one is given more, unless it is 0."""
    return {
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": delay > 0,
    }
