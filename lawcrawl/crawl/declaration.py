"""A spider written from a look at its site: names read from the pages, oddities told at its head."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lawcrawl.crawl.explain import read, shortened_titles, turned_by, why
from lawcrawl.crawl.fetch import Fetched, Look
from lawcrawl.extract.document import Page
from lawcrawl.extract.names import site_name
from lawcrawl.families import NoticeSpider
from lawcrawl.normalize import squeeze

_TITLE_PARTS = re.compile(r"\s*[_|｜—–-]+\s*|\s{2,}|\s+")
_WHOLE_COUNTRY = re.compile(r"^(?:中国|中华人民共和国|国家|最高人民)")
_REGION = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,6}?(?:省|自治区))?"
    r"(?:[\u4e00-\u9fff]{1,7}?(?:自治州|地区|盟|市(?![场政容民])))?"
    r"(?:[\u4e00-\u9fff]{1,7}?(?:自治县|县|区(?![块域划])|旗))?"
)


@dataclass(slots=True, frozen=True)
class Declaration:
    """What a spider says of its site."""

    name: str
    site_name: str
    region: str | None
    channels: dict[str, str]

    @property
    def class_name(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_"))


def source(site: Declaration, looks: Sequence[Look], day: str) -> str:
    """The spider's file; ``day`` is when the site was looked at, ``2024-01-04``."""
    reader = reader_for(looks)
    notes = " ".join([f"Seen {day} as {seen_as(looks[0])}.", *oddities(looks)])
    head = f"{site.site_name}: {', '.join(site.channels)}.\n\n" + textwrap.fill(plain(notes), 100)
    region = f"    region = {quoted(site.region)}\n" if site.region else ""
    channels = "".join(f"        {quoted(name)}: {quoted(url)},\n" for name, url in site.channels.items())
    return (
        f'"""{head}\n"""\n\n'
        f"from lawcrawl.families import {reader.__name__}\n\n\n"
        f"class {site.class_name}({reader.__name__}):\n"
        f"    name = {quoted(site.name)}\n"
        f"    site_name = {quoted(site.site_name)}\n"
        f"{region}    channels = {{\n{channels}    }}\n"
    )


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def plain(text: str) -> str:
    """Text that may stand in a docstring."""
    return text.replace("\\", "/").replace('"""', "'''")


def reader_for(looks: Sequence[Look]) -> type[NoticeSpider]:
    """The family that reads all pages looked at as they read one by one; the shared base where none does."""
    pages = [got.page for look in looks for got in (*look.lists, *look.articles) if got.page]
    seen = [read(page) for page in pages]
    for family in dict.fromkeys(one.reader for one in seen):
        spider = family(name="probe")
        if all(
            spider.read_list(page) == one.listed and spider.read_article(page) == one.article
            for page, one in zip(pages, seen, strict=True)
        ):
            return family
    return seen[0].reader


def seen_as(look: Look) -> str:
    assert look.page is not None
    return why(look.page, read(look.page)).partition(":")[0]


def oddities(looks: Iterable[Look]) -> list[str]:
    """What whoever maintains the spider should know of the site's ways, each a sentence."""
    found: dict[str, None] = {}
    for look in looks:
        rows = look.read.items
        last = look.lists[-1]
        if len(look.lists) > 1:
            found[f"The rows come from {urlsplit(last.url).path}."] = None
        if last.page and look.read.next:
            found[f"Pages turn by {turned_by(last.page, look.read, read(last.page).reader)}."] = None
        if shortened_titles(look):
            found["List titles are cut short."] = None
        if any(row.pinned for row in rows):
            found["Pinned rows lead the list."] = None
        if outside := sum(row.external for row in rows):
            found[f"{outside} of {len(rows)} rows lead to other hosts."] = None
        if undated := sum(row.date is None for row in rows):
            found[f"{undated} of {len(rows)} rows have no date."] = None
        for got in look.articles:
            found.update(dict.fromkeys(oddities_of_article(got)))
    return list(found)


def oddities_of_article(got: Fetched) -> list[str]:
    found = []
    if got.page and got.page.encoding != "utf-8":
        found.append(f"Articles are written in {got.page.encoding}.")
    if got.article and got.article.counter:
        found.append(f"Views are asked of {urlsplit(got.article.counter.url).path}.")
    if got.article and got.article.evidence.get("published") in ("metadata", "address"):
        found.append(f"The date stands only in the {got.article.evidence['published']}.")
    return found


# Names


def name_of_site(looks: Iterable[Look]) -> str | None:
    """Who runs the site, by any of its pages or by what all page titles have in common."""
    pages = [got.page for look in looks for got in (*look.lists[:1], *look.articles) if got.page]
    if said := next((page.meta["sitename"] for page in pages if page.meta.get("sitename")), None):
        return said
    shared = set.intersection(*(set(title_parts(page)) for page in pages)) if len(pages) > 1 else set()
    return max(shared, key=len) if shared else next(filter(None, map(site_name, pages)), None)


def title_parts(page: Page) -> list[str]:
    whole = squeeze(page.name) or ""
    return [part for part in _TITLE_PARTS.split(whole) if len(part) > 2]


def channel_name(look: Look, site: str | None) -> str | None:
    """The column's name: its metadata, its title, or the end of its breadcrumb; None where the page does not tell."""
    assert look.page is not None
    trail = (read(look.page).article.channel or "").split(">")
    names = (look.page.meta.get("columnname"), look.read.name, *title_parts(look.page), trail[-1])
    return next((name for name in names if name and name != site), None)


def region(name: str) -> str | None:
    """The place that the body of this name is responsible for.

    >>> region("湖北省武汉市司法局"), region("临溪县市场监督管理局"), region("国家统计局"), region("临溪日报")
    ('湖北省武汉市', '临溪县', '全国', None)
    """
    if _WHOLE_COUNTRY.match(name):
        return "全国"
    found = _REGION.match(name)
    return found[0] or None if found else None
