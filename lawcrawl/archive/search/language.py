"""What a user types, as a tree: words, "phrases", AND, OR, NOT, brackets, fields.

Nothing typed is an error of syntax: an operator without its operand, a bracket or a quotation mark without its
partner is passed over or is text. :class:`QueryError` says what cannot be searched for, and only that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.search.fold import runs

LONGEST = 1000
"""Characters of a query."""
DEEPEST = 20
"""Brackets within brackets."""

INDEXED = {
    **dict.fromkeys(("title", "标题"), "title"),
    **dict.fromkeys(("text", "正文"), "text"),
    **dict.fromkeys(("attachments", "attachment", "附件"), "attachments"),
}
"""Fields of the index, by what they may be called."""
STORED = {
    **dict.fromkeys(("source", "来源"), "source"),
    **dict.fromkeys(("author", "作者"), "author"),
    **dict.fromkeys(("issuer", "发文机关"), "issuer"),
    **dict.fromkeys(("number", "文号"), "doc_number"),
    **dict.fromkeys(("site", "站点"), "site"),
    **dict.fromkeys(("channel", "栏目"), "channel"),
    **dict.fromkeys(("law", "法律"), "law"),
}
"""Fields of the article that are not in the index."""
FIELDS = INDEXED | STORED

_FIELD = re.compile(rf"({'|'.join(FIELDS)})[:：](?=\S)", re.I)
_PHRASE = re.compile(r'"([^"]*)(?:"(?=[\s)]|$)|$)|“([^”]*)”(?=[\s)]|$)')
_NOT = re.compile(r"[-－](?=[^\s\-－])")
_PARTNERS = {"(": ")", "（": "）"}


class QueryError(ArchiveError):
    """A query that nothing can be searched with, in one sentence."""


@dataclass(slots=True, frozen=True)
class Term:
    """What is to stand somewhere, unbroken: its runs, with anything that does not count between them."""

    runs: tuple[str, ...]
    field: str | None = None

    @property
    def single(self) -> bool:
        return len(self.runs) == 1 and len(self.runs[0]) == 1


@dataclass(slots=True, frozen=True)
class And:
    parts: tuple[Node, ...]


@dataclass(slots=True, frozen=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(slots=True, frozen=True)
class Not:
    part: Node


Node = Term | And | Or | Not


def parse(query: str) -> And:
    """The parts that all must hold of ``query``.

    >>> parse("民法典 -title:宪法")
    And(parts=(Term(runs=('民法典',), field=None), Not(part=Term(runs=('宪法',), field='title'))))

    Raises :class:`QueryError` where nothing in it can be searched for.
    """
    if len(query) > LONGEST:
        raise QueryError(f"the query has {len(query)} characters; at most {LONGEST} can be searched for")
    found = _Parser(list(tokens(query))).any_of(None)
    if found is None:
        raise QueryError(
            f"there is nothing to search for in {query[:60]!r}; write a character, a letter or a digit"
        )
    return found if isinstance(found, And) else And((found,))


def terms(node: Node) -> Iterator[Term]:
    """What a text that is found may have been found by: every term but those after NOT."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from terms(part)


@dataclass(slots=True, frozen=True)
class Token:
    """``kind`` is one of ``( ) AND OR NOT field text``."""

    kind: str
    text: str = ""


def tokens(query: str) -> Iterator[Token]:
    """The query's tokens. A bracket groups, and quotation marks hold a phrase, only where they stand as words do."""
    groups = grouping(query)
    place = 0
    while place < len(query):
        if query[place].isspace():
            place += 1
        elif place in groups:
            yield Token("(" if query[place] in _PARTNERS else ")")
            place += 1
        elif found := _NOT.match(query, place):
            yield Token("NOT")
            place = found.end()
        elif found := _FIELD.match(query, place):
            yield Token("field", FIELDS[found[1].lower()])
            place = found.end()
        elif found := _PHRASE.match(query, place):
            yield Token("text", found[1] or found[2] or "")
            place = found.end()
        else:
            end = next((i for i in range(place, len(query)) if query[i].isspace() or i in groups), len(query))
            word = query[place:end]
            yield Token(word) if word in ("AND", "OR", "NOT") else Token("text", word)
            place = end


def grouping(query: str) -> set[int]:
    """Where the brackets stand that group: pairs that open where a word may begin and close where one may end."""
    opened: list[int] = []
    found: set[int] = set()
    for place, character in enumerate(query):
        if character in _PARTNERS:
            opened.append(place)
        elif opened and character == _PARTNERS[query[opened[-1]]]:
            begin = opened.pop()
            before, after = query[:begin], query[place + 1 : place + 2]
            if (not before or before[-1].isspace() or before[-1] in "(（-－:：") and (
                not after or after.isspace() or after in ")）"
            ):
                found |= {begin, place}
    return found


class _Parser:
    """By descent: OR binds loosest, then words that stand side by side, then NOT and fields."""

    def __init__(self, found: list[Token]) -> None:
        self.left = found[::-1]
        self.depth = 0

    def any_of(self, field: str | None) -> Node | None:
        parts = [self.all_of(field)]
        while self.left and self.left[-1].kind == "OR":
            self.left.pop()
            parts.append(self.all_of(field))
        some = tuple(part for part in parts if part is not None)
        return (some[0] if len(some) == 1 else Or(some)) if some else None

    def all_of(self, field: str | None) -> Node | None:
        parts: list[Node] = []
        while self.left and self.left[-1].kind != "OR" and not (self.depth and self.left[-1].kind == ")"):
            part = self.one(field)
            if isinstance(part, And):
                parts += part.parts
            elif part is not None:
                parts.append(part)
        return (parts[0] if len(parts) == 1 else And(tuple(parts))) if parts else None

    def one(self, field: str | None) -> Node | None:
        """The next operand; None for what holds nothing to search for."""
        token = self.left.pop()
        if token.kind == "text":
            found = runs(token.text)
            return Term(tuple(found), field) if found else None
        if token.kind == "(":
            return self.group(field)
        if token.kind == ")":  # its partner stands in a phrase
            return None
        if not self.left or self.left[-1].kind in ("AND", "OR", ")"):
            return None  # an operator or a field without its operand
        if token.kind == "NOT":
            part = self.one(field)
            return (part.part if isinstance(part, Not) else Not(part)) if part is not None else None
        return self.one(token.text or field)

    def group(self, field: str | None) -> Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise QueryError(f"the query has brackets within brackets, deeper than {DEEPEST}; write fewer")
        found = self.any_of(field)
        if self.left:
            self.left.pop()
        self.depth -= 1
        return found
