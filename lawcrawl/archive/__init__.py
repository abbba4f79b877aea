"""The folder and the database. ``from lawcrawl.archive import Archive`` works without Scrapy."""

from lawcrawl.archive.archive import Archive, Known
from lawcrawl.archive.errors import ArchiveError

__all__ = ["Archive", "ArchiveError", "Known"]
