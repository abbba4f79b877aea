"""Charts as images of our pages: they follow light and dark, and each is drawn once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from datasette import Response

from lawcrawl.archive.questions.timeline import Span
from lawcrawl.plots import Chart, PlotsMissing, Point, folded, largest, svg

STYLE = "<style>:root{color:#3a352d}@media(prefers-color-scheme:dark){:root{color:#d9d3c5}}</style>"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@lru_cache(maxsize=128)
def drawn(chart: Chart) -> str:
    """The chart on whatever it stands on, its words in the page's colour. Its points must be a tuple."""
    head, end, rest = svg(chart, ink="currentColor", background=None).partition(">")
    return head + end + STYLE + rest


def begin() -> None:
    """Draw nothing, once: the library takes a second before its first chart."""
    with suppress(PlotsMissing):
        drawn(Chart("", "", ()))


def image(picture: str) -> Any:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, no-cache"}
    return Response(picture, headers=headers, content_type="image/svg+xml; charset=utf-8")


def articles_chart(title: str, unit: str, others: str, spans: Iterable[Span]) -> Chart:
    """Articles by site and time of publication, the smallest sites as one."""
    points = [Point(span.site, span.period, span.articles) for span in spans]
    return Chart(title, unit, tuple(folded(points, largest(points), others)))


def views_chart(title: str, unit: str, readings: Iterable[dict[str, Any]]) -> Chart:
    """The counter of one article over time."""
    points = (Point(unit, reading["seen_at"], reading["views"]) for reading in readings)
    return Chart(title, unit, tuple(points), kind="lines")
