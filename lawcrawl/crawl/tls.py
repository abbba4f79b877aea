"""Whose certificates a crawl believes: those that can be checked, unless the site's ``tls`` says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.contextfactory import _get_creator_context
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadFailedError
from service_identity import VerificationError
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from lawcrawl.families.base import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on."""


class HttpsHandler(HTTP11DownloadHandler):
    """Scrapy's own, that tells a certificate or a server refused from a connection lost.

    Settings: ``DOWNLOAD_VERIFY_CERTIFICATES``, ``LAWCRAWL_TLS``.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.site = crawler.settings["LAWCRAWL_SITE"] or crawler.spidercls.name
        if crawler.settings["LAWCRAWL_TLS"] == "legacy":
            policy: Any = LegacyPolicy(self._contextFactory)
            self._contextFactory = policy

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if said := refusal(error.__cause__):
                why, value = said
                raise Refused(f'{why}; tls = "{value}" in [sites."{self.site}"] allows it') from error
            raise


@implementer(IPolicyForHTTPS)
class LegacyPolicy:
    """Certificates are checked as ever; a server may lack secure renegotiation (RFC 5746)."""

    def __init__(self, strict: Any) -> None:
        self.strict = strict

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        creator = self.strict.creatorForNetloc(hostname, port)
        _get_creator_context(creator).set_options(LEGACY_SERVER_CONNECT)
        return creator


def refusal(error: BaseException | None) -> tuple[str, str] | None:
    """Why a server was not believed, and the value of ``tls`` that would allow it; None where that was not why."""
    for reason in error.reasons if isinstance(error, ResponseFailed) else ():
        said = str(reason.value)
        if isinstance(reason.value, VerificationError):
            return "the certificate is another host's", "unverified"
        if "certificate verify failed" in said:
            return "the certificate is expired, self-signed, or of an unknown authority", "unverified"
        if "unsafe legacy renegotiation" in said:
            return "the server knows TLS only without secure renegotiation", "legacy"
    return None
