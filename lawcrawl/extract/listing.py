"""The rows of a list page, by repeated structure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from lawcrawl.extract.claims import claims, pager_marks
from lawcrawl.extract.document import UNSEEN, Element, Page, classes, hidden, holding, inner_text, lines
from lawcrawl.extract.furniture import HEADING, heads_others, is_dated, is_information
from lawcrawl.extract.links import FEW, Candidate, better_title, candidates, one_a_row, roots, unread
from lawcrawl.extract.names import column_name, is_row, linked_stems
from lawcrawl.extract.pagers import next_page, posted_next
from lawcrawl.extract.rows import crowd_of, date_rows, is_pinned, settle
from lawcrawl.items import ListPage, Row
from lawcrawl.normalize import parse_date, same_site, squeeze, url_key

_FRAME = re.compile(r"\bnav|foot|header|menu|crumb|friend|bottom|sitemap|login|banner|\btop\b|share|language")
_FRAME_TAGS = frozenset(("header", "footer", "nav"))
_ASIDE = re.compile(r"side(?:bar)?\b|aside|\bhot|rank|recommend|related|tuijian|xgyd|yqlj")
_NAMELESS = frozenset(("li", "tr", "dd", "dl", "dt", "p", "a"))
_NUMBERED = re.compile(r"\d\d|[?&]\w*id=\d|\d\.\w{3,5}$")
_MORE = re.compile(r"^\W*(?:更多|more)\W*|(?:更多|more)[\s>》»›.+]*$", re.I)
_NOTHING = re.compile(
    r"暂无(?:相关)?(?:数据|信息|内容|记录|文章)|没有(?:找到|查询到)?(?:相关|任何|符合条件的)?(?:数据|信息|内容|记录|文章)"
)
_TODAY = re.compile(r"今天|今日|星期|更新|截[至止]")
LONE_ROW = 40
"""Characters that the only row of a list has beside its title; more is no row but an article."""
HEAD_LINKS = 3
"""Links that a list's box may have beside its rows: its name, its tabs."""
SEEN = 0.2
"""Up to this certainty no list is seen at all."""


@dataclass(slots=True)
class Group:
    """Links of one repeated structure, and what speaks for and against its being the page's list."""

    shape: str
    rows: list[Candidate] = field(default_factory=list)
    framed: bool = False
    """Part of the page's frame: its navigation, head or foot."""
    aside: bool = False
    """Named as something beside the list: ranks, recommendations."""
    partial: bool = False
    """A box that leads to its whole list elsewhere: "更多"."""
    turned: bool = False
    """The pager stands with it."""
    beside: bool = False
    """Its own heading tells that it is not the list: 热点文章, 相关阅读."""
    home: float = 0.0
    """Share of rows whose address lies in the page's own folder."""

    @property
    def dated(self) -> float:
        return sum(row.date is not None or row.has_day for row in self.rows) / len(self.rows)

    @property
    def length(self) -> float:
        return median(len(row.title) for row in self.rows)

    @property
    def numbered(self) -> float:
        """Share of rows whose address bears a number, as those of articles do and those of columns do not."""
        return sum(
            bool(_NUMBERED.search(row.url.partition("://")[2].partition("/")[2])) for row in self.rows
        ) / len(self.rows)

    def score(self) -> float:
        """Rows that are many, dated and long-titled are what a list page is for."""
        value = min(len(self.rows), 30) * (0.35 + 1.6 * self.dated) * min(self.length, 24) / 16
        value *= 1 if self.dated > 0.5 else 0.3 + 0.7 * self.numbered
        value *= 0.15 if self.framed else 0.5 if self.aside else 1
        value *= 0.5 if self.partial else 1
        value *= 0.03 if self.beside else 1
        value *= 0.5 if len(self.rows) == 1 else 1
        value *= 2 if self.turned else 1
        return value * (1 + 2 * self.home)


def read_list(page: Page) -> ListPage:
    """The rows that ``page`` lists, the next page and what the pager claims.

    ``certainty`` says how sure it is that this is a list page at all: an article with related links is not. On a
    page that continues a list, rows of its structure are its rows, however few: a last page shows one row beside a
    dozen of the newest articles.
    """
    told = claims(page)
    listed = ListPage(name=column_name(page), pages=told.pages or None, claimed=told.records)
    if listed.claimed == 0:
        listed.certainty = 1.0
        return listed
    links = candidates(page)
    groups = group_links(links, page)
    continued = chosen([group for group in groups if group.shape == page.shape])
    best = continued or chosen(groups)
    if best is None:
        return listed
    rows = completed(best, groups, links)
    listed.certainty = 1.0 if continued else certainty(best, groups, rows, page, listed.pages)
    if listed.certainty <= SEEN:
        return listed
    listed.shape = best.shape
    listed.items = rows_of(rows, page)
    listed.reason = unread(page)
    listed.next = next_page(page)
    if listed.next is None and (posted := posted_next(page)):
        listed.next, listed.form = posted
    return listed


def rows_in(page: Page) -> list[Row]:
    """The rows of a piece of markup that is known to be a list."""
    links = candidates(page)
    groups = group_links(links, page)
    best = chosen(groups)
    return rows_of(completed(best, groups, links), page) if best else []


def group_links(links: list[Candidate], page: Page) -> list[Group]:
    """Links grouped by the tags and classes of the path that leads to them, each with its row and date."""
    groups: dict[str, Group] = {}
    paths: dict[Element, tuple[str, bool, bool]] = {}
    for candidate in links:
        shape, framed, aside = path_of(candidate.link, paths)
        groups.setdefault(shape, Group(shape, framed=framed, aside=aside)).rows.append(candidate)
    crowd = crowd_of(links)
    turners = {
        next((above for above in mark.iterancestors() if crowd.get(above)), None)
        for mark in pager_marks(page)
    }
    more = holding(link for root in roots(page) for link in root.iter("a") if is_more(link))
    found = []
    for whole in groups.values():
        whole.rows = firsts(whole.rows)
        settle(whole.rows, crowd)
        whole.rows = one_a_row(whole.rows)
        found += boxes(whole, crowd, turners, more)
    folder = page.url.rpartition("/")[0] + "/" if page.url.count("/") > 2 else ""
    for group in found:
        group.home = sum(bool(folder) and row.url.startswith(folder) for row in group.rows) / len(group.rows)
    return found


def path_of(link: Element, paths: dict[Element, tuple[str, bool, bool]]) -> tuple[str, bool, bool]:
    """Tags and classes from the root to the link, and whether the page's frame, or something aside, holds it."""
    chain: list[Element] = []
    node: Element | None = link
    while node is not None and node not in paths:
        chain.append(node)
        node = node.getparent()
    shape, framed, aside = paths[node] if node is not None else ("", False, False)
    for element in reversed(chain):
        tag = str(element.tag)
        name = "" if tag in _NAMELESS else " ".join((element.get("class") or "").split()[:2])
        shape = f"{shape}/{tag}.{name}"[-400:]
        if tag not in ("a", "body"):
            marks = classes(element)
            framed = framed or tag in _FRAME_TAGS or bool(_FRAME.search(marks))
            aside = aside or tag == "aside" or bool(_ASIDE.search(marks)) or hidden(element)
        paths[element] = (shape, framed, aside)
    return shape, framed, aside


def firsts(rows: list[Candidate]) -> list[Candidate]:
    """The first link of each ``<li>`` where most hold several of one structure: the others are related reading."""
    holders: dict[Element, list[Candidate]] = {}
    for row in rows:
        holder = row.link.getparent()
        if holder is None or holder.tag != "li":
            return rows
        holders.setdefault(holder, []).append(row)
    several = [held for held in holders.values() if len({row.url for row in held}) > 1]
    if len(holders) < 2 or len(several) * 2 < len(holders) or any(len(held) > FEW for held in several):
        return rows
    return [row for held in holders.values() for row in held if row is held[0] or row.url == held[0].url]


def boxes(
    group: Group, crowd: dict[Element, int], turners: set[Element | None], more: set[Element]
) -> list[Group]:
    """The group, split where it is several lists of one look: boxes that lead to "更多" (``more`` are the elements that
    do), the one with the pager (which the nearest element around a pager with links in it holds), rows of another make,
    dated and undated ones."""
    held: dict[Element, list[Candidate]] = {}
    for row in group.rows:
        if (home := row.row.getparent()) is not None:
            held.setdefault(home, []).append(row)
    around = Counter(above for home in held for above in (home, *up(home)))
    parts: dict[tuple[object, ...], Group] = {}
    for home, rows in held.items():
        box = box_of(home, around, crowd, len(rows))
        partial = box in more
        undated = len(rows) > 1 and not any(row.date or row.has_day for row in rows)
        beside = heads_others(heading_of(home, box))
        turned = any(above in turners for above in (rows[0].row, home, *up(home)))
        key = (rows[0].row.tag == "a", undated, turned, box if partial else None, beside)
        part = Group(group.shape, [], group.framed, group.aside, partial, turned, beside)
        parts.setdefault(key, part).rows += rows
    return list(parts.values())


def box_of(home: Element, around: Counter[Element], crowd: dict[Element, int], rows: int) -> Element:
    """The highest element that holds one container of rows, its heading and its pager, and little else."""
    box = home
    for above in up(home):
        others = crowd.get(above, 0) - rows
        if above.tag in ("body", "html", "td") or around[above] > around[home] or others > HEAD_LINKS:
            break
        box = above
    return box


def heading_of(home: Element, box: Element) -> str:
    """The text that stands just before the rows in their box, or before the box of rows alone; "" where none does."""
    said = ""
    if box is home:
        before = next(home.itersiblings(preceding=True), None)
        return squeeze(inner_text(before)[: HEADING * 4]) or "" if before is not None else ""
    for node in box.iter("*"):
        if node is home:
            break
        if (
            node.tag not in UNSEEN
            and (text := squeeze((node.text or "")[: HEADING * 2]))
            and not _MORE.match(text)
        ):
            said = text
    return said


def is_more(link: Element) -> bool:
    text = inner_text(link)
    return len(text) < 16 and _MORE.search(squeeze(text) or "") is not None


def chosen(groups: list[Group]) -> Group | None:
    """The group most like a list; of several in the same rows, that whose links lead them."""
    best = max(groups, key=Group.score, default=None)
    if best is None:
        return None
    spots = {row.row: row.order for row in best.rows}
    for other in groups:
        if other is best or other.length < 5 or len(other.rows) < 0.8 * len(best.rows):
            continue
        earlier = sum(
            any(above in spots and row.order < spots[above] for above in (row.row, *up(row.row)))
            for row in other.rows
        )
        if earlier >= 0.8 * len(best.rows) and other.dated >= best.dated:
            best, spots = other, {row.row: row.order for row in other.rows}
    return best


def up(element: Element) -> list[Element]:
    return [above for _, above in zip(range(8), element.iterancestors(), strict=False)]


def completed(best: Group, groups: list[Group], links: list[Candidate]) -> list[Candidate]:
    """The best group's rows with those that stand among or beside them in another dress: pinned, new, red."""
    rows = [*best.rows, *dressed(best, links)]
    homes = {row.row.getparent() for row in rows}
    for group in groups:
        sure = group.dated >= 0.8 and best.dated >= 0.8 and not group.partial and group.framed == best.framed
        if group is not best and sure and alike(group, best):
            rows += group.rows if all(adjoins(row.row.getparent(), homes) for row in group.rows) else []
    return one_a_row(sorted(rows, key=lambda row: row.order))


def dressed(best: Group, links: list[Candidate]) -> list[Candidate]:
    """Links that no row holds, in elements that stand among the rows and are built like them."""
    taken = {row.row for row in best.rows}
    homes = {row.row.getparent() for row in best.rows}
    tags = Counter(row.row.tag for row in best.rows)
    tag = tags.most_common(1)[0][0]
    tags_seen = {"a", "b", "strong", "font", "span", "em"} if tag == "a" else {tag}
    found: dict[Element, list[Candidate]] = {}
    for candidate in links:
        spot = candidate.link
        for above in (spot, *up(spot)):
            if above in taken:
                break
            if above.getparent() in homes:
                if above.tag in tags_seen:
                    found.setdefault(above, []).append(candidate)
                break
    extra: list[Candidate] = []
    for spot, held in found.items():
        if len({candidate.url for candidate in held}) > (FEW if tag in ("li", "tr", "dl") else 2):
            continue
        main = Candidate(held[0].link, spot, held[0].title, held[0].url, order=held[0].order)
        for other in held[1:]:
            if other.url == main.url and better_title(other, main):
                main.title = other.title
        extra.append(main)
    if not extra:
        return extra
    everything = sorted([*best.rows, *extra], key=lambda row: row.order)
    date_rows(everything)
    return extra if best.dated < 0.8 else [row for row in extra if row.date or row.has_day]


def alike(group: Group, best: Group) -> bool:
    """Whether two shapes have the same tags and differ in the classes of one element."""
    ours, others = best.shape.split("/"), group.shape.split("/")
    if len(ours) != len(others) or [p.partition(".")[0] for p in ours] != [
        p.partition(".")[0] for p in others
    ]:
        return False
    return sum(a != b for a, b in zip(ours, others, strict=True)) <= 1


def adjoins(home: Element | None, homes: set[Element | None]) -> bool:
    """Whether a container is one of ``homes`` or stands next to one with no text between."""
    if home is None or home in homes:
        return home is not None
    for siblings in (home.itersiblings(), home.itersiblings(preceding=True)):
        beside = next((sibling for sibling in siblings if squeeze(inner_text(sibling))), None)
        if beside is not None and beside in homes:
            return True
    return False


def certainty(
    best: Group, groups: list[Group], rows: list[Candidate], page: Page, pages: int | None
) -> float:
    """0 to 1: rows, their dates, and how much running text stands against them."""
    value = 0.25 + 0.04 * min(len(rows), 10) + 0.35 * best.dated + 0.1 * best.home
    if not best.dated:
        value += 0.25 * best.numbered - 0.4
        value -= (
            0.3 * (sum(not same_site(row.url, page.url) for row in rows) > len(rows) / 2) if page.url else 0
        )
    value -= 0.35 if best.framed else 0.2 if best.aside else 0
    value -= 0.2 if best.partial else 0
    value -= 0.3 if best.beside else 0
    value -= 0.3 if _NOTHING.search(page.html) else 0
    in_rows = sum(len(row.text) for row in rows)
    prose = prose_outside(page, {row.row for row in rows})
    if prose > 200:
        value -= min(0.6, prose / (in_rows + prose))
    if {"articletitle"} & page.meta.keys():
        value -= 0.3
    if best.turned or (len(rows) > 1 and pages):
        value += 0.15
    elif value > SEEN and tells_of_article(page, rows, groups):
        value -= 0.5
    return max(0.0, min(1.0, value))


def tells_of_article(page: Page, rows: list[Candidate], groups: list[Group]) -> bool:
    """Whether a line that is of no list's row tells when and by whom something was published."""
    boxes = {row.row for group in groups if len(group.rows) > 1 and group.dated > 0.5 for row in group.rows}
    own = {row.row.getparent() if row.row.tag == "a" else row.row for row in rows}
    if len(rows) == 1 and len(rows[0].text) - len(rows[0].title) > LONE_ROW:
        own = {rows[0].link}
    said = lines(
        page.tree, skip=frozenset(element for element in own | boxes if element is not None), apart=True
    )
    stems = linked_stems(page.tree)
    return any(
        (len(line) < 200 and is_information(line) and parse_date(line))
        or (is_dated(line) and not _TODAY.search(line))
        for line in said
        if not is_row(line, stems)
    )


def prose_outside(page: Page, rows: set[Element]) -> int:
    """Characters of paragraphs with sentences that are not in a row."""
    total = 0
    for node in page.tree.iter("p", "div", "td", "span"):
        for text in (node.text, *(child.tail for child in node)):
            if (
                text
                and len(text) > 40
                and "。" in text
                and not any(above in rows for above in (node, *up(node)))
            ):
                total += len(text)
    return total


def rows_of(found: list[Candidate], page: Page) -> list[Row]:
    """Candidates as the list's rows, each article once."""
    kept: dict[str, Row] = {}
    for candidate in found:
        key = url_key(candidate.url) if candidate.url.startswith("http") else candidate.url
        external = bool(page.url and not same_site(candidate.url, page.url))
        kept.setdefault(
            key, Row(candidate.url, candidate.title, candidate.date, is_pinned(candidate), external)
        )
    return list(kept.values())
