"""Answers that lead on, by their status or by ``<meta http-equiv="refresh">``: followed as far as the site goes.

An article (``meta["stays"]``) that leads to another site is not followed there unless ``LAWCRAWL_FOLLOW_EXTERNAL`` is
set: that it does is its answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares import redirect

from lawcrawl.extract.leaving import HEAD, leads_away

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's own, within the site."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        following = super().process_response(request, response)
        if leaves(following, self.crawler.settings.getbool("LAWCRAWL_FOLLOW_EXTERNAL")):
            request.meta["handle_httpstatus_list"] = [response.status]
            return response
        return following


class RefreshMiddleware(redirect.MetaRefreshMiddleware):
    """Scrapy's own, within the site; asked only where the head names a refresh: it decodes the whole page."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if b"refresh" not in response.body[:HEAD].lower():
            return response
        following = super().process_response(request, response)
        if leaves(following, self.crawler.settings.getbool("LAWCRAWL_FOLLOW_EXTERNAL")):
            return response
        return following


def leaves(following: Request | Response, free: bool) -> bool:
    """Whether an article's answer leads out of its site; never where the crawl is ``free`` to follow it."""
    if free or not isinstance(following, Request) or not following.meta.get("stays"):
        return False
    return leads_away(following.meta["redirect_urls"][0], following.url)
