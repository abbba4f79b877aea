"""What the archive knows beyond single pages: laws named, documents cited, texts that stand in several articles."""

from __future__ import annotations

from typing import Any

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge.citations import articles_citing, asked_number, numbers_cited
from lawcrawl.archive.knowledge.mentions import (
    Named,
    Naming,
    articles_naming,
    asked_law,
    laws_named,
    over_time,
)
from lawcrawl.archive.knowledge.reprints import originals
from lawcrawl.archive.questions.runs import site_names
from lawcrawl.web.asking import ask, recall
from lawcrawl.web.rendering import page, page_number, with_arguments

SHOWN = 50


def paging(request: Any) -> tuple[int, int]:
    """Where the page's rows begin, and how many to ask for: one more than are shown tells that there are more."""
    first = (page_number(request) - 1) * SHOWN
    return first, first + SHOWN + 1


def pages_around(request: Any, found: list[Any], first: int) -> dict[str, Any]:
    """The rows of the page and the addresses of its neighbours."""
    number = first // SHOWN + 1
    return {
        "rows": found[first : first + SHOWN],
        "further": with_arguments(request, page=number + 1) if len(found) > first + SHOWN else None,
        "before": with_arguments(request, page=number - 1) if first else None,
    }


def site_of(request: Any) -> str | None:
    return request.args.get("site") or None


async def laws(datasette: Any, request: Any) -> Any:
    containing = (request.args.get("containing") or "").strip().strip("《》") or None
    first, limit = paging(request)

    def question(archive: Archive) -> list[Named]:
        return laws_named(archive.connection, containing=containing, limit=limit)

    found = await recall(datasette, ("laws", containing, limit), question)
    shown = pages_around(request, found, first)
    return await page(datasette, request, "laws", containing=containing, **shown)


async def law(datasette: Any, request: Any) -> Any:
    name, site = asked_law(request.args.get("name") or ""), site_of(request)
    first, limit = paging(request)

    def question(archive: Archive) -> list[Naming]:
        return articles_naming(archive.connection, name, limit=limit, site=site)

    shown = pages_around(request, await ask(datasette, question), first)
    periods = await recall(
        datasette, ("law", name, site), lambda archive: over_time(archive.connection, name, site=site)
    )
    most = max((one.articles for one in periods), default=0)
    return await page(datasette, request, "law", name=name, periods=periods, most=most, **shown)


async def documents(datasette: Any, request: Any) -> Any:
    containing = (request.args.get("containing") or "").strip() or None
    first, limit = paging(request)

    def question(archive: Archive) -> dict[str, Any]:
        db = archive.connection
        cited = numbers_cited(db, containing=containing, limit=limit, site=site_of(request))
        return {"sites": site_names(db), "found": cited}

    answer = await recall(datasette, ("documents", containing, site_of(request), limit), question)
    shown = pages_around(request, answer["found"], first)
    asked = {"containing": containing, "site": site_of(request)}
    return await page(datasette, request, "documents", asked=asked, sites=answer["sites"], **shown)


async def document(datasette: Any, request: Any) -> Any:
    number = asked_number(request.args.get("number") or "")
    first, limit = paging(request)

    def question(archive: Archive) -> list[Any]:
        return list(articles_citing(archive.connection, number, limit=limit, site=site_of(request)))

    shown = pages_around(request, await ask(datasette, question), first)
    return await page(datasette, request, "document", number=number, **shown)


async def reprints(datasette: Any, request: Any) -> Any:
    elsewhere = request.args.get("elsewhere") == "1"
    first, limit = paging(request)

    def question(archive: Archive) -> dict[str, Any]:
        db = archive.connection
        found = originals(db, elsewhere=elsewhere, site=site_of(request), limit=limit)
        return {"sites": site_names(db), "found": found}

    answer = await recall(datasette, ("reprints", elsewhere, site_of(request), limit), question)
    shown = pages_around(request, answer["found"], first)
    asked = {"elsewhere": elsewhere, "site": site_of(request)}
    return await page(datasette, request, "reprints", asked=asked, sites=answer["sites"], **shown)
