"""A crawl's counters."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class Stats(MemoryStatsCollector):
    """Scrapy's own, which on every access would look whether it is called as Scrapy was before 2.14."""

    __getattribute__ = object.__getattribute__
