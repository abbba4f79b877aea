"""Text that needs no unpacking: .txt, .csv and pages of HTML (which sites also serve as .doc and .xls)."""

from __future__ import annotations

from lawcrawl.extract.files.bounds import Reading, Unreadable


def plain(body: bytes) -> Reading:
    from lawcrawl.extract.document import decoded

    text = decoded(body)[1]
    odd = sum(map(text.count, "\ufffd\x00\x01\x02\x03"))
    if odd * 10 > len(text):
        raise Unreadable("not text")
    return text, None


def html(body: bytes) -> Reading:
    from lawcrawl.extract.document import Page, lines

    return "\n".join(lines(Page.from_bytes(body).tree)), None
