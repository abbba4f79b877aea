"""The rows of a list page, by repeated structure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from lawcrawl.extract.document import UNSEEN, Element, Page, classes, inner_text, parse
from lawcrawl.extract.pagers import next_page, page_count, record_count
from lawcrawl.items import ListPage, Row
from lawcrawl.normalize import clean_title, parse_date, same_site, squeeze, url_key

_FRAME = re.compile(r"\bnav|foot|header|menu|crumb|friend|bottom|sitemap|login|banner|\btop\b|share|language")
_FRAME_TAGS = frozenset(("header", "footer", "nav"))
_NO_ROW = re.compile(
    r"^(?:更多|more|首页|尾页|末页|上一?页|下一?页|返回|\d+|>+|»|RSS|English|无障碍|登录|注册)[>》»]*$", re.I
)
_PINNED = re.compile(r"置顶|\[顶\]|【顶】")
_PINNED_MARK = re.compile(r"\b(?:zhiding|top_icon|icon-top|istop|is-top|sticky|pinned)\b", re.I)
_CATEGORY = re.compile(r"^\s*[\[【〔].{1,12}[\]】〕]\s*$")
_DAY = re.compile(r"^\s*(\d{1,2})\s*$")
_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*月?")
_URL_DATE = re.compile(r"/t?(20\d{2})[-/]?(\d{2})[-/]?(\d{2})[_/]")
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.S)
MAX_LINKS = 20_000
ROW_TAGS = frozenset(("li", "tr", "dl", "dd", "div", "p", "article", "section", "ul", "td"))


@dataclass(slots=True)
class Candidate:
    """One link that may be a row, with the element that would be its row."""

    link: Element
    row: Element
    title: str
    url: str
    date: str | None = None
    text: str = ""


@dataclass(slots=True)
class Group:
    """Links of one repeated structure."""

    shape: str
    rows: list[Candidate] = field(default_factory=list)
    framed: bool = False

    @property
    def dated(self) -> float:
        return sum(row.date is not None for row in self.rows) / len(self.rows)

    @property
    def length(self) -> float:
        return median(len(row.title) for row in self.rows)

    def score(self) -> float:
        """Rows that are many, dated and long-titled are what a list page is for."""
        count = min(len(self.rows), 30)
        value = count * (0.35 + 1.6 * self.dated) * min(self.length, 24) / 16
        return value * (0.15 if self.framed else 1.0)


def read_list(page: Page) -> ListPage:
    """The rows that ``page`` lists, the next page and what the pager claims.

    ``certainty`` says how sure it is that this is a list page at all: an article with related links is not. On a
    page that continues a list, rows of its structure are its rows, however few: a last page shows one row beside a
    dozen of the newest articles.
    """
    groups = group_links(page)
    continued = next((group for group in groups if group.shape == page.shape), None)
    best = continued or max(groups, key=Group.score, default=None)
    listed = ListPage(name=column_name(page), pages=page_count(page), claimed=record_count(page))
    if best is None or len(best.rows) < 1:
        return listed
    rows = joined(best, groups)
    listed.certainty = 1.0 if continued else certainty(best, rows, page)
    if listed.certainty <= 0.2:
        return listed
    listed.shape = best.shape
    listed.items = rows_of(rows, page)
    listed.next = next_page(page)
    return listed


def group_links(page: Page) -> list[Group]:
    """Every link with a title, grouped by the tags and classes of the path that leads to it."""
    groups: dict[str, Group] = {}
    paths: dict[Element, tuple[str, bool]] = {}
    for root in (page.tree, *records(page)):
        for index, link in enumerate(root.iter("a")):
            if index > MAX_LINKS:
                break
            candidate = candidate_of(link, page)
            if candidate is None:
                continue
            shape, framed = path_of(candidate.link, paths)
            group = groups.setdefault(shape, Group(shape, framed=framed))
            group.rows.append(candidate)
    for group in groups.values():
        settle_rows(group)
    return [group for group in groups.values() if group.rows]


def records(page: Page) -> Iterable[Element]:
    """Rows that stand as XML in a script (Hanweb's ``<datastore>``)."""
    if "<datastore>" not in page.html:
        return []
    rows = "".join(_RECORD.findall(page.html))
    return [parse(f"<div class='datastore'>{rows}</div>")] if rows else []


def candidate_of(link: Element, page: Page) -> Candidate | None:
    url = page.absolute(link.get("href"))
    if url is None:
        return None
    title = title_of(link)
    if title is None or len(title) < 4 or _NO_ROW.match(title):
        return None
    if page.url and url_key(url) == url_key(page.url):
        return None
    return Candidate(link, link, title, url)


def title_of(link: Element) -> str | None:
    """The whole title: the ``title`` attribute where it goes on after the text shown."""
    shown = clean_title(own_text(link))
    whole = clean_title(link.get("title"))
    if whole is None:
        return shown
    if shown is None:
        return whole
    stem = re.sub(r"(?:\.{2,}|…+)$", "", shown).strip()
    bare = re.sub(r"\s", "", whole)
    return whole if len(bare) >= len(stem) and re.sub(r"\s", "", stem)[:6] in bare else shown


def own_text(link: Element) -> str:
    """The link's text without a date or summary that stands in it as an element of its own."""
    parts = [link.text or ""]
    for child in link:
        text = inner_text(child)
        if (
            child.tag not in UNSEEN
            and not (parse_date(text) and len(text.strip()) < 24)
            and not _bare_day(text)
        ):
            parts.append(text)
        parts.append(child.tail or "")
    blocks = [squeeze(part) or "" for part in parts]
    joined_text = " ".join(part for part in blocks if part)
    heading = next((h for h in link.iter("h1", "h2", "h3", "h4", "h5")), None)
    if heading is not None and (named := squeeze("".join(heading.itertext("*")))):
        return named
    return joined_text


def _bare_day(text: str) -> bool:
    return bool(_DAY.match(text) or re.fullmatch(r"\s*\d{4}[-/.年]\d{1,2}月?\s*", text))


def path_of(link: Element, paths: dict[Element, tuple[str, bool]]) -> tuple[str, bool]:
    """Tags and classes from the root to the link, and whether the page's frame holds it."""
    chain: list[Element] = []
    node: Element | None = link.getparent()
    while node is not None and node not in paths:
        chain.append(node)
        node = node.getparent()
    shape, framed = paths[node] if node is not None else ("", False)
    for element in reversed(chain):
        name = (
            ""
            if element.tag in ("li", "tr", "dd", "dl", "p")
            else " ".join((element.get("class") or "").split()[:2])
        )
        shape = f"{shape}/{element.tag!s}.{name}"[-400:]
        framed = (
            framed
            or element.tag in _FRAME_TAGS
            or bool(element.tag != "body" and _FRAME.search(classes(element)))
        )
        paths[element] = (shape, framed)
    return shape + "/a", framed


def settle_rows(group: Group) -> None:
    """Give each link its row: the highest element that holds no other row's link; then its date."""
    links = {candidate.link for candidate in group.rows}
    counts: dict[Element, int] = {}
    for candidate in group.rows:
        node: Element | None = candidate.link
        depth = 0
        while node is not None and depth < 8:
            counts[node] = counts.get(node, 0) + 1
            node = node.getparent()
            depth += 1
    previous: str | None = None
    kept: list[Candidate] = []
    for candidate in group.rows:
        row = candidate.link
        for _ in range(7):
            above = row.getparent()
            if above is None or above.tag in ("body", "html") or counts.get(above, 0) > 1:
                break
            row = above
        candidate.row = row
        candidate.text = row_text(candidate, links)
        candidate.date = date_of(candidate, previous)
        previous = candidate.date or previous
        kept.append(candidate)
    group.rows = one_a_row(kept)


def one_a_row(rows: list[Candidate]) -> list[Candidate]:
    """Each address once; of category links in brackets before a title, none."""
    seen: dict[str, Candidate] = {}
    for candidate in rows:
        if _CATEGORY.match(candidate.title) and len(rows) > 1:
            continue
        key = candidate.url
        if key not in seen:
            seen[key] = candidate
        elif len(candidate.title) > len(seen[key].title) and seen[key].row is candidate.row:
            seen[key].title = candidate.title
    return list(seen.values())


def row_text(candidate: Candidate, links: set[Element]) -> str:
    """What the row says besides its title; where rows share one element, what follows the link."""
    if candidate.row is not candidate.link:
        return " ".join(t for text in candidate.row.itertext("*") if (t := text.strip()))[:1500]
    texts = [" ".join(t for text in candidate.link.itertext("*") if (t := text.strip()))]
    texts.append(candidate.link.tail or "")
    node = candidate.link.getnext()
    for _ in range(3):
        if node is None or node in links or node.tag == "br":
            break
        texts.append(inner_text(node) + (node.tail or ""))
        node = node.getnext()
    previous = candidate.link.getprevious()
    if previous is not None and previous not in links and previous.tag == "span":
        texts.insert(0, inner_text(previous))
    return " ".join(texts)[:1500]


def date_of(candidate: Candidate, previous: str | None) -> str | None:
    """The row's date: beside its title, in parts, or without a year where the address completes it."""
    around = (
        candidate.text.replace(candidate.title, " ", 1)
        if candidate.title in candidate.text
        else candidate.text
    )
    found = parse_date(around) or parse_date(" ".join(reversed(around.split()))[:200])
    if found:
        return found[:10]
    if parts := _YEAR_MONTH.search(around):
        rest = around[: parts.start()] + " " + around[parts.end() :]
        if day := re.search(r"(?<!\d)(\d{1,2})(?!\d)", rest):
            return parse_date(f"{parts[1]}-{parts[2]}-{day[1]}")
    in_url = _URL_DATE.search(candidate.url)
    dated_url = parse_date("-".join(in_url.groups())) if in_url else None
    if dated_url:
        completed = parse_date(around, near=f"{int(dated_url[:4])}-12-31")
        return completed if completed and completed[:4] == dated_url[:4] else None
    return parse_date(around, near=previous) if previous else None


def joined(best: Group, groups: list[Group]) -> list[Candidate]:
    """The best group's rows with those of groups that differ only where a list marks its rows."""
    parts = best.shape.split("/")
    mates = [best]
    for group in groups:
        others = group.shape.split("/")
        if group is best or len(others) != len(parts) or group.framed != best.framed or not group.rows:
            continue
        differing = [(a, b) for a, b in zip(parts, others, strict=True) if a != b]
        same_tags = all(a.partition(".")[0] == b.partition(".")[0] for a, b in differing)
        if (
            len(differing) == 1
            and same_tags
            and group.dated >= 0.8
            and best.dated >= 0.8
            and siblings(best, group)
        ):
            mates.append(group)
    if len(mates) == 1:
        return best.rows
    rows = [row for group in mates for row in group.rows]
    order = {id(row.link): index for index, row in enumerate(rows)}
    return sorted(rows, key=lambda row: (row.link.sourceline or 0, order[id(row.link)]))


def siblings(best: Group, other: Group) -> bool:
    """Whether two groups' rows stand in the same or in neighbouring containers."""
    homes = {row.row.getparent() for row in best.rows}
    homes |= {home.getparent() for home in homes if home is not None}
    return any(row.row.getparent() in homes or row.row in homes for row in other.rows)


def certainty(best: Group, rows: list[Candidate], page: Page) -> float:
    """0 to 1: rows, their dates, and how much running text stands against them."""
    value = 0.25 + 0.04 * min(len(rows), 10) + 0.35 * best.dated
    if best.framed:
        value -= 0.35
    if not best.dated:
        value -= 0.3
    in_rows = sum(len(row.text) for row in rows)
    prose = prose_outside(page, {row.row for row in rows})
    if prose > 200:
        value -= min(0.6, prose / (in_rows + prose))
    if {"articletitle"} & page.meta.keys():
        value -= 0.3
    if len(rows) > 1 and page_count(page):
        value += 0.15
    return max(0.0, min(1.0, value))


def prose_outside(page: Page, rows: set[Element]) -> int:
    """Characters of paragraphs with sentences that are not in a row."""
    total = 0
    for node in page.tree.iter("p", "div", "td", "span"):
        for text in (node.text, *(child.tail for child in node)):
            if text and len(text) > 40 and "。" in text and node not in rows:
                total += len(text)
    return total


def rows_of(candidates: list[Candidate], page: Page) -> list[Row]:
    found = []
    seen = set()
    for candidate in candidates:
        key = url_key(candidate.url) if candidate.url.startswith("http") else candidate.url
        if key in seen:
            continue
        seen.add(key)
        external = bool(page.url and not same_site(candidate.url, page.url))
        found.append(Row(candidate.url, candidate.title, candidate.date, is_pinned(candidate), external))
    return found


def is_pinned(candidate: Candidate) -> bool:
    if _PINNED.search(candidate.text[:12] + candidate.text[-12:]):
        return True
    return any(
        _PINNED_MARK.search(classes(node)) for node in candidate.row.iter("span", "i", "em", "img", "li")
    )


def column_name(page: Page) -> str | None:
    """The column's name: its metadata, or the page's own name up to the site's."""
    if name := page.meta.get("columnname"):
        return name
    whole = squeeze(page.tree.findtext(".//title"))
    return re.split(r"[_|｜]|\s-+\s|-", whole)[0].strip() or None if whole else None
