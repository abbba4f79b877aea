"""Full-text search: hits with what was sought marked in them, facets, paging."""

from __future__ import annotations

from typing import Any

from lawcrawl.archive import Archive
from lawcrawl.archive.runs import site_names
from lawcrawl.archive.search import SORTS, Marker, QueryError, Results, Sort
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import page, page_number, with_arguments

SHOWN = 20
FILTERS = ("site", "channel", "source", "since", "until", "law")


async def search(datasette: Any, request: Any) -> Any:
    query = (request.args.get("q") or "").strip()
    asked: Any = {name: request.args.get(name) or None for name in FILTERS}
    sort: Sort = next((one for one in SORTS if one == request.args.get("sort")), "rank")
    number = page_number(request)

    def question(archive: Archive) -> dict[str, Any]:
        try:
            hits, refused = (
                archive.search(query, **asked, sort=sort, limit=SHOWN, offset=(number - 1) * SHOWN),
                None,
            )
            marker = Marker.of(query)
        except QueryError as error:
            hits, refused, marker = Results([], 0, True), str(error), None
        return {"hits": hits, "refused": refused, "marker": marker, "sites": site_names(archive.connection)}

    found = await ask(datasette, question)
    hits, marker = found["hits"], found["marker"]
    more = hits.total > number * SHOWN or not hits.exact
    return await page(
        datasette,
        request,
        "search",
        query=query,
        asked=asked,
        narrowed=any(asked.values()) or sort != "rank",
        sort=sort,
        sorts=SORTS,
        hits=hits,
        refused=found["refused"],
        sites=found["sites"],
        first=(number - 1) * SHOWN + 1,
        marked=lambda text: [(hot, piece) for piece, hot in marker.pieces(text)],
        later=with_arguments(request, page=number + 1) if more else None,
        earlier=with_arguments(request, page=number - 1) if number > 1 else None,
    )
