"""The files that a page links and the images that its body shows."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

from lawcrawl.extract.document import Element, Page, classes, inner_text
from lawcrawl.items import Attachment
from lawcrawl.normalize import squeeze

_DOCUMENT = re.compile(
    r"\.(?:pdf|doc[xm]?|xls[xm]?|ppt[xm]?|wps|et|dps|ofd|rtf|txt|csv|zip|rar|7z)\s*(?:[?#]|$)", re.I
)
_DOWNLOAD = re.compile(
    r"/module/download/downfile\.jsp|/system/_content/download\.jsp|DownloadAttachUrl|[?&]showname=|/downloadFile|/attach(?:ment)?/down",
    re.I,
)
_NAMELESS = re.compile(r"^[\[【(（]?(?:点击|点此|请)?(?:下载|查看|附件下载|附件)[\]】)）]?$")
_ICON = re.compile(r"/(?:icons?|images?/icon|fileTypeImages|dialogs/attachment)/|icon_\w+\.gif$", re.I)
_FRAME = re.compile(r"nav|foot|header|menu|sidebar|banner|friend")


def is_file(url: str) -> bool:
    """Whether an address names a document rather than a page.

    >>> is_file("./P020240104612345678901.pdf"), is_file("/module/download/downfile.jsp?filename=a.doc")
    (True, True)
    """
    return _is_file(url) if len(url) <= 300 else _is_file.__wrapped__(url)


@lru_cache(4096)  # a site's navigation is asked about on each of its pages
def _is_file(url: str) -> bool:
    return bool(_DOCUMENT.search(url) or _DOWNLOAD.search(url))


def find_attachments(page: Page, body: Element | None) -> list[Attachment]:
    """Document links of the page, in its order, each address once; those of its frame are not the article's."""
    found: dict[str, Attachment] = {}
    for link in page.tree.iter("a"):
        href = link.get("href")
        if not href or not is_file(href) or (url := page.absolute(href)) is None or _in_frame(link, body):
            continue
        name = attachment_name(link, url)
        kept = found.setdefault(url, Attachment(url, name))
        kept.name = kept.name or name
    return list(found.values())


def _in_frame(link: Element, body: Element | None) -> bool:
    for above in link.iterancestors():
        if above is body:
            return False
        if above.tag in ("header", "footer", "nav") or (
            above.tag != "body" and _FRAME.search(classes(above))
        ):
            return True
    return False


def attachment_name(link: Element, url: str) -> str | None:
    """The file's name as the page shows it; where the link says only "下载", its title or address."""
    for text in (squeeze(inner_text(link)), squeeze(link.get("title")), _named_in(url)):
        if text and not _NAMELESS.match(text):
            return text
    return None


def _named_in(url: str) -> str | None:
    parts = urlsplit(url)
    for name in ("showname", "filename", "name"):
        if values := parse_qs(parts.query).get(name):
            return values[0]
    return unquote(parts.path.rsplit("/", 1)[-1]) or None


def find_images(body: Element, page: Page) -> list[str]:
    """Absolute addresses of the images in the body, without the icons that editors set before file links."""
    found = dict.fromkeys(page.absolute(image.get("src")) for image in body.iter("img"))
    return [url for url in found if url and not _ICON.search(url)]
