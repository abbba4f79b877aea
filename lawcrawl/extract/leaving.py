"""Whether a site answers for one of its articles by sending the reader to another site."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

from tldextract import TLDExtract
from w3lib.html import get_meta_refresh

from lawcrawl.extract.document import Page

REDIRECTS = (301, 302, 303, 307, 308)
HEAD = 4096
"""Characters within which a page says that it leads on."""
SOON = 100
"""Seconds: a page that stands longer is there to be read."""
_PORTS = {"http": 80, "https": 443}
_domains = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)


def leads_away(asked: str, target: str) -> bool:
    """Whether who asks for ``asked`` and is sent to ``target`` has left the site: it is another host and not of the
    same registered domain. Who is told there where to come back to is only asked to sign on, and a host that now
    answers by https is still the host.

    >>> leads_away("http://sfj.example.org/1.html", "https://www.example.org/sfj/1.html")
    False
    >>> leads_away("http://sfj.example.org/1.html", "https://paper.example.com/1.html")
    True
    >>> leads_away("http://example.org/1", "https://id.example.com/?to=http%3A%2F%2Fexample.org%2F1")
    False
    """
    try:
        here, there = urlsplit(asked), urlsplit(target)
        if not there.hostname or place(here) == place(there):
            return False
    except ValueError:
        return False
    if place(here)[0] == place(there)[0] and (here.scheme, there.scheme) == ("http", "https"):
        return False
    own = _domains(here.hostname or "").top_domain_under_public_suffix
    if own and own == _domains(there.hostname).top_domain_under_public_suffix:
        return False
    return (here.hostname or "") not in unquote(there.query)


def place(parts: SplitResult) -> tuple[str, int | None]:
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    return (parts.hostname or "").removeprefix("www."), port


def leads_on(page: Page) -> str | None:
    """Where the page's ``<meta http-equiv="refresh">`` leads; None where it has none or stands for a while first."""
    head = page.html[:HEAD]
    if b"refresh" not in head.encode(errors="ignore").lower():  # of bytes, a quarter of the time
        return None
    seconds, url = get_meta_refresh(head, page.url, ignore_tags=("noscript",))
    return url if url and seconds is not None and seconds < SOON else None
