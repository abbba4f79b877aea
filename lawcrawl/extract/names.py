"""Who runs a site and what a column is called, by what their pages say."""

from __future__ import annotations

import re

from lawcrawl.extract.document import Element, Page, inner_text
from lawcrawl.normalize import bare, squeeze, url_key

_FOOTER = re.compile(r"(?:主办单位|主办|版权所有)\s*[:：©]?\s*([\u4e00-\u9fff]{4,24})")

_SITE = re.compile(
    r"(?:网|网站|门户|平台|频道|专栏|(?:[省市县区州盟旗镇乡国]|人民).{0,14}(?:政府|[局厅委部办院会社科处]|委员会|办公室|中心))$"
)
STEM = 6
SHORT = 12
"""Characters: names of columns and sites in links have hardly more."""


def is_site_name(text: str) -> bool:
    """Whether a name is such as sites and those who run them have.

    >>> [is_site_name(t) for t in ("临溪市交通局", "临溪政务网", "渡口改造公告")]
    [True, True, False]
    """
    return _SITE.search(text) is not None


def names_elsewhere(page: Page) -> frozenset[str]:
    """What other pages and the site itself are called, white space aside: the texts of short links, pictures' names."""
    found = {page.meta.get("sitename"), page.meta.get("columnname"), *_FOOTER.findall(page.html)}
    for link in page.tree.iter("a"):
        text = inner_text(link)
        href = page.absolute(link.get("href"))
        if len(text) < 4 * SHORT and not (href and page.url and url_key(href) == url_key(page.url)):
            found.add(text)
    found.update(image.get("alt") for image in page.tree.iter("img"))
    return frozenset(name for text in found if text and len(name := bare(text)) <= SHORT)


def linked_stems(root: Element) -> frozenset[str]:
    """How the titles begin that a page links: what begins so too is a row of a list."""
    links = (bare(inner_text(link)) for link in root.iter("a"))
    return frozenset(text[:STEM] for text in links if len(text) >= STEM)


def is_row(line: str, stems: frozenset[str]) -> bool:
    return bare(line).lstrip("·•")[:STEM] in stems


def site_name(page: Page) -> str | None:
    """Who runs the site: the metadata of the State's rules for government sites (国办发〔2017〕47号), or the footer."""
    if name := page.meta.get("sitename"):
        return name
    found = _FOOTER.search(page.html)
    return found[1] if found else None


def column_name(page: Page) -> str | None:
    """The column's name: its metadata, or the page's own name up to the site's."""
    if name := page.meta.get("columnname"):
        return name
    whole = squeeze(page.name)
    return re.split(r"[_|｜]|\s-+\s|-", whole)[0].strip() or None if whole else None
