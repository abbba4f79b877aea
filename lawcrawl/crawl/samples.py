"""Saved pages of a site and what they are expected to read as: ``tests/sites/NAME/`` with its ``expected.json``.

The JSON has ``review`` (who looked at it, or that nobody has) and ``pages``, an object a saved page: ``file``, ``url``,
``content_type`` (null where the server named none) and ``list`` or ``article``, the values. A page without values gets
them from the first reading.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lawcrawl.crawl.explain import is_list
from lawcrawl.crawl.fetch import Fetched, Look
from lawcrawl.crawl.run import project_settings, spiders
from lawcrawl.extract.document import Page
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, ListPage

EXPECTED = "expected.json"
SMALL = 48 * 1024
"""Bytes up to which a page is saved as it was served."""
_BALLAST = re.compile(
    rb"(?<=<style>).*?(?=</style>)|(?<=<style type=\"text/css\">).*?(?=</style>)"
    rb"|(?<=base64,)[A-Za-z0-9+/=\s]{200,}|<!--(?!\[if)[^<>]{80,}?-->",
    re.S | re.I,
)
"""What makes pages heavy and is never read: style sheets, pictures in the markup, long comments."""


@dataclass(slots=True, frozen=True)
class Sample:
    """One saved page of a site."""

    folder: Path
    file: str

    def __str__(self) -> str:
        return f"{self.folder.name}/{self.file}"

    @property
    def spider(self) -> NoticeSpider:
        known = spiders_near(self.folder)
        if self.folder.name not in known:
            raise LookupError(f"{self.folder} is named after no spider of the project")
        return known[self.folder.name]()

    @property
    def entry(self) -> dict[str, Any]:
        pages = load(self.folder)["pages"]
        found: dict[str, Any] = next(page for page in pages if page["file"] == self.file)
        return found

    @property
    def expected(self) -> dict[str, Any]:
        """The values. Raises :class:`LookupError` where there were none: then they are written from this reading."""
        entry = self.entry
        values: dict[str, Any] = {kind: entry[kind] for kind in ("list", "article") if kind in entry}
        if not values:
            whole = load(self.folder)
            next(page for page in whole["pages"] if page["file"] == self.file).update(self.read())
            store(self.folder, whole)
            raise LookupError(
                f"{self} had no values yet; they are written into {EXPECTED}: compare them with the page"
            )
        return values

    def read(self) -> dict[str, Any]:
        """What the site's spider reads in the page today."""
        entry = self.entry
        body = (self.folder / self.file).read_bytes()
        return reading(self.spider, Page.from_bytes(body, entry["url"], entry["content_type"]))


def reading(spider: NoticeSpider, page: Page) -> dict[str, Any]:
    """A page's values as a person compares them: ``{"list": ...}`` or ``{"article": ...}``."""
    listed = spider.read_list(page)
    if is_list(listed) or (listed.next and not listed.items):
        return {"list": list_values(listed)}
    article = spider.read_article(page)
    article.counter = spider.counter(page) if article.views is None else None
    return {"article": article_values(article)}


def list_values(listed: ListPage) -> dict[str, Any]:
    rows = []
    for row in listed.items:
        marks = {mark: True for mark in ("pinned", "external") if getattr(row, mark)}
        rows.append({"date": row.date, "title": row.title, "url": row.url, **marks})
    told: dict[str, Any] = {
        "next": listed.next,
        "pages": listed.pages,
        "claimed": listed.claimed,
        "rows": rows,
    }
    return told | ({"form": listed.form} if listed.form else {})


def article_values(article: Article) -> dict[str, Any]:
    fields = ("title", "published", "source", "author", "doc_number", "issuer", "views")
    return {
        **{field: getattr(article, field) for field in fields},
        "counter": article.counter.url if article.counter else None,
        "labels": article.labels,
        "text": (article.text or "").splitlines(),
        "attachments": [{"name": file.name, "url": file.url} for file in article.attachments],
        "images": article.images,
    }


def samples(folder: Path) -> list[Sample]:
    """Every saved page of every site under ``folder``, in order."""
    return [
        Sample(expected.parent, page["file"])
        for expected in sorted(folder.glob(f"*/{EXPECTED}"))
        for page in load(expected.parent)["pages"]
    ]


@cache
def spiders_near(folder: Path) -> dict[str, type[NoticeSpider]]:
    return spiders(project_settings(near=folder))


def load(folder: Path) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    return whole


def store(folder: Path, whole: dict[str, Any]) -> None:
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (folder / EXPECTED).write_text(text + "\n", encoding="utf-8")


def save(folder: Path, spider: NoticeSpider, look: Look, articles: int, review: str) -> list[str]:
    """Save a look's list pages and the most telling of its articles; the names of the files written.

    Raises :class:`OSError`.
    """
    chosen = sorted(filter(sound, look.articles), key=telling)[:articles]
    named = [(name_of("list", number, got), got) for number, got in enumerate(look.lists, 1)]
    named += [(name_of("article", number, got), got) for number, got in enumerate(chosen, 1)]
    folder.mkdir(parents=True)
    pages = []
    for name, got in named:
        assert got.page is not None
        body = lightened(got, spider)
        (folder / name).write_bytes(body)
        values = reading(spider, Page.from_bytes(body, got.page.url, got.content_type))
        pages.append({"file": name, "url": got.page.url, "content_type": got.content_type, **values})
    store(folder, {"review": review, "pages": pages})
    return [name for name, _ in named]


def sound(got: Fetched) -> bool:
    """Whether an article is a page with a title and something to read."""
    article = got.article
    return bool(
        got.page
        and article
        and article.status == "live"
        and article.title
        and article.evidence.get("title") != "list row"
        and (article.text or article.attachments)
    )


def telling(got: Fetched) -> tuple[int, int]:
    """Sorts articles: those that tell most first, then the smallest."""
    article = got.article
    assert article is not None
    told = (article.published, article.source, article.doc_number, article.attachments, article.labels)
    return -sum(map(bool, told)), len(got.body)


def name_of(kind: str, number: int, got: Fetched) -> str:
    start = got.body[:200].lstrip()
    ending = "json" if start.startswith((b"{", b"[")) else "xml" if start.startswith(b"<?xml") else "html"
    return f"{kind}{f'_{number}' if number > 1 or kind == 'article' else ''}.{ending}"


def lightened(got: Fetched, spider: NoticeSpider) -> bytes:
    """The bytes as served; of a heavy page without its ballast, if it reads the same in every value."""
    if len(got.body) <= SMALL or got.page is None:
        return got.body
    lighter = _BALLAST.sub(b"", got.body)
    page = Page.from_bytes(lighter, got.page.url, got.content_type)
    return lighter if reading(spider, page) == reading(spider, got.page) else got.body
