"""Articles over time by site: all of them, or those that name a law."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from datasette import NotFound

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge.mentions import asked_law
from lawcrawl.archive.questions.runs import site_names
from lawcrawl.archive.questions.timeline import Span
from lawcrawl.web.asking import ask, recall
from lawcrawl.web.drawing import articles_chart, drawn, image, views_chart
from lawcrawl.web.language import language_of, translator
from lawcrawl.web.rendering import page, with_arguments


class Plot(NamedTuple):
    """A law, or None for all articles; the image's address; the articles by period and site."""

    law: str | None
    address: str
    periods: dict[str, dict[str, int]]


def selection(request: Any) -> tuple[str | None, str | None]:
    """The site and the law that an address asks for."""
    law = (request.args.get("law") or "").strip()
    return request.args.get("site") or None, asked_law(law) if law else None


async def spans_of(datasette: Any, site: str | None, law: str | None) -> list[Span]:
    return await recall(datasette, ("plot", site, law), lambda archive: archive.timeline(site, law=law))


async def plots(datasette: Any, request: Any) -> Any:
    site, law = selection(request)
    svg = datasette.urls.path("/plots.svg")
    shown = []
    for named in (None, law) if law else (None,):
        spans = await spans_of(datasette, site, named)
        shown.append(Plot(named, with_arguments(request, svg, law=named), by_period(spans)))
    sites = await ask(datasette, lambda archive: site_names(archive.connection))
    return await page(datasette, request, "plots", site=site, law=law, sites=sites, plots=shown)


def by_period(spans: list[Span]) -> dict[str, dict[str, int]]:
    """The numbers as a table: of each period the sites that have any."""
    found: dict[str, dict[str, int]] = {}
    for span in sorted(spans, key=lambda one: one.period):
        found.setdefault(span.period, {})[span.site] = span.articles
    return found


async def plots_svg(datasette: Any, request: Any) -> Any:
    say = translator(language_of(request))
    site, law = selection(request)
    title = say("Articles that name {law}", law=law) if law else say("Articles by time of publication")
    chart = articles_chart(title, say("articles"), say("others"), await spans_of(datasette, site, law))
    return image(await asyncio.to_thread(drawn, chart))


async def views_svg(datasette: Any, request: Any) -> Any:
    say = translator(language_of(request))
    number = int(request.url_vars["id"])

    def question(archive: Archive) -> str | None:
        found = archive.article(number)
        return drawn(views_chart(say("Views"), say("Views"), found["view_counts"])) if found else None

    picture = await ask(datasette, question)
    if picture is None:
        raise NotFound("there is no such article in this archive")
    return image(picture)
