"""The folder and the database. ``from lawcrawl.archive import Archive`` works without Scrapy."""

from lawcrawl.archive.archive import BLOCKED, Archive, Known
from lawcrawl.archive.errors import ArchiveError

__all__ = ["BLOCKED", "Archive", "ArchiveError", "Known"]
