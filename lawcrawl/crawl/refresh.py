"""Pages that lead on by ``<meta http-equiv="refresh">``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

HEAD = 4096


class RefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's own, asked only where the head names a refresh: it decodes the whole page to look for one."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if b"refresh" not in response.body[:HEAD].lower():
            return response
        return super().process_response(request, response)
