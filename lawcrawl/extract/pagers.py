"""The next page of a list, by whatever means the page turns."""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from lawcrawl.extract.claims import claims
from lawcrawl.extract.document import Element, Page, classes, inner_text
from lawcrawl.extract.script_pagers import LAST, Last, plugin, script_variables, trs_call
from lawcrawl.extract.turns import evaluated, number_in_url, posted_turn, turn_of
from lawcrawl.normalize import same_site, squeeze, url_key

_NEXT = re.compile(
    r"^[\[【<(]?\s*(?:下\s?一?\s?页|后\s?一?\s?页|next(?: page)?)\s*[›»>＞→▶]*\s*(?:[(（]?\d+\s*/\s*\d+[)）]?)?\s*[\]】>)]?$",
    re.I,
)
_ARROWS = (re.compile(r"^[>›＞▶→]$"), re.compile(r"^(?:»|>>|＞＞)$"))
_LOAD_MORE = re.compile(
    r"^\W*(?:点击)?(?:加载|查看|显示|浏览)?更[多早]\w{0,4}\W*$|^\W*(?:older|load more)\b", re.I
)
_OFF = re.compile(r"\b(?:disabled?|unable|nolink|no-next|noclick|gray|grey)\b", re.I)
_CURRENT = re.compile(
    r"\b(?:current|active|cur|curr|on|now|selected|thisclass|page-?on|pageon|hover|this|focus|sel|checked)\b",
    re.I,
)
_NUMBER = re.compile(r"^[\[【(<]?\s*第?\s*(\d{1,5})\s*页?\s*[\]】)>]?$")
_BARE = re.compile(r"^[\s\xa0|,，.…]*[\[【(]?(\d{1,5})[\]】)]?[\s\xa0|,，.…]*$")
_DAY_PATH = re.compile(r"\d{4}[-/]?\d{1,2}[-/]?\d{1,2}(?:\D|$)")
_VALUE = re.compile(
    r"this\.options\[[^\]]*\]\.value|(?:this|\w+)\.options\[[^\]]*\]\.value|\bthis\.value|\bvalue\b"
)
_CHANGES = re.compile(
    r"location(?:\.href)?\s*=\s*([^;]{3,300})|location\.(?:assign|replace)\(([^;]{3,300})\)|open\(([^;]{3,300})\)"
)


def next_page(page: Page) -> str | None:
    """The next list page's address; None on the last page and where only a script can turn it."""
    for find in READERS:
        found = find(page)
        if found is LAST:
            return None
        if isinstance(found, str) and not is_here(found, page):
            return found
    return None


def posted_next(page: Page) -> tuple[str, dict[str, str]] | None:
    """The form that the control 下一页 posts, and where to; None on the last page and where no such form is."""
    if "submit" not in page.html:
        return None
    for control, text in controls(page):
        if len(text) < 20 and _NEXT.match(text) and not is_off(control):
            return posted_turn(control, page)
    return None


def is_here(url: str, page: Page) -> bool:
    """Whether an address is the page's own, in whatever order its parameters stand."""
    if not page.url:
        return False
    here, there = url_key(page.url), url_key(url)
    if here == there:
        return True
    a, b = urlsplit("//" + here), urlsplit("//" + there)
    return (a.netloc, a.path) == (b.netloc, b.path) and sorted(parse_qsl(a.query)) == sorted(
        parse_qsl(b.query)
    )


def last_told(page: Page) -> str | Last | None:
    """A pager that tells this page's number and that of the last, and they are one: 第12/12页."""
    told = claims(page)
    return LAST if told.current is not None and told.pages and told.current >= told.pages else None


def link_rel(page: Page) -> str | None:
    for link in page.tree.iter("link", "a"):
        if (link.get("rel") or "").lower() == "next" and (url := page.absolute(link.get("href"))):
            return url
    return None


def controls(page: Page) -> Iterator[tuple[Element, str]]:
    """What can be pressed, with the text that it bears, shown or told."""
    for control in page.tree.iter("a", "button", "input", "span", "li"):
        if control.tag == "input" and (control.get("type") or "").lower() not in (
            "button",
            "submit",
            "image",
        ):
            continue
        if control.tag in ("span", "li") and control.get("onclick") is None:
            continue
        if len(control) > 6:
            continue
        text = squeeze(inner_text(control)) or squeeze(control.get("value"))
        if text is None or len(text) > 20:
            alt = next((image.get("alt") for image in control.iter("img") if image.get("alt")), None)
            text = squeeze(control.get("title")) or squeeze(control.get("aria-label")) or squeeze(alt)
        yield control, text or ""


def next_words(page: Page) -> str | Last | None:
    """A link or button that says 下一页 or the like; one that is switched off says that there is no further page."""
    for control, text in controls(page):
        if len(text) < 20 and _NEXT.match(text):
            if is_off(control):
                return LAST
            if url := turn_of(control, page):
                return url
    return None


def is_off(control: Element) -> bool:
    parent = control.getparent()
    holder = parent if parent is not None and parent.tag == "li" else None
    return any(
        node is not None and (node.get("disabled") is not None or bool(_OFF.search(node.get("class") or "")))
        for node in (control, holder)
    )


def arrows(page: Page) -> str | None:
    """A link of one arrow, or one of class ``next``, that stands in a pager or leads to this page's next number."""
    found: dict[int, str] = {}
    for control, text in controls(page):
        rank = next((n for n, form in enumerate(_ARROWS) if form.match(text)), None)
        if rank is None and "next" in classes(control).split() and not text:
            rank = 0
        if rank is None or rank in found or is_off(control):
            continue
        url = turn_of(control, page)
        if url and (among_numbers(control) or counted_on(page.url, url)):
            found[rank] = url
    return found[min(found)] if found else None


def load_more(page: Page) -> str | None:
    """A link that says 加载更多 or the like and leads to this list's next part."""
    for control, text in controls(page):
        named = len(text) < 20 and _LOAD_MORE.match(text)
        if named and (url := turn_of(control, page)) and counted_on(page.url, url):
            return url
    return None


def among_numbers(control: Element) -> bool:
    for _, above in zip(range(2), control.iterancestors(), strict=False):
        if any(_NUMBER.match(inner_text(link).strip()) for link in itertools.islice(above.iter("a"), 60)):
            return True
    return False


def counted_on(here: str, there: str) -> bool:
    """Whether an address is the page's own with another page number."""
    now, then = number_in_url(here) or 0, number_in_url(there)
    a, b = urlsplit(here), urlsplit(there)
    if then is None or a.netloc != b.netloc or now == then:
        return False
    return a.path == b.path or a.path.rpartition("/")[0] == b.path.rpartition("/")[0]


@dataclass(slots=True)
class Number:
    """A page's number in a pager."""

    number: int
    url: str | None
    marked: bool
    element: Element


def numbers(page: Page) -> list[Number]:
    """Every number that stands alone in an element or beside a link, in the page's order."""
    found: list[Number] = []
    for node in page.tree.iter("a", "span", "b", "strong", "em", "font", "li", "i", "td"):
        holder = node.getparent()
        if holder is None:
            continue
        if node.tag == "a" and holder.index(node) == 0 and (bare := _BARE.match(holder.text or "")):
            found.append(Number(int(bare[1]), None, False, holder))
        if (
            len(node) == 0
            and node.text
            and len(node.text) < 16
            and (said := _NUMBER.match(node.text.strip()))
        ):
            inside = next((a for a in node.iterancestors("a")), None)
            control = node if node.tag == "a" else inside
            marked = any(
                _CURRENT.search(classes(n)) or n.get("aria-current") for n in (node, *wrapping(node))
            )
            marked = marked or (control is None and node.tag in ("b", "strong", "em", "font"))
            found.append(
                Number(int(said[1]), turn_of(control, page) if control is not None else None, marked, node)
            )
        if node.tag == "a" and (bare := _BARE.match((node.tail or "")[:40])):
            found.append(Number(int(bare[1]), None, False, node))
    return found


def wrapping(node: Element) -> Iterator[Element]:
    """Elements around a node that hold nothing else."""
    for _, above in zip(range(2), node.iterancestors(), strict=False):
        if len(above) != 1 or (above.text or "").strip():
            return
        yield above


def numbered(page: Page) -> str | None:
    """The link of the number that follows this page's: the marked one, the one without a link, or the page's own."""
    for run in runs(numbers(page)):
        linked = {n.number: n.url for n in run if n.url and not _DAY_PATH.search(urlsplit(n.url).path)}
        for current in currents(run, page):
            if url := linked.get(current + 1):
                return url
    return None


def runs(found: list[Number]) -> Iterator[list[Number]]:
    """Numbers that stand near one another, each once: a pager printed twice is two."""
    run: list[Number] = []
    for number in found:
        if number.url is None and 1900 < number.number < 2100:
            continue  # a year
        if run and (
            number.number in {n.number for n in run[-60:]} or not near(run[-1].element, number.element)
        ):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def near(a: Element, b: Element) -> bool:
    above = {a, *(up for _, up in zip(range(3), a.iterancestors(), strict=False))}
    return b in above or any(up in above for _, up in zip(range(3), b.iterancestors(), strict=False))


def currents(run: list[Number], page: Page) -> Iterator[int]:
    """What may be this page's number, the surest first."""
    yield from (n.number for n in run if n.marked and not n.url)
    yield from (n.number for n in run if n.marked and n.url)
    unlinked = [n.number for n in run if not n.url]
    if len(unlinked) == 1 and len(run) > 1:
        yield unlinked[0]
    own = [n.number for n in run if n.url and is_here(n.url, page)]
    yield from own
    if not own and not unlinked and begins(run[0], page):
        yield 1


def begins(first: Number, page: Page) -> bool:
    """Whether a list's first page, which has no number, links itself by one."""
    if first.number != 1 or not first.url or number_in_url(page.url) is not None:
        return False
    return number_in_url(first.url) in (None, 0, 1) and urlsplit(first.url).path == urlsplit(page.url).path


def select_box(page: Page) -> str | None:
    """A box of pages: its options are addresses, or numbers that its ``onchange`` makes addresses of."""
    for select in page.tree.iter("select"):
        change = _CHANGES.search((select.get("onchange") or "")[:2000])
        expression = next((group for group in change.groups() if group), "") if change else "this.value"
        urls = []
        for option in itertools.islice(select.iter("option"), 5000):
            value = squeeze(option.get("value")) or ""
            made = evaluated(_VALUE.sub("VALUE", expression), {"VALUE": value}, "") if value else None
            url = page.absolute(made) if made and re.search(r"[/.?]", made) else None
            urls.append((option.get("selected") is not None, url))
        for (selected, here), (_, following) in itertools.pairwise(urls):
            if here and following and (selected or (not any(s for s, _ in urls) and is_here(here, page))):
                return following if same_site(following, page.url or following) else None
    return None


def hidden_pager(page: Page) -> str | Last | None:
    """A pager kept as base64 of url-encoded HTML in an element."""
    for node in page.tree.iter("div", "span", "input", "textarea"):
        text = (node.get("value") or node.text or "").strip()
        if not 60 <= len(text) < 100_000 or not re.fullmatch(r"[A-Za-z0-9+/=\s]+", text):
            continue
        try:
            markup = unquote_plus(base64.b64decode(text, validate=False).decode("ascii", "replace"))
        except (binascii.Error, ValueError):
            continue
        if "<a" in markup:
            pager = Page.from_text(f"<html><body>{markup}</body></html>", page.url)
            return next_words(pager) or numbered(pager)
    return None


READERS: tuple[Callable[[Page], str | Last | None], ...] = (
    trs_call,
    script_variables,
    last_told,
    link_rel,
    next_words,
    hidden_pager,
    numbered,
    select_box,
    plugin,
    arrows,
    load_more,
)
