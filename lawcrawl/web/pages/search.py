"""Full-text search: hits with what was sought marked in them, counts by field, paging; the whole of it as CSV or feed."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from urllib.parse import urljoin

from datasette import Response

from lawcrawl.archive import Archive
from lawcrawl.archive.exports.texts import write_csv
from lawcrawl.archive.questions.runs import site_names
from lawcrawl.archive.search import SORTS, Facets, Hit, Narrowed, QueryError, Sort
from lawcrawl.feeds import articles_feed
from lawcrawl.web import safety
from lawcrawl.web.asking import ask, recall
from lawcrawl.web.rendering import headers, page, page_number, with_arguments

SHOWN, FEED = 20, 50
FURTHEST = 500
"""The last page that can be turned to."""
EXPORTING = 600_000
"""Milliseconds that an export may take."""
PIECE = 1 << 18
MARKS = ("\ue000", "\ue001")
"""Characters of nobody's around what was sought."""
FILTERS = ("site", "channel", "source", "since", "until", "law")


class Asked(NamedTuple):
    """What an address asks for."""

    query: str | None
    narrowed: Narrowed
    sort: Sort

    @property
    def narrows(self) -> bool:
        return self.sort != "rank" or any(self.narrowed.values())

    @property
    def anything(self) -> bool:
        return self.query is not None or any(self.narrowed.values())


def asked_by(request: Any) -> Asked:
    """``q``, the filters and ``sort``."""
    given: Any = {name: (request.args.get(name) or "").strip() or None for name in FILTERS}
    sort: Sort = next((one for one in SORTS if one == request.args.get("sort")), "rank")
    return Asked((request.args.get("q") or "").strip() or None, given, sort)


async def search(datasette: Any, request: Any) -> Any:
    asked, number = asked_by(request), min(page_number(request), FURTHEST)

    def question(archive: Archive) -> list[Hit]:
        return archive.search(
            asked.query,
            sort=asked.sort,
            limit=SHOWN + 1,
            offset=(number - 1) * SHOWN,
            marks=MARKS,
            counted=False,
            **asked.narrowed,
        )

    found, facets, refused = list[Hit](), Facets(), None
    if asked.anything:
        key = ("facets", asked.query, *sorted(asked.narrowed.items()))
        try:
            found = await ask(datasette, question)
            facets = await recall(
                datasette, key, lambda archive: archive.facets(asked.query, **asked.narrowed)
            )
        except QueryError as error:
            refused = str(error)
    sites = await ask(datasette, lambda archive: site_names(archive.connection))
    at = datasette.urls.path
    return await page(
        datasette,
        request,
        "search",
        asked=asked,
        refused=refused,
        sites=sites,
        names=dict(sites),
        sorts=SORTS,
        hits=found[:SHOWN],
        first=(number - 1) * SHOWN + 1,
        facets=columns(facets, asked, dict(sites), request),
        counted=facets,
        marked=marked,
        csv=with_arguments(request, at("/search.csv"), page=None, lang=None),
        feed=with_arguments(request, at("/search.atom"), page=None, lang=None),
        later=with_arguments(request, page=number + 1) if len(found) > SHOWN and number < FURTHEST else None,
        earlier=with_arguments(request, page=number - 1) if number > 1 else None,
    )


class Value(NamedTuple):
    """A value of a facet, and the address at which the search has it, or has it no longer."""

    label: str
    articles: int
    address: str
    chosen: bool


def columns(
    facets: Facets, asked: Asked, names: dict[str, str], request: Any
) -> list[tuple[str, list[Value]]]:
    """The facets that have something to choose; of each its values."""
    found = []
    for name in ("site", "channel", "source", "law"):
        chosen = asked.narrowed.get(name)
        values = [
            Value(
                names.get(value, value) if name == "site" else value,
                count,
                with_arguments(request, page=None, lang=None, **{name: None if value == chosen else value}),
                value == chosen,
            )
            for value, count in getattr(facets, name)
        ]
        found.append((name, values))
    span = (asked.narrowed.get("since"), asked.narrowed.get("until"))
    years = []
    for year, count in facets.year:
        chosen_year = span == (year, year)
        dates = {"since": None, "until": None} if chosen_year else {"since": year, "until": year}
        years.append(Value(year, count, with_arguments(request, page=None, lang=None, **dates), chosen_year))
    found.insert(3, ("year", years))
    return [(name, values) for name, values in found if len(values) > 1 or any(v.chosen for v in values)]


def marked(text: str | None) -> list[tuple[bool, str]]:
    """The pieces of a text with :data:`MARKS`, and whether each is what was sought.

    >>> marked("学习\\ue000民法典\\ue001。")
    [(False, '学习'), (True, '民法典'), (False, '。')]
    """
    found = []
    for number, piece in enumerate((text or "").split(MARKS[0])):
        hot, end, rest = piece.partition(MARKS[1]) if number else ("", "", piece)
        found += [(True, hot), (False, rest)] if end or not number else [(False, hot)]
    return [(hot, piece) for hot, piece in found if piece]


async def search_atom(datasette: Any, request: Any) -> Any:
    """The newest of what a search finds, as a feed."""
    asked = asked_by(request)

    def question(archive: Archive) -> list[Hit]:
        return list(archive.search(asked.query, sort="newest", limit=FEED, marks=("", ""), **asked.narrowed))

    found = await ask(datasette, question)
    site = str(datasette.absolute_url(request, datasette.urls.path("/")))
    name = " ".join(["lawcrawl", *filter(None, [asked.query, *map(str, asked.narrowed.values())])])
    entries = [
        {**hit.as_dict(), "page": urljoin(site, f"article/{hit.id}"), "summary": hit.snippet} for hit in found
    ]
    written = articles_feed(name, site, entries)
    return Response(written, headers=headers(), content_type="application/atom+xml; charset=utf-8")


class Download:
    """An answer that sends a file piece by piece and closes it."""

    def __init__(self, file: IO[bytes], name: str, content_type: str) -> None:
        self.file, self.headers = file, {**safety.file_headers(name), "content-type": content_type}

    async def asgi_send(self, send: Any) -> None:
        with self.file as file:
            named = [[name.lower().encode(), value.encode()] for name, value in self.headers.items()]
            await send({"type": "http.response.start", "status": 200, "headers": named})
            while piece := file.read(PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def search_csv(datasette: Any, request: Any) -> Any:
    """All that a search finds, as ``lawcrawl export`` writes it, in one state of the archive."""
    asked = asked_by(request)

    def question(archive: Archive) -> IO[bytes]:
        file = TemporaryFile()  # noqa: SIM115
        try:
            write_csv(archive.articles(asked.query, **asked.narrowed), file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    file = await ask(datasette, question, limit=EXPORTING)
    return Download(file, f"{asked.query or 'lawcrawl'}.csv", "text/csv; charset=utf-8")
