"""Who runs a site and what a column is called, by what their pages say."""

from __future__ import annotations

import re

from lawcrawl.extract.document import Page
from lawcrawl.normalize import squeeze

_FOOTER = re.compile(r"(?:主办单位|主办|版权所有)\s*[:：©]?\s*([\u4e00-\u9fff]{4,24})")


def site_name(page: Page) -> str | None:
    """Who runs the site: the metadata of the State's rules for government sites (国办发〔2017〕47号), or the footer."""
    if name := page.meta.get("sitename"):
        return name
    found = _FOOTER.search(page.html)
    return found[1] if found else None


def column_name(page: Page) -> str | None:
    """The column's name: its metadata, or the page's own name up to the site's."""
    if name := page.meta.get("columnname"):
        return name
    whole = squeeze(page.tree.findtext(".//title"))
    return re.split(r"[_|｜]|\s-+\s|-", whole)[0].strip() or None if whole else None
