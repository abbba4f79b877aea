"""How a query is asked of the index: FTS5 expressions, and what of the article's own row is to hold besides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lawcrawl.archive.search.fold import pairs
from lawcrawl.archive.search.language import INDEXED, And, Node, Not, Or, QueryError, Term, parse

TITLES, WORDS, CHARACTERS = "titles_fts", "articles_fts", "characters_fts"
"""The tables of the index, the smallest first. A query runs along the first that has a part of it."""


@dataclass(slots=True, frozen=True)
class Part:
    """A MATCH on one table that must hold, or with ``wanted=False`` must not."""

    table: str
    match: str
    wanted: bool = True


@dataclass(slots=True, frozen=True)
class Condition:
    """What a field of the article's row must contain, folded, or must not."""

    field: str
    text: str
    wanted: bool = True


@dataclass(slots=True, frozen=True)
class Plan:
    """All ``parts`` and ``conditions`` hold of what is found."""

    parts: tuple[Part, ...]
    conditions: tuple[Condition, ...]
    titled: str | None
    """The MATCH on titles of those that come first, where not all do."""
    strict: bool
    """Whether a title that matches ``titled`` does not yet mean that all parts hold."""
    whole: str | None
    """All parts as one MATCH on :data:`WORDS`."""


def match_expression(query: str) -> str:
    """What a user typed as one expression for ``articles_fts MATCH``, for those who ask with SQL.

    Its result holds nothing of the user's but what is searched for, so it is safe as a value. Fields that are not in
    the index (``source:``) are refused; a single character is found as the beginning of a pair, which takes long
    where it is common. Raises :class:`QueryError`, one sentence.

    >>> match_expression('法治 OR title:宪法 -通知')
    '"法治" OR (title : "宪法" NOT "通知")'
    """
    root = parse(query)
    return expression(root.parts[0] if len(root.parts) == 1 else root)


def plan(query: str) -> Plan:
    """Raises :class:`QueryError` for a query that nothing can be searched with."""
    tables: dict[str, tuple[list[Node], list[Node]]] = {
        TITLES: ([], []),
        WORDS: ([], []),
        CHARACTERS: ([], []),
    }
    conditions = []
    top = parse(query).parts
    for part in top:
        wanted, node = (False, part.part) if isinstance(part, Not) else (True, part)
        if isinstance(node, Term) and stored(node):
            conditions.append(Condition(str(node.field), " ".join(node.runs), wanted))
        else:
            tables[table_of(node)][not wanted].append(node)
    parts = []
    for table, (found, unwanted) in tables.items():
        if found:
            parts.append(Part(table, expression(And((*found, *map(Not, unwanted))), titles=table == TITLES)))
        elif unwanted:
            parts.append(Part(table, expression(Or(tuple(unwanted)), titles=table == TITLES), wanted=False))
    if not any(part.wanted for part in parts) and not any(condition.wanted for condition in conditions):
        raise QueryError(f"{query[:60]!r} only says what is not to be found; say what is, too")
    indexed = tuple(part for part in top if not asks_row(part))
    whole = expression(And(indexed)) if any(part.wanted for part in parts) else None
    return Plan(tuple(parts), tuple(conditions), *titles_first(indexed, parts), whole)


def titles_first(top: Iterable[Node], parts: list[Part]) -> tuple[str | None, bool]:
    """What of a query titles are asked, and whether that is not yet all of it."""
    wanted = [part for part in top if not isinstance(part, Not)]
    fields = {term.field for part in wanted for term in all_terms(part)}
    if not wanted or fields - {None, "title"} or all(part.table == TITLES for part in parts):
        return None, False
    return expression(And(tuple(wanted)), titles=True), any(map(negates, top))


def stored(term: Term) -> bool:
    return term.field is not None and term.field not in INDEXED.values()


def asks_row(part: Node) -> bool:
    """Whether a part of a query is asked of the article's row."""
    node = part.part if isinstance(part, Not) else part
    return isinstance(node, Term) and stored(node)


def table_of(node: Node) -> str:
    if isinstance(node, Term) and node.single and node.field is None:
        return CHARACTERS
    return TITLES if all(term.field == "title" for term in all_terms(node)) else WORDS


def all_terms(node: Node) -> list[Term]:
    if isinstance(node, Term):
        return [node]
    return [term for part in parts_of(node) for term in all_terms(part)]


def parts_of(node: And | Or | Not) -> tuple[Node, ...]:
    return (node.part,) if isinstance(node, Not) else node.parts


def negates(node: Node) -> bool:
    return isinstance(node, Not) or (not isinstance(node, Term) and any(map(negates, node.parts)))


def expression(node: Node, *, titles: bool = False) -> str:
    """A tree in FTS5's language. ``titles``: for the table that has nothing but titles."""
    if isinstance(node, Term):
        if stored(node):
            raise QueryError(
                f"{node.field}: can only stand beside other words, not within OR, NOT or brackets"
            )
        return phrase(node) if titles or node.field is None else f"{node.field} : {phrase(node)}"
    if isinstance(node, Or):
        return " OR ".join(bracketed(part, titles) for part in node.parts)
    wanted = [part for part in parts_of(node) if not isinstance(part, Not)]
    if not wanted or isinstance(node, Not):
        raise QueryError("NOT alone finds nothing; say beside it what is to be found")
    found = " AND ".join(bracketed(part, titles) for part in wanted)
    unwanted = [part.part for part in node.parts if isinstance(part, Not)]
    if unwanted and len(wanted) > 1:
        found = f"({found})"
    return "".join([found, *(f" NOT {bracketed(part, titles)}" for part in unwanted)])


def bracketed(node: Node, titles: bool) -> str:
    found = expression(node, titles=titles)
    return found if isinstance(node, Term) else f"({found})"


def phrase(term: Term) -> str:
    """A term as a phrase of the index.

    Within it a run is written to its last character, as the index has it; the last one may go on, and so may a
    character that stands alone.
    """
    *whole, last = term.runs
    found = [*map(pairs, whole), pairs(last) if len(last) == 1 else pairs(last)[:-2]]
    return f'"{" ".join(found)}"' + ("*" if len(last) == 1 else "")
