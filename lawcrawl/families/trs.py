"""TRS WCM (拓尔思, also 海云): most ministries, many provinces and cities.

Lists are ``index.html``, ``index_1.html`` ... with ``createPageHTML(total, current, "index", "html")`` in an
inline script; articles ``./202401/t20240104_2335012.html``; bodies in ``TRS_Editor``.
"""

from __future__ import annotations

import re

from lawcrawl.extract.document import Page
from lawcrawl.families.base import NoticeSpider

ARTICLE_LINK = re.compile(r"/t20\d{6}_\d+\.s?html?\b")
# Plain strings: a page is searched for them all, and a regular expression costs fifty times as much.
EDITORS = ("TRS_Editor", "trs_editor", "TRS_UEDITOR", "TRS_PreAppend", "trs_paper_default")
SIGNATURES = (
    (("trs-wcm", "TRS WCM", "Trsapp"), 0.8),
    (("createPageHTML(", "createPageHTML ("), 0.7),
)


class TrsSpider(NoticeSpider):
    """A site published by TRS WCM."""

    family = "trs"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """What its editors leave behind settles it; else the strongest of its marks in the page or the address."""
        if any(mark in page.html for mark in EDITORS):
            return 0.95
        seen = [certainty for marks, certainty in SIGNATURES if any(mark in page.html for mark in marks)]
        if ARTICLE_LINK.search(page.url) or ("/t20" in page.html and ARTICLE_LINK.search(page.html)):
            seen.append(0.7)
        if not seen:
            return 0.0
        return min(0.99, max(seen) + 0.05 * (len(seen) - 1))
