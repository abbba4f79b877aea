"""Full-text search over Chinese: an FTS5 index of overlapping character pairs.

民法典 is indexed as ``民法 法典 典``: a word of two characters or more is the phrase of its pairs, which is found
exactly where the word stands; one character is a prefix. Latin words and numbers are tokens of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import add

from lawcrawl.normalize import fold_width

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
_QUERY = re.compile(
    r"(?P<not>-)?(?:(?P<field>title|text|attachments):)?(?:\"(?P<phrase>[^\"]*)\"?|(?P<word>[^\s\"]+))"
)
MARKS = ("[", "]")


def index_text(text: str | None) -> str:
    """``text`` as the index holds it.

    >>> index_text("《民法典》2024")
    '民法 法典 典 2024'
    """
    if not text:
        return ""
    found: list[str] = []
    for han, word in _RUNS.findall(fold_width(text)):
        if not han:
            found.append(word.lower())
        elif len(han) < 16:
            found += map(add, han, han[1:])
            found.append(han[-1])
        else:
            found.append(spread(han))
    return " ".join(found)


def spread(han: str) -> str:
    """The pairs of a long run, by slices: three times as fast as one by one."""
    pairs = [" "] * (3 * len(han) - 2)
    pairs[::3] = han
    pairs[1::3] = han[1:]
    return "".join(pairs)


def terms(text: str) -> list[str]:
    """FTS5 expressions that together find ``text``; [] where nothing in it can be searched."""
    found = []
    for han, word in _RUNS.findall(fold_width(text)):
        if len(han) == 1:
            found.append(f'"{han}"*')
        elif han:
            found.append('"' + " ".join(map(str.__add__, han, han[1:])) + '"')
        elif word:
            found.append(f'"{word.lower()}"')
    return found


def match_expression(query: str) -> str | None:
    """What the user typed as an FTS5 expression; every other character is text, never syntax.

    >>> match_expression('法治 OR title:宪法 -通知')
    '("法治") OR (title : ("宪法")) NOT ("通知")'
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    joiner = ""
    negate = False
    for part in _QUERY.finditer(query[:1000]):
        word = part["word"]
        if word in ("OR", "AND", "NOT"):
            joiner, negate = ("OR", negate) if word == "OR" else (joiner, word == "NOT")
            continue
        found = terms(part["phrase"] if part["phrase"] is not None else word or "")
        if not found:
            continue
        expression = " AND ".join(found)
        expression = f"({part['field']} : ({expression}))" if part["field"] else f"({expression})"
        if part["not"] or negate:
            unwanted.append(expression)
        else:
            wanted.append((f"{joiner or 'AND'} " if wanted else "") + expression)
        joiner, negate = "", False
    if not wanted:
        return None
    return " NOT ".join([" ".join(wanted), *unwanted])


def words(query: str) -> Iterator[str]:
    """What of a query may be marked in a text, the longest first."""
    found = [
        part["phrase"] or part["word"] or "" for part in _QUERY.finditer(query[:1000]) if not part["not"]
    ]
    pieces = [piece for text in found for run in _RUNS.findall(text) for piece in run if piece]
    return iter(sorted({p for p in pieces if p not in ("OR", "AND", "NOT")}, key=len, reverse=True))


def snippet(text: str | None, query: str, width: int = 60, marks: tuple[str, str] = MARKS) -> str | None:
    """The text around the first place that the query hits, with every hit in it marked."""
    if not text:
        return None
    wanted = list(words(query))
    if not wanted:
        return None
    pattern = re.compile("|".join(map(re.escape, wanted)), re.I)
    first = pattern.search(text) or pattern.search(fold_width(text))
    if first is None:
        return None
    start = max(0, first.start() - width // 3)
    piece = text[start : start + width].replace("\n", " ").replace("\t", " ")
    marked = pattern.sub(lambda hit: marks[0] + hit[0] + marks[1], piece)
    return ("…" if start else "") + marked + ("…" if start + width < len(text) else "")
