"""TRS WCM (拓尔思, also 海云): most ministries, many provinces and cities.

Lists are ``index.html``, ``index_1.html`` ... with ``createPageHTML(total, current, "index", "html")`` in an
inline script; articles ``./202401/t20240104_2335012.html``; bodies in ``TRS_Editor``.
"""

from __future__ import annotations

import re

from lawcrawl.extract.document import Page
from lawcrawl.families.base import NoticeSpider

ARTICLE_LINK = re.compile(r"/t20\d{6}_\d+\.s?html?\b")
SIGNATURES = (
    (re.compile(r"TRS_(?:Editor|UEDITOR|PreAppend)|trs_editor_view|trs_paper_default", re.I), 0.9),
    (re.compile(r"<meta[^>]+trs-wcm|TRS\s*WCM|Trsapp", re.I), 0.8),
    (re.compile(r"createPageHTML\s*\("), 0.7),
    (ARTICLE_LINK, 0.7),
)


class TrsSpider(NoticeSpider):
    """A site published by TRS WCM."""

    family = "trs"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """The strongest of TRS's marks in the page or, weaker, in its address."""
        seen = [certainty for mark, certainty in SIGNATURES if mark.search(page.html)]
        if ARTICLE_LINK.search(page.url):
            seen.append(0.7)
        if not seen:
            return 0.0
        return min(0.99, max(seen) + 0.05 * (len(seen) - 1))
