"""Full-text search: hits with what was sought marked in them, facets, paging."""

from __future__ import annotations

import re
from typing import Any

from lawcrawl.archive import Archive
from lawcrawl.archive.search import words
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import page, page_number, with_arguments

SHOWN = 20
FILTERS = ("site", "channel", "source", "since", "until")
SORTS = ("rank", "newest", "oldest")


async def search(datasette: Any, request: Any) -> Any:
    query = (request.args.get("q") or "").strip()
    asked = {name: request.args.get(name) or None for name in FILTERS}
    sort = request.args.get("sort")
    sort = sort if sort in SORTS else "rank"
    number = page_number(request)

    def question(archive: Archive) -> dict[str, Any]:
        hits = archive.search(query, **asked, sort=sort, limit=number * SHOWN + 1)
        return {"hits": hits[(number - 1) * SHOWN :], "sites": archive.sites()}

    found = await ask(datasette, question)
    more = len(found["hits"]) > SHOWN
    pattern = sought(query)
    return await page(
        datasette,
        request,
        "search",
        query=query,
        asked=asked,
        narrowed=any(asked.values()) or sort != "rank",
        sort=sort,
        sorts=SORTS,
        hits=found["hits"][:SHOWN],
        sites=found["sites"],
        first=(number - 1) * SHOWN + 1,
        marked=lambda text: marked(text, pattern),
        later=with_arguments(request, page=number + 1) if more else None,
        earlier=with_arguments(request, page=number - 1) if number > 1 else None,
    )


def sought(query: str) -> re.Pattern[str] | None:
    wanted = list(words(query))
    return re.compile("(" + "|".join(map(re.escape, wanted)) + ")", re.I) if wanted else None


def marked(text: str | None, pattern: re.Pattern[str] | None) -> list[tuple[bool, str]]:
    """The pieces of a text, and whether each is what was sought.

    >>> marked("学习民法典", sought("民法典"))
    [(False, '学习'), (True, '民法典')]
    """
    pieces = pattern.split(text or "") if pattern else [text or ""]
    return [(bool(i % 2), piece) for i, piece in enumerate(pieces) if piece]
