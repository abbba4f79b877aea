"""PHPCMS (V9): lists ``index.php?m=content&c=index&a=lists&catid=9&page=2``, articles ``a=show&catid=9&id=12``.

Both can be static (``/html/tzgg/2.html``). The pager's last page links itself as the next. The count is a script's
answer at ``/api.php?op=count&id=12&modelid=1``, which sets the counts of today, the week and the month before the one
of all time, ``$('#hits').html('123')``. Known from the system's own source.
"""

from __future__ import annotations

import re

from lawcrawl.extract.document import Element, Page, text_of
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Counter, ListPage

# Long strings, and few: every page of every site is searched for them.
MARKS = ("m=content&c=index", "api.php?op=count")
_TOTAL = re.compile(r"^(\d+)\s*条$")


class PhpcmsSpider(NoticeSpider):
    """A site published by PHPCMS."""

    family = "phpcms"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By its dynamic addresses, in the page or its own, by its counter and by its pager."""
        if "m=content&c=index" in page.url or any(mark in page.html for mark in MARKS):
            return 0.9
        return 0.7 if 'id="pages" class="text-c"' in page.html else 0.0

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        pager = page.tree.find(".//div[@id='pages']")
        if pager is None:
            return listed
        total = next((found for link in pager.iter("a") if (found := _TOTAL.match(text_of(link)))), None)
        listed.claimed = int(total[1]) if total else listed.claimed
        here, linked = numbers(pager, "span"), numbers(pager, "a")
        if here:
            listed.pages = max(here + linked)
            listed.next = listed.next if max(here) < listed.pages else None
        return listed

    def counter(self, page: Page) -> Counter | None:
        """The script that counts articles (``modelid``); others count topics and comments."""
        if "api.php?op=count" not in page.html:
            return super().counter(page)
        found = []
        for script in page.tree.iter("script"):
            url = page.absolute(script.get("src"))
            if url and "api.php?op=count" in url:
                found.append(("modelid=" not in url, url))
        return Counter(min(found)[1]) if found else None


def numbers(pager: Element, tag: str) -> list[int]:
    """Page numbers that stand in a pager's elements of one kind."""
    texts = (text_of(element) for element in pager.iter(tag))
    return [int(text) for text in texts if text.isdecimal()]
