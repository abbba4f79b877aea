"""Where a crawl may go: by http and https, to public addresses, and to those that the site itself lives at."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import CannotResolveHostError, NotConfigured
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from lawcrawl.extract.leaving import REDIRECTS
from lawcrawl.families.base import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

SCHEMES = ("http", "https")


class ReachMiddleware:
    """Downloader middleware; stands after the one that names a proxy.

    Refused is every address that is not globally reachable by the registries of RFC 6890 (loopback, private,
    link-local, shared ...), written or resolved, unless it is the very one that the host of a channel has. A name is
    resolved by the reactor's caching resolver, which the connection then asks too; behind a proxy, by the proxy.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.known: set[IPv4Address | IPv6Address] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not hasattr(crawler.spider, "channels"):
            raise NotConfigured  # as in Scrapy's shell: who types an address means it
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        parts = urlparse_cached(request)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise Refused(f"{request.url[:100]} is not asked: only http:// and https:// are")
        address = written(parts.hostname)
        if address is None and request.meta.get("proxy"):
            return
        address = address or await resolved(parts.hostname)
        if not address.is_global and address not in await self.homes():
            what = parts.hostname if str(address) == parts.hostname else f"{parts.hostname} ({address})"
            raise Refused(f"{what} is not asked: it is no public address, and the site does not live there")

    def process_response(self, request: Request, response: Response) -> Response:
        """A redirect to another scheme; Scrapy would hand it on as a page."""
        if response.status not in REDIRECTS:
            return response
        target = (response.headers.get("Location") or b"").decode("latin-1").strip()
        if urlsplit(urljoin(request.url, target)).scheme not in SCHEMES:
            raise Refused(f"redirected to {target[:100]}: only http:// and https:// are asked")
        return response

    async def homes(self) -> set[IPv4Address | IPv6Address]:
        """The addresses of the site's channels."""
        if self.known is None:
            channels: dict[str, str] = self.crawler.spider.channels  # type: ignore[union-attr]
            names = {host for url in channels.values() if (host := urlsplit(url).hostname)}
            known = set()
            for name in names:
                with suppress(CannotResolveHostError):
                    known.add(written(name) or await resolved(name))
            self.known = known
        return self.known


@lru_cache(256)
def written(host: str) -> IPv4Address | IPv6Address | None:
    """The address that ``host`` is; None where it is a name.

    >>> written("::ffff:10.0.0.8"), written("sfj.linxi.example")
    (IPv4Address('10.0.0.8'), None)
    """
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


async def resolved(host: str) -> IPv4Address | IPv6Address:
    """The address that a connection to ``host`` will have. Raises Scrapy's error, after which it is tried again."""
    from twisted.internet import reactor

    try:
        address: Any = await maybe_deferred_to_future(reactor.resolve(host))  # type: ignore[arg-type]
    except DNSLookupError as error:
        raise CannotResolveHostError(str(error)) from error
    return ip_address(address)
