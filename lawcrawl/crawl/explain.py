"""What a page is, why it is read so, and what of the reading is doubtful: facts for ``probe`` and ``new``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lawcrawl.crawl.fetch import Look
from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.document import Page
from lawcrawl.extract.pagers import READERS
from lawcrawl.extract.script_pagers import LAST
from lawcrawl.families import FAMILIES, SURE, NoticeSpider, recognise
from lawcrawl.families.auto import read_as
from lawcrawl.families.reading import LIST_SURE
from lawcrawl.items import Article, Failure, ListPage, Row

TURNED_BY = {
    "trs_call": "createPageHTML(...) in a script",
    "script_variables": "countPage and currentPage in a script",
    "last_told": "the pager's own numbers",
    "plugin": "a pager that a script draws, by its options",
    "load_more": "the link 加载更多",
    "arrows": "an arrow in the pager",
    "link_rel": 'a link with rel="next"',
    "next_words": "a link that says 下一页",
    "hidden_pager": "a pager kept as base64",
    "numbered": "the number after the highlighted one",
    "select_box": "a box of page addresses",
}
SHORT_TEXT = 20


@dataclass(slots=True)
class Seen:
    """One page as its family reads it."""

    kind: str
    """``list``, ``article`` or ``other``."""
    reader: type[NoticeSpider]
    """The family, or the shared base where none is recognised."""
    certainty: float
    article: Article
    listed: ListPage
    fits: bool = True
    """Whether the family reads the list; else its structure alone does."""

    @property
    def family(self) -> str:
        return self.reader.family


def read(page: Page) -> Seen:
    """Everything that can be told from one page."""
    family, certainty = recognise(page)
    reader = family or NoticeSpider
    spider = reader(name="probe")
    listed, fits = read_as(spider, page)
    article = spider.read_article(page)
    return Seen(kind_of(listed, article), reader, certainty, article, listed, fits)


def kind_of(listed: ListPage, article: Article) -> str:
    if is_list(listed):
        return "list"
    return "article" if article.title and (article.text or article.attachments) else "other"


def is_list(listed: ListPage) -> bool:
    return bool(listed.items) and listed.certainty >= LIST_SURE


def why(page: Page, seen: Seen) -> str:
    """The family, how sure, and the mark it is known by, in one line."""
    if seen.certainty >= SURE:
        mark = mark_seen(page, seen.reader) or "several marks together"
        if not seen.fits:
            return f"auto: {mark} speaks for {seen.family}, whose way finds no rows; it is read by its structure alone"
        return f"{seen.family}, {seen.certainty:.0%} sure, by {mark}"
    near = max(FAMILIES, key=lambda family: family.recognises(page))
    half = f"; a little like {near.family}, not enough" if near.recognises(page) else ""
    return f"auto: no family's marks are in the page, it is read by its structure alone{half}"


def mark_seen(page: Page, family: type[NoticeSpider]) -> str | None:
    """The piece of the page or of its address that alone makes ``family`` recognise it.

    Found by taking away all else, so it holds for any family, however it recognises. None where it takes several
    pieces together.
    """
    if page.url and family.recognises(Page("", page.url)) >= SURE:
        parts = urlsplit(page.url)
        return "its address " + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for line in page.html.splitlines():
        if family.recognises(Page(line)) >= SURE:
            return shortened(line, family)
    return None


def shortened(line: str, family: type[NoticeSpider]) -> str:
    """The shortest piece of ``line`` that is still recognised, up to the end of its last word."""
    end = least(len(line), lambda n: family.recognises(Page(line[:n])) >= SURE)
    size = least(end, lambda n: family.recognises(Page(line[end - n : end])) >= SURE)
    start = end - size
    while end < len(line) and line[end].isalnum() and line[end - 1].isalnum():
        end += 1
    return line[start:end]


def least(high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number up to ``high`` for which ``holds``; ``high`` where none before it does."""
    low = 0
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def turned_by(page: Page, listed: ListPage, family: type[NoticeSpider]) -> str:
    """How the next page is found, or why there is none."""
    for find in READERS:
        found = find(page)
        if found is LAST and listed.next is None:
            return f"{TURNED_BY[find.__name__]} says that this is the last page"
        if found is not None and found == listed.next:
            return TURNED_BY[find.__name__]
    if listed.next is None:
        return "no pager was seen"
    return "a form that the pager posts" if listed.form else f"as {family.family} asks for its rows"


def doubts_of_list(listed: ListPage) -> list[str]:
    """What a reader should look at before believing the rows."""
    found = []
    rows = listed.items
    if rows and listed.certainty < LIST_SURE:
        found.append(f"the rows are only {listed.certainty:.0%} sure to be a list")
    if undated := sum(row.date is None for row in rows):
        found.append(f"{undated} of {len(rows)} rows have no date")
    if outside := sum(row.external for row in rows):
        found.append(f"{outside} of {len(rows)} rows lead to other hosts (--follow-external fetches them)")
    if rows and listed.next is None and (listed.pages or 1) > 1:
        found.append(f"{listed.pages} pages are claimed, and no way to the next one was seen")
    if rows and not listed.name:
        found.append("the column is not named")
    return found


def doubts_of_article(article: Article, failures: Iterable[Failure] = ()) -> list[str]:
    """What of an article's reading is lacking or weak, and what failed on the way."""
    found = []
    place = article.evidence.get("published")
    if article.title is None:
        found.append("no title on the page")
    if article.published is None:
        found.append("no date on the page")
    elif place in ("metadata", "address"):
        found.append(f"the date stands only in the page's {place}, where no reader sees it")
    if not article.text:
        has = "; what it says is in its files" if article.attachments or article.images else ""
        found.append("the body has no text" + has)
    elif len(article.text) < SHORT_TEXT:
        found.append(f"the body has only {len(article.text)} characters")
    if article.source is None:
        found.append("no source (来源) on the page")
    return found + [f"{failure.stage}: {failure.reason} ({failure.url})" for failure in failures]


def own_pages(listed: ListPage) -> list[Row]:
    """The rows to try, pinned ones last: files and other hosts tell nothing of how the site's articles are made."""
    if not is_list(listed):
        return []
    own = [row for row in listed.items if not row.external and not is_file(row.url)]
    return sorted(own, key=lambda row: row.pinned)


def shortened_titles(one: Look) -> list[tuple[str, str]]:
    """Titles as the list shows them, where the article tells that they go on."""
    shown = {row.url: row.title for row in one.read.items}
    pairs = [(shown.get(got.url), got.article.title if got.article else None) for got in one.articles]
    return [(row, title) for row, title in pairs if row and title and goes_on(row, title)]


def goes_on(shown: str, title: str) -> bool:
    stem = "".join(shown.rstrip("….").split())
    whole = "".join(title.split())
    return len(stem) < len(whole) and whole.startswith(stem)


def doubts(seen: Seen, one: Look) -> list[str]:
    """What a reader should look at before believing it."""
    if is_list(one.read):
        found = doubts_of_list(one.read)
        found += [
            f"the list cuts titles short: {row} goes on in the article"
            for row, _ in shortened_titles(one)[:1]
        ]
        articles = one.articles
    else:
        found = [] if seen.kind == "article" else ["neither a list nor an article is recognised"]
        articles = [one.lists[0]] if seen.kind == "article" else []
    for got in articles:
        if got.article is not None and got.article.status == "live":
            found += doubts_of_article(got.article, got.failures)
        else:
            told = got.article.reason if got.article else None
            found.append(f"{got.url}: {got.reason or told or '; '.join(f.reason for f in got.failures)}")
    return found
