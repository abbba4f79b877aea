"""Cookies as Scrapy keeps them; nobody is asked over the network for the list of public suffixes."""

from __future__ import annotations

from scrapy.downloadermiddlewares import cookies
from tldextract import TLDExtract

# Scrapy has no setting for it: left alone, the first cookie of a crawl is a request to publicsuffix.org.
cookies._split_domain = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's own, with the list that tldextract brings along."""
