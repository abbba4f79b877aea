"""The row around a link: its element, what it says, when it is dated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from lawcrawl.extract.document import Element, Page, classes, hidden, inner_text
from lawcrawl.extract.links import FEW, ROW_TAGS, Candidate, candidate_of
from lawcrawl.normalize import parse_date, squeeze

MAX_PIECES = 80
MAX_TEXT = 1500
_SILENT = frozenset(("style", "template", "noscript", "select", "option", "textarea", "iframe", "object"))
_TIP = re.compile(r"(?:时间|日期)\s*[:：]\s*(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}")
_PINNED = re.compile(r"置顶|\[顶\]|【顶】")
_PINNED_MARK = re.compile(r"\b(?:zhiding|top_icon|icon-top|istop|is-top|sticky|pinned)\b", re.I)
_DASHES = dict(zip("－‐‑–—─／．", "------/.", strict=True))
_ANY_DASH = re.compile(f"[{''.join(_DASHES)}]")
_BRACKETS = " \t\r\n\u00a0\u3000[]【】()（）〔〕{}<>《》/|·-—,，;；:："
_HAS_NUMBER = re.compile(r"[\d〇○零一二三四五六七八九十０-９]")
_OF_DATE = re.compile(
    r"[\d\s\u00a0\u3000:：∶.\-/年月日时分秒号()\[\]【】（）〔〕T|〇○零一二三四五六七八九十０-９]+|星期.|周."
)
_LEADS = ("发布", "公布", "公开", "发表", "发文", "更新", "录入", "添加", "上传", "")
_LABEL = re.compile(
    rf"(?:{'|'.join(lead + name for lead in _LEADS for name in ('时间', '日期'))})\s*[:：]?\s*"
)
_PUBLISHED = re.compile(r"(?:发布|公布|公开|发表|更新|录入|添加|上传)(?:时间|日期)?|^\W*(?:时间|日期)")
_WRITTEN = re.compile(r"成文|生成|印发|发文|生效|施行|实施|截止|开始|结束|制定|失效|废止|有效期")
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_HEADING_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?度?")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*月?")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*((?:19|20)\d\d)")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MONTH = re.compile(r"(\d{1,2})月")
_DAY = re.compile(r"(\d{1,2})日?")
_SHORT_YEAR = re.compile(r"(\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_URL_DAY = re.compile(r"/t?(20\d\d)([-/]?)(\d{2})\2(\d{2})(?=[_/.-])|/(20\d\d)/(\d{1,2})/(\d{1,2})(?=/)")
_URL_MONTH = re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])/")


def settle(rows: list[Candidate], crowd: dict[Element, int]) -> None:
    """Give each link of one repeated structure its row, the highest element that holds no other row's link; then its
    text and its date. ``crowd`` tells how many links of all structures an element holds."""
    counts = crowd_of(rows)
    alone = len({candidate.url for candidate in rows}) == 1
    for candidate in rows:
        row = candidate.link
        for _ in range(7):
            above = row.getparent()
            if alone and (row.tag in ROW_TAGS or date_among(pieces(row), candidate, None)):
                break
            if above is None or above.tag in ("body", "html") or counts.get(above, 0) > 1:
                break
            if row is not candidate.link and crowd.get(above, 0) > FEW:
                break
            row = above
        candidate.row = row
    date_rows(rows)


def row_in(element: Element, page: Page, previous: str | None = None) -> Candidate | None:
    """The row that an element is known to be, by its link of the longest title; None without a link."""
    found = [candidate for link in element.iter("a") if (candidate := candidate_of(link, page))]
    row = max(found, key=lambda candidate: len(candidate.title), default=None)
    if row is not None:
        row.row = element
        own = pieces(element)
        row.text = " ".join(own)[:MAX_TEXT]
        row.date = date_among(own, row, previous)
    return row


def crowd_of(rows: list[Candidate]) -> dict[Element, int]:
    """How many addresses each element around the links holds; links to one address, one behind the other, are one."""
    counts: dict[Element, int] = {}
    last: dict[Element, str] = {}
    for candidate in rows:
        for _, above in zip(range(9), candidate.link.iterancestors(), strict=False):
            counts[above] = counts.get(above, 0) + (last.get(above) != candidate.url)
            last[above] = candidate.url
    return counts


def date_rows(rows: list[Candidate]) -> None:
    """Text and date of every row: what it says itself, else what stands between it and the next one."""
    around = {candidate.row for candidate in rows}
    leads: dict[Element | None, bool] = {}
    previous: str | None = None
    year: str | None = None
    for candidate in rows:
        year = year_above(candidate.row, around) or year
        own = pieces(candidate.row)
        candidate.text = " ".join(own)[:MAX_TEXT]
        candidate.date = date_among(own, candidate, previous, year)
        if candidate.date is None:
            holder = candidate.row.getparent()
            if holder not in leads:
                leads[holder] = holder is not None and date_leads(holder, around)
            between = list(neighbours(candidate.row, around, before=leads[holder]))
            candidate.date = date_among(between, candidate, previous, year)
            candidate.text = f"{candidate.text} {' '.join(between)}"[:MAX_TEXT]
        previous = candidate.date or previous


def year_above(row: Element, around: set[Element]) -> str | None:
    """The year that heads the rows from this one on, where it stands just before it, or before its container."""
    node: Element | None = row
    for _ in range(3):
        if node is None:
            return None
        before = node.getprevious()
        if before is not None:
            if before in around or not isinstance(before.tag, str):
                return None
            said = "".join(islice(before.itertext(), 4))[:20]
            heading = _HEADING_YEAR.fullmatch(said.strip(_BRACKETS))
            return heading[1] if heading else None
        node = node.getparent()
    return None


def date_leads(holder: Element, around: set[Element]) -> bool:
    """Whether the rows in one element are led by their dates rather than followed."""
    found = [text for text in (squeeze(holder.text),) if text]
    for child in holder:
        if child in around or len(found) > MAX_PIECES:
            break
        collect(child, found)
        found += [text for text in (squeeze(child.tail),) if text]
    return any(alone([piece]) or _MONTH_DAY.fullmatch(piece.strip(_BRACKETS)) for piece in found[-3:])


def pieces(row: Element) -> list[str]:
    """What a reader sees of the row, a piece a text, in its order; of bounded length."""
    found: list[str] = []
    collect(row, found)
    return found


def neighbours(row: Element, around: set[Element], *, before: bool) -> Iterator[str]:
    """What stands between a row and the next one, or the one before it, up to the end of the line."""
    if not before and (text := squeeze(row.tail)):
        yield text
    beside = row.getprevious() if before else row.getnext()
    for _ in range(3):
        if beside is None or beside.tag == "br" or beside in around:
            break
        if before and (text := squeeze(beside.tail)):
            yield text
        yield from pieces(beside)
        if not before and (text := squeeze(beside.tail)):
            yield text
        beside = beside.getprevious() if before else beside.getnext()
    if before:
        holder = row.getparent()
        text = squeeze(beside.tail if beside is not None else holder.text if holder is not None else None)
        if text:
            yield text


def collect(node: Element, found: list[str], depth: int = 0) -> None:
    """Append what a reader sees of the element, a piece a text; a date that its ``title`` or ``datetime`` completes."""
    tag, text = node.tag, node.text
    if not isinstance(tag, str) or tag in _SILENT or depth > 40 or len(found) > MAX_PIECES or hidden(node):
        return
    if tag == "script" and "document.write" not in (text or ""):
        return
    if text and (text := squeeze(text[:MAX_TEXT])):
        found.append(text)
    if (told := node.get("datetime") or node.get("title")) and _HAS_NUMBER.search(told):
        found += [told[:40]] if tag != "a" and parse_date(told[:40]) else _TIP.findall(told[:2000])[:1]
    for child in node:
        collect(child, found, depth + 1)
        if (text := child.tail) and (text := squeeze(text[:MAX_TEXT])):
            found.append(text)


def date_among(
    found: list[str], candidate: Candidate, previous: str | None, year: str | None = None
) -> str | None:
    """The row's date, by rank of evidence: a column so named, a label, a piece of its own, parts, few words beside,
    then a day without a year that a heading (``year``), the address or the row above (``previous``) completes."""
    if shown := column_date(candidate.row):
        return shown
    shown_pieces = [
        _ANY_DASH.sub(lambda dash: _DASHES[dash[0]], rest)
        for piece in found
        if (piece not in candidate.title or _OF_DATE.fullmatch(piece))
        and (rest := piece.replace(candidate.title, " ").strip())
    ]
    for find in (labelled, alone, in_parts, beside):
        if shown := find(shown_pieces):
            return shown
    for piece in shown_pieces:
        bare = _LABEL.sub("", piece).strip(_BRACKETS)
        if partial := _MONTH_DAY.fullmatch(bare):
            headed = parse_date(f"{year}-{partial[1]}-{partial[2]}") if year else None
            day = headed or completed(int(partial[1]), int(partial[2]), candidate.url, previous)
            candidate.has_day = day is None and int(partial[1]) <= 12 and int(partial[2]) <= 31
            return day
    return None


def column_date(row: Element) -> str | None:
    """The cell under 发布日期 where the table's head names several dates."""
    table = next((t for t in row.iterancestors("table")), None) if row.tag == "tr" else None
    head = next(table.iter("tr"), None) if table is not None else None
    if head is None or head is row:
        return None
    names, cells = list(head.iterchildren("td", "th")), list(row.iterchildren("td", "th"))
    if len(names) != len(cells) or len(cells) > 20:
        return None
    for wanted in (_PUBLISHED, _LABEL):
        for name, cell in zip(names, cells, strict=True):
            text = inner_text(name)[:20]
            if (
                wanted.search(text)
                and not _WRITTEN.search(text)
                and (day := parse_date(inner_text(cell)[:60]))
            ):
                return day[:10]
    return None


def labelled(shown: list[str]) -> str | None:
    """Behind 发布时间 or the like, in one piece or in the next."""
    for number, piece in enumerate(shown):
        if (label := _PUBLISHED.search(piece)) and not _WRITTEN.search(piece[: label.start()][-4:]):
            rest = piece[label.end() :][:60]
            if not _HAS_NUMBER.search(rest) and number + 1 < len(shown):
                rest = shown[number + 1][:40]
            if day := parse_date(rest):
                return day[:10]
    return None


def alone(shown: list[str]) -> str | None:
    """A piece that is a date and nothing else."""
    for piece in shown:
        if len(piece) > 60 or not _HAS_NUMBER.search(piece):
            continue
        bare = _LABEL.sub("", piece)
        if not _OF_DATE.sub("", bare).strip(_BRACKETS):
            if short := _SHORT_YEAR.fullmatch(bare.strip(_BRACKETS)):
                bare = f"20{short[1]}-{short[2]}-{short[3]}"
            if day := parse_date(bare.strip(_BRACKETS)):
                return day[:10]
    return None


def in_parts(shown: list[str]) -> str | None:
    """Year, month and day in neighbouring pieces, in whatever order."""
    bare = [_LABEL.sub("", piece).strip(_BRACKETS) for piece in shown]
    for number in range(len(bare) - 1):
        for first, second in (bare[number : number + 2], bare[number : number + 2][::-1]):
            if (day := _DAY.fullmatch(first)) and (month := _YEAR_MONTH.fullmatch(second)):
                return parse_date(f"{month[1]}-{month[2]}-{day[1]}")
            if (day := _DAY.fullmatch(first)) and (month := _MONTH_YEAR.fullmatch(second)):
                return parse_date(f"{month[2]}-{month[1]}-{day[1]}")
            if (day := _MONTH_DAY.fullmatch(first)) and (year := _YEAR.fullmatch(second)):
                return parse_date(f"{year[1]}-{day[1]}-{day[2]}")
        three = bare[number : number + 3]
        year, month, day = (
            next((m for p in three if (m := form.fullmatch(p))), None) for form in (_YEAR, _MONTH, _DAY)
        )
        if year and month and day:
            return parse_date(f"{year[1]}-{month[1]}-{day[1]}")
    return None


def beside(shown: list[str]) -> str | None:
    """A date among few other words; not one in a sentence."""
    for piece in shown:
        day = parse_date(piece) if len(piece) < 120 else None
        if day and not _WRITTEN.search(piece):
            words = _OF_DATE.sub("", piece)
            if len(words) <= 40 and not re.search(r"[，。；！？]", words):
                return day[:10]
    return None


def completed(month: int, day: int, url: str, previous: str | None) -> str | None:
    """A day without a year in the year that brings it nearest to the address's date, else next below the row above."""
    if told := url_date(url):
        near = [value for year in (-1, 0, 1) if (value := parse_date(f"{told.year + year}-{month}-{day}"))]
        return min(
            (v for v in near if abs((date.fromisoformat(v) - told).days) <= 120),
            key=lambda v: abs((date.fromisoformat(v) - told).days),
            default=None,
        )
    return parse_date(f"{month}-{day}", near=previous) if previous else None


def url_date(url: str) -> date | None:
    """The day, or the middle of the month, that an article's address bears."""
    if found := _URL_DAY.search(url):
        numbers = found.group(1, 3, 4) if found[1] else found.group(5, 6, 7)
        if day := parse_date("-".join(numbers)):
            return date.fromisoformat(day[:10])
    if found := _URL_MONTH.search(url):
        return date(int(found[1]), int(found[2]), 15)
    return None


def is_pinned(candidate: Candidate) -> bool:
    if _PINNED.search(candidate.text[:12] + candidate.text[-12:]):
        return True
    return any(
        _PINNED_MARK.search(classes(node)) for node in candidate.row.iter("span", "i", "em", "img", "li")
    )
