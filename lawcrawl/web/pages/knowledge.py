"""What the archive knows beyond single pages: laws named, documents cited, texts that stand in several articles."""

from __future__ import annotations

from typing import Any

from lawcrawl.archive import Archive
from lawcrawl.archive.citations import articles_citing, asked_number, numbers_cited
from lawcrawl.archive.mentions import articles_naming, asked_law, laws_named, over_time
from lawcrawl.archive.reprints import originals
from lawcrawl.web.asking import ask
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

    def question(archive: Archive) -> dict[str, Any]:
        db = archive.connection
        named = laws_named(db, containing=containing, limit=limit, site=site_of(request))
        return {"sites": archive.sites(), "found": named}

    answer = await ask(datasette, question)
    shown = pages_around(request, answer["found"], first)
    asked = {"containing": containing, "site": site_of(request)}
    return await page(datasette, request, "laws", asked=asked, sites=answer["sites"], **shown)


async def law(datasette: Any, request: Any) -> Any:
    name = asked_law(request.args.get("name") or "")
    first, limit = paging(request)

    def question(archive: Archive) -> dict[str, Any]:
        db = archive.connection
        return {
            "found": articles_naming(db, name, limit=limit, site=site_of(request)),
            "periods": over_time(db, name, site=site_of(request)),
        }

    answer = await ask(datasette, question)
    shown = pages_around(request, answer["found"], first)
    periods = answer["periods"]
    most = max((one.articles for one in periods), default=0)
    return await page(datasette, request, "law", name=name, periods=periods, most=most, **shown)


async def documents(datasette: Any, request: Any) -> Any:
    containing = (request.args.get("containing") or "").strip() or None
    first, limit = paging(request)

    def question(archive: Archive) -> dict[str, Any]:
        db = archive.connection
        cited = numbers_cited(db, containing=containing, limit=limit, site=site_of(request))
        return {"sites": archive.sites(), "found": cited}

    answer = await ask(datasette, question)
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
        return {"sites": archive.sites(), "found": found}

    answer = await ask(datasette, question)
    shown = pages_around(request, answer["found"], first)
    asked = {"elsewhere": elsewhere, "site": site_of(request)}
    return await page(datasette, request, "reprints", asked=asked, sites=answer["sites"], **shown)
