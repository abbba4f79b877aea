"""One file a CMS: how it lists, pages, counts and how it is recognised."""

from __future__ import annotations

from lawcrawl.extract.document import Page
from lawcrawl.families.aspnet import AspNetSpider
from lawcrawl.families.base import NoticeSpider
from lawcrawl.families.dedecms import DedeSpider
from lawcrawl.families.empire import EmpireSpider
from lawcrawl.families.gkmlpt import GkmlptSpider
from lawcrawl.families.hanweb import HanwebSpider
from lawcrawl.families.phpcms import PhpcmsSpider
from lawcrawl.families.sitefactory import SiteFactorySpider
from lawcrawl.families.trs import TrsSpider
from lawcrawl.families.ucap import UcapSpider
from lawcrawl.families.vsb import VsbSpider
from lawcrawl.families.webplus import WebplusSpider

FAMILIES: tuple[type[NoticeSpider], ...] = (
    TrsSpider,
    HanwebSpider,
    UcapSpider,
    GkmlptSpider,
    VsbSpider,
    WebplusSpider,
    DedeSpider,
    PhpcmsSpider,
    EmpireSpider,
    SiteFactorySpider,
    AspNetSpider,
)
SURE = 0.6
CERTAIN = 0.9


def recognise(
    page: Page, likely: type[NoticeSpider] | None = None
) -> tuple[type[NoticeSpider] | None, float]:
    """The family that made ``page`` and how sure it is (0 to 1); None where none is sure enough.

    ``likely`` is asked first: a site's pages are of one family, and one that is certain settles it.
    """
    best, family = 0.0, None
    for candidate in (likely, *FAMILIES) if likely else FAMILIES:
        certainty = candidate.recognises(page) if candidate else 0.0
        if certainty > best:
            best, family = certainty, candidate
        if best >= CERTAIN:
            break
    return (family if best >= SURE else None), best


__all__ = [
    "FAMILIES",
    "AspNetSpider",
    "DedeSpider",
    "EmpireSpider",
    "GkmlptSpider",
    "HanwebSpider",
    "NoticeSpider",
    "PhpcmsSpider",
    "SiteFactorySpider",
    "TrsSpider",
    "UcapSpider",
    "VsbSpider",
    "WebplusSpider",
    "recognise",
]
