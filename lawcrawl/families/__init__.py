"""One file a CMS: how it lists, pages, counts and how it is recognised."""

from __future__ import annotations

from lawcrawl.extract.document import Page
from lawcrawl.families.base import NoticeSpider
from lawcrawl.families.gkmlpt import GkmlptSpider
from lawcrawl.families.hanweb import HanwebSpider
from lawcrawl.families.trs import TrsSpider
from lawcrawl.families.ucap import UcapSpider

FAMILIES: tuple[type[NoticeSpider], ...] = (TrsSpider, HanwebSpider, UcapSpider, GkmlptSpider)
SURE = 0.6


def recognise(page: Page) -> tuple[type[NoticeSpider] | None, float]:
    """The family that made ``page`` and how sure it is (0 to 1); None where none is sure enough."""
    certainty, family = max(((f.recognises(page), f) for f in FAMILIES), key=lambda found: found[0])
    return (family, certainty) if certainty >= SURE else (None, certainty)


__all__ = ["FAMILIES", "GkmlptSpider", "HanwebSpider", "NoticeSpider", "TrsSpider", "UcapSpider", "recognise"]
