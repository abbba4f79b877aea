"""Full-text search over Chinese that plain SQLite can read: every article that contains what was typed."""

from lawcrawl.archive.search.filters import Filters, Narrowed
from lawcrawl.archive.search.find import SORTS, Facets, Hit, Order, Results, Search, Sort
from lawcrawl.archive.search.fold import fold
from lawcrawl.archive.search.index import write_index
from lawcrawl.archive.search.language import QueryError
from lawcrawl.archive.search.marks import MARKS, Marker
from lawcrawl.archive.search.plan import match_expression

__all__ = [
    "MARKS",
    "SORTS",
    "Facets",
    "Filters",
    "Hit",
    "Marker",
    "Narrowed",
    "Order",
    "QueryError",
    "Results",
    "Search",
    "Sort",
    "fold",
    "match_expression",
    "write_index",
]
