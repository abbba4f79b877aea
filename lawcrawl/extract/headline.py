"""The title by its looks, where no name of the page confirms one: what stands out and stands over the information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from lawcrawl.extract.document import Element, classes, hidden, lines
from lawcrawl.extract.furniture import (
    heads_others,
    is_colophon,
    is_date,
    is_information,
    is_sentence,
    is_widget,
    opens_answers,
)
from lawcrawl.extract.labels import COUNT_LABEL, DATE_LABEL, SOURCE_LABEL, TRAIL_LABEL
from lawcrawl.extract.names import is_row, is_site_name, linked_stems, names_elsewhere
from lawcrawl.normalize import bare, parse_date, parse_doc_number

if TYPE_CHECKING:
    from lawcrawl.extract.facts import Facts

HEADING = re.compile(r"title|b(?<![a-z]b)t(?![a-z])|t(?<![a-z]t)(?:it|tl)(?![a-z])|arti_|headline|biaoti")
_FRAME = re.compile(r"foot|copyright|nav|menu|logo|side|friend|link|banner|head(?:er)?\b|crumb|position")
_TAGS = {"h1": 4.0, "h2": 3.0, "h3": 3.0, "h4": 2.0, "h5": 2.0, "ucaptitle": 4.0, "strong": 1.0, "b": 1.0}
_HOLDERS = (
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "ucaptitle",
    "div",
    "p",
    "td",
    "center",
    "span",
    "strong",
    "b",
    "font",
    "li",
)
_BREAKING = ("p", "div", "li", "tr", "dd", "h1", "h2", "h3", "h4", "h5")
_CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-9]\d)(?:\.\d+)?(?:px|pt)|(?:1\.[5-9]|2)\d*r?em|x*-?large)", re.I
)
_SUBTITLE = re.compile(r"^\s*[—–―─]{1,2}|^[（(].*[)）]$")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
LONGEST = 120
MANY = 4000
"""Elements that are looked at."""
ENOUGH = 3.0


def prominent(facts: Facts) -> str | None:
    """The line that looks most like a title: a heading, large, centred, over the line of date and source."""
    shown = facts.shown[:400]
    answers = next((at for at, line in enumerate(shown) if opens_answers(line)), len(shown))
    answered = frozenset(map(bare, shown[answers:])) - frozenset(map(bare, shown[:answers]))
    places: dict[str, list[int]] = {}
    for place, line in enumerate(shown):
        places.setdefault(bare(line), []).append(place)
    name = bare(facts.page.name)
    elsewhere = names_elsewhere(facts.page)
    stems = linked_stems(facts.root)
    under = _subtitles(facts.root)

    @cache
    def placed(found: tuple[str, ...]) -> float:
        """What the places where these lines are shown speak for."""
        ends = [at for at in places.get(bare(found[-1]), ()) if _said_before(shown, at, found)]
        value = max((_over_information(shown, at, stems, under) for at in ends), default=0.0)
        return value - 3 * any("。" in line for at in ends[:1] for line in shown[: at - len(found) + 1][-1:])

    best, most = None, ENOUGH
    for element, found in _candidates(facts):
        text = "".join(map(bare, found))
        if text in answered:
            continue
        value = _looks(element) - 4 * (text in elsewhere)
        value += 1 if len(text) >= 10 else -1 if len(text) < 6 else 0
        if is_site_name(text):
            value -= 3
        elif text in name:
            value += 1.5 if len(text) < 6 else 3
        value += placed(tuple(found))
        if value > most or (best is None and value == most):
            best, most = element, value
    return joined(best) if best is not None else None


def _candidates(facts: Facts) -> Iterator[tuple[Element, list[str]]]:
    """Elements that hold a line or two that may be a title, with these lines; the outermost of one text."""
    last: Element | None = None
    for number, element in enumerate(facts.root.iter(*_HOLDERS)):
        if number > MANY:
            return
        if _is_long(element) or (last is not None and last in _above(element)):
            continue
        if next(element.iter("a", "input", "select"), None) is not None or _hidden_or_linked(element):
            continue
        found = lines(element)
        text = " ".join(found)
        if not 2 <= len(bare(text)) <= LONGEST or "\t" in text or len(found) > 4:
            continue
        if len(found) > 1 and next(element.iterdescendants(*_BREAKING), None) is not None:
            continue
        if _is_other(text) or any(map(is_information, found)):
            continue
        last = element
        yield element, found


def _is_long(element: Element) -> bool:
    size = 0
    for piece in element.itertext("*"):
        size += len(piece.strip())
        if size > LONGEST:
            return True
    return False


def _above(element: Element) -> list[Element]:
    return [above for _, above in zip(range(3), element.iterancestors(), strict=False)]


def _hidden_or_linked(element: Element) -> bool:
    return any(above.tag == "a" or hidden(above) for above in (element, *element.iterancestors()))


def _is_other(line: str) -> bool:
    """What is plainly no title: a label's line, a button, a date, a number, a sentence, a part of the foot."""
    number = parse_doc_number(line) if len(line) < 40 else None
    return (
        is_information(line)
        or heads_others(line)
        or opens_answers(line)
        or is_widget(line)
        or is_date(line)
        or is_colophon(line)
        or TRAIL_LABEL.match(line) is not None
        or _SUBTITLE.match(line) is not None
        or line.rstrip().endswith(("。", "；", "：", "，", ":", ";"))
        or (number is not None and len(bare(line)) <= len(number) + 2)
        or not re.search(r"[\u4e00-\u9fffA-Za-z]{2}", line)
    )


def _looks(element: Element) -> float:
    """How much an element stands out; what is part of the frame does not."""
    value = 0.0
    around = [
        element,
        *(inner for inner in element.iter("strong", "b", "font", "span", "h1", "h2", "h3", "h4", "h5")),
    ]
    above = element.getparent()
    while above is not None and len(above) == 1 and above.tag not in ("body", "html") and len(around) < 12:
        around.append(above)
        above = above.getparent()
    tags = [_TAGS.get(str(node.tag), 0.0) for node in around]
    value += max(tags)
    styles = " ".join(node.get("style") or "" for node in around)
    marks = " ".join(map(classes, around))
    value += 3 if HEADING.search(marks) and max(tags) < 3 else 0
    centred = any(node.tag == "center" or (node.get("align") or "").lower() == "center" for node in around)
    value += 1.5 if centred or _CENTRED.search(styles) else 0
    large = any((node.get("size") or "").strip("+") in ("4", "5", "6", "7") for node in around)
    value += 1.5 if large or _LARGE.search(styles) else 0
    framed = any(
        node.tag in ("footer", "header", "nav", "aside") or _FRAME.search(classes(node))
        for node in (element, *element.iterancestors())
        if node.tag not in ("body", "html")
    )
    return value - 3 * framed


def _said_before(shown: list[str], at: int, found: tuple[str, ...]) -> bool:
    start = at - len(found) + 1
    return start >= 0 and [bare(line) for line in shown[start : at + 1]] == [bare(line) for line in found]


def _informs(line: str) -> bool:
    """Whether a line tells when, from whom or how often read; who edited it stands below a text as well."""
    if is_information(line):
        return any(form.search(line) for form in (DATE_LABEL, SOURCE_LABEL, COUNT_LABEL))
    return len(line) < 60 and parse_date(line) is not None and not is_sentence(line)


def _subtitles(root: Element) -> frozenset[str]:
    """The lines of headings that stand directly under a higher one."""
    found: set[str] = set()
    for element in root.iter("h2", "h3", "h4", "h5", "h6"):
        before = element.getprevious()
        if (
            before is not None
            and before.tag in _HEADINGS
            and str(before.tag) < str(element.tag)
            and lines(before)
        ):
            found.update(lines(element))
    return frozenset(found)


def _over_information(shown: list[str], at: int, stems: frozenset[str], under: frozenset[str]) -> float:
    """What the lines that follow speak for: the information line soon, nothing but what goes with a title between;
    or, against it, a list of links."""
    following = shown[at + 1 : at + 6]
    if sum(is_row(line, stems) for line in following[:2]) > 1:
        return -3.0
    value = 5.0
    for line in following:
        if _informs(line):
            return value
        if is_sentence(line):
            return 1.0
        if not (
            line in under
            or _SUBTITLE.match(line)
            or is_widget(line)
            or parse_doc_number(line)
            or is_site_name(line)
        ):
            value -= 3.5
        if value <= 0:
            return 0.0
    return 0.0


def joined(element: Element) -> str:
    """A heading broken over lines is one: Chinese needs no space between."""
    if not len(element):
        return element.text or ""
    return re.sub(r"(?<=[\u4e00-\u9fff，、：；])\n+(?=[\u4e00-\u9fff“《（\d])", "", "\n".join(lines(element)))
