"""Rows that are data and no markup: JSON, be it the answer or in a script, RSS and other XML, markup that scripts write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from lawcrawl.extract import listing
from lawcrawl.extract.document import Page
from lawcrawl.extract.pagers import next_page
from lawcrawl.extract.turns import code_of, next_in_url
from lawcrawl.items import ListPage, Row
from lawcrawl.normalize import BEIJING, clean_title, parse_date, same_site

# Names of a record's members, without case and underscores, the surest first.
TITLES = ("title", "doctitle", "infotitle", "articletitle", "subject", "name")
ADDRESSES = tuple("url link href linkurl htmlurl pageurl docurl infourl articleurl puburl".split())
DATES = tuple(
    "publishedtimestr publishtime publishdate publishedat pubdate pubtime releasetime releasedate published"
    " showdate showtime date time updated createtime createdat".split()
)
TOTALS = ("total", "totalcount", "totalrecord", "totalrecords", "totalelements", "recordcount", "count")
PAGES = ("pages", "totalpages", "totalpage", "pagecount")
DEPTH = 6
LIKELY = 0.5
"""From this certainty on, what the markup shows is the list."""
SCRIPTED = 0.8
"""How sure it is that what a page's scripts hold is its list."""
PROSE = 200
"""Characters of sentences on a page that is a list."""
ARRAYS = 20
"""Arrays in a page's scripts that are looked at."""
LONG = 1_000_000
_DATA = re.compile(r"\s*(?:[{\[]|<(?:\?xml|rss|feed)\b|[\w$.]{1,60}\s*\(\s*[\[{])")
_JSONP = re.compile(r"^\s*[\w$.]{1,60}\s*\(\s*(?=[\[{])")
_ARRAY = re.compile(r"\[\s*\{")
# A text that does not end on its line ends with it.
_LITERAL = re.compile(
    r"'((?:[^'\\\n]|\\.|\\\Z)*)(?:'|(?=\n)|\Z)|\"((?:[^\"\\\n]|\\.|\\\Z)*)(?:\"|(?=\n)|\Z)", re.S
)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_SURROGATES = frozenset(("d8", "d9", "da", "db", "dc", "dd", "de", "df"))
_NO_TEXT = re.compile(r"<[^<>]*>|[\ud800-\udfff]")
_MAIL_DATE = re.compile(
    r"(?:\w{3},\s*)?(?:0?[1-9]|[12]\d)\s\w{3}\s(?:19|20)\d\d\s[0-2]?\d:[0-5]\d(?::[0-5]\d)?\s(?:GMT|[+-]\d{4})$"
)
_XML = re.compile(r"^\s*<(?:\?xml|rss|feed)\b")
_PARSER = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)


@dataclass(slots=True)
class Records:
    """Rows, and what their holder says of how many there are."""

    rows: list[Row] = field(default_factory=list)
    total: int | None = None
    pages: int | None = None


def read_list(page: Page) -> ListPage:
    """What a page lists in its markup, else in an answer that is data as a whole, else in its scripts."""
    if _DATA.match(page.html) and (found := answered(page)).rows:
        return ListPage(
            found.rows, next=next_answer(page, found), pages=found.pages, claimed=found.total, certainty=1.0
        )
    listed = listing.read_list(page)
    if listed.certainty >= LIKELY or not ("[{" in page.scripts or "<a" in page.scripts):
        return listed
    rows = in_scripts(page).rows
    if markup := written(page):
        rows = max(rows, listing.rows_in(Page(markup, page.url)), key=len)
    if len(rows) < 2 or listing.prose_outside(page, set()) > PROSE or listing.tells_of_article(page, [], []):
        return listed
    listed.items, listed.certainty, listed.next = rows, SCRIPTED, next_page(page)
    return listed


def answered(page: Page) -> Records:
    """The rows of an answer that is JSON or XML as a whole."""
    text = page.html.lstrip("\ufeff \t\r\n")
    if _XML.match(text):
        return Records(rows_of(list(of_xml(text)), page))
    opening = _JSONP.match(text)
    if text[:1] not in ("{", "[") and not opening:
        return Records()
    try:
        value, _ = json.JSONDecoder().raw_decode(text, opening.end() if opening else 0)
    except (ValueError, RecursionError):
        return Records()
    return best_of(value, page)


def in_scripts(page: Page) -> Records:
    """The rows that stand as JSON in the page's scripts."""
    code, found, place = page.scripts[:LONG], Records(), 0
    for _ in range(ARRAYS):
        if (opening := _ARRAY.search(code, place)) is None:
            break
        place = opening.end()
        try:
            value, place = json.JSONDecoder().raw_decode(code, opening.start())
        except (ValueError, RecursionError):
            continue
        found = max(found, best_of(value, page), key=lambda records: len(records.rows))
    return found


def written(page: Page) -> str:
    """The markup that the page's scripts have as texts."""
    texts = (single or double or "" for single, double in _LITERAL.findall(code_of(page)[:LONG]))
    return "".join(_ESCAPED.sub(unescaped, text) for text in texts if "<" in text)


def unescaped(found: re.Match[str]) -> str:
    """The character; of a pair of surrogates, nothing."""
    if not found[1]:
        return str(found[2])
    return "" if found[1][:2].lower() in _SURROGATES else chr(int(found[1], 16))


def next_answer(page: Page, records: Records) -> str | None:
    """The address of the next answer, where this one's bears a number."""
    here, url = next_in_url(page.url)
    if not records.rows or here is None:
        return None
    if records.pages is not None and here >= records.pages:
        return None
    if records.total is not None and here * len(records.rows) >= records.total:
        return None
    return url


def best_of(value: Any, page: Page) -> Records:
    """The longest list of records in a JSON value."""
    found = Records()
    for held, holders in lists_in(value, ()):
        rows = rows_of(held, page)
        if len(rows) > len(found.rows):
            found = Records(rows, told(holders, TOTALS), told(holders, PAGES))
    return found


def lists_in(
    value: Any, holders: tuple[dict[str, Any], ...]
) -> Iterator[tuple[list[Any], tuple[dict[str, Any], ...]]]:
    if len(holders) > DEPTH:
        return
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield value, holders
    elif isinstance(value, dict):
        for inner in value.values():
            yield from lists_in(inner, (value, *holders))


def told(holders: tuple[dict[str, Any], ...], names: tuple[str, ...]) -> int | None:
    """A number that the nearest holder of the records has under one of these names."""
    for holder in holders:
        value = member(holder, names)
        if str(value).isdecimal():
            return int(str(value))
    return None


def member(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    known = {str(name).lower().replace("_", ""): value for name, value in record.items()}
    return next((known[name] for name in names if known.get(name)), None)


def rows_of(held: list[Any], page: Page) -> list[Row]:
    """Records as rows, each address once; those without a title or an address are none."""
    rows: dict[str, Row] = {}
    for record in held:
        if not isinstance(record, dict):
            continue
        title, link = member(record, TITLES), member(record, ADDRESSES)
        url = page.absolute(_NO_TEXT.sub("", link)) if isinstance(link, str) else None
        if url and isinstance(title, str) and (shown := clean_title(_NO_TEXT.sub("", title))):
            external = bool(page.url and not same_site(url, page.url))
            rows.setdefault(url, Row(url, shown, day_of(member(record, DATES)), external=external))
    return list(rows.values())


def day_of(value: Any) -> str | None:
    """The day of a text, or of seconds or milliseconds since 1970, in Beijing.

    >>> day_of("2024-01-04 09:30:00"), day_of(1704331800), day_of("1704331800000"), day_of(None)
    ('2024-01-04', '2024-01-04', '2024-01-04', None)
    """
    if str(value).isdecimal() and 9 < len(str(value)) < 14:
        seconds = int(str(value)) / (1000 if len(str(value)) > 11 else 1)
        return datetime.fromtimestamp(seconds, BEIJING).date().isoformat()
    if not isinstance(value, str):
        return None
    if _MAIL_DATE.match(value):  # RFC 822, as RSS has it
        return parsedate_to_datetime(value).astimezone(BEIJING).date().isoformat()
    shown = parse_date(value)
    return shown[:10] if shown else None


def of_xml(text: str) -> Iterator[dict[str, str]]:
    """The elements that have a title and an address, with what their children say."""
    root = etree.fromstring(text.encode("utf-8", "replace"), _PARSER)
    for element in root.iter("{*}item", "{*}entry", "{*}record", "{*}row") if root is not None else ():
        yield {
            etree.QName(child).localname: child.get("href") or "".join(child.itertext()).strip()
            for child in element.iterchildren("{*}*")
        }
