"""Charts: numbers in, a picture out, drawn by Vega-Lite (vl-convert). Text stays text in an SVG.

An SVG has no script, no style sheet, no id and no address to load from, so it may stand in any page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, cycle
from types import ModuleType
from typing import Any, Literal, NamedTuple

FONTS = (
    "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, Hiragino Sans GB,"
    " WenQuanYi Micro Hei, WenQuanYi Zen Hei, SimHei, sans-serif"
)
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6bb1", "#999999")
"""Told apart by colour-blind eyes too (M. Okabe, K. Ito, Color Universal Design), on light and dark."""
WIDTH, HEIGHT = 560, 180
INK = "#333333"


class PlotsMissing(Exception):
    """The library that draws is not installed."""

    def __init__(self) -> None:
        super().__init__("plots need vl-convert-python: pip install 'lawcrawl[plots]'")


class Point(NamedTuple):
    """A value of a series: for bars in a period (``2024`` or ``2024-01``), for lines at a UTC time."""

    series: str
    at: str
    value: float


@dataclass(slots=True, frozen=True)
class Chart:
    """What is drawn over time. Bars of one period stand on each other."""

    title: str
    unit: str
    """What the upright axis counts."""
    points: Sequence[Point]
    kind: Literal["bars", "lines"] = "bars"


def svg(*charts: Chart, ink: str = INK, background: str | None = "white") -> str:
    """The charts, one below the other, as an ``<svg>`` element; the same charts give the same text.

    ``ink`` is the colour of words and axes: with ``currentColor`` and no background an SVG within a page follows it,
    light or dark. Raises :class:`PlotsMissing`.
    """
    drawn: str = library().vegalite_to_svg(specification(charts, ink, background))
    return drawn


def png(*charts: Chart, scale: float = 2) -> bytes:
    """The same as a picture, ``scale`` pixels a point. Raises :class:`PlotsMissing`."""
    drawn: bytes = library().vegalite_to_png(specification(charts, INK, "white"), scale=scale)
    return drawn


def has_chinese_font() -> bool:
    """Whether a picture can show Chinese here: without a font for them, any two characters look the same."""
    return tells_apart("法", "治", library().svg_to_png)


def tells_apart(one: str, other: str, draw: Callable[[str], bytes]) -> bool:
    page = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        f'<text x="4" y="30" font-size="24" font-family="{FONTS}">{{}}</text></svg>'
    )
    return draw(page.format(one)) != draw(page.format(other))


def library() -> ModuleType:
    try:
        import vl_convert
    except ImportError as error:
        raise PlotsMissing from error
    found: ModuleType = vl_convert
    return found


def largest(points: Sequence[Point], most: int = len(COLOURS)) -> list[str]:
    """The series to show, in their order: all of them, else the largest with one place left for the rest."""
    sums: dict[str, float] = {}
    for point in points:
        sums[point.series] = sums.get(point.series, 0) + point.value
    if len(sums) <= most:
        return list(sums)
    kept = sorted(sums, key=lambda name: -sums[name])[: most - 1]
    return [name for name in sums if name in kept]


def folded(points: Sequence[Point], kept: Sequence[str], others: str) -> list[Point]:
    """The points with every series that is not ``kept`` summed up as ``others``."""
    rest: dict[str, float] = {}
    for point in points:
        if point.series not in kept:
            rest[point.at] = rest.get(point.at, 0) + point.value
    return [p for p in points if p.series in kept] + [Point(others, at, rest[at]) for at in sorted(rest)]


def specification(charts: Sequence[Chart], ink: str, background: str | None) -> dict[str, Any]:
    """The charts in the terms of Vega-Lite 5."""
    text = {"labelColor": ink, "titleColor": ink}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": background,
        "vconcat": panels(charts),
        "resolve": {"scale": {"color": "independent"}},
        "config": {
            "font": FONTS,
            "view": {"stroke": None},
            "axis": {**text, "domainColor": ink, "tickColor": ink, "gridColor": ink, "gridOpacity": 0.15},
            "legend": {**text, "labelLimit": 320},
            "title": {"color": ink, "anchor": "start", "frame": "group"},
        },
    }


def panels(charts: Sequence[Chart]) -> list[dict[str, Any]]:
    """Each chart. A series has one colour in all of them, and charts of the same series one legend."""
    named = [list(dict.fromkeys(point.series for point in chart.points)) for chart in charts]
    colours = dict(zip(dict.fromkeys(chain.from_iterable(named)), cycle(COLOURS), strict=False))
    drawn = []
    for chart, names, above in zip(charts, named, [None, *named], strict=False):
        colour: dict[str, Any] = {"field": "series", "type": "nominal", "title": None}
        colour["scale"] = {"domain": names, "range": [colours[name] for name in names]}
        if names == above:
            colour["legend"] = None
        drawn.append(panel(chart, colour))
    return drawn


def panel(chart: Chart, colour: dict[str, Any]) -> dict[str, Any]:
    up = {"format": ",d", "tickMinStep": 1, "tickCount": 5}
    drawn: dict[str, Any] = {
        "title": chart.title,
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": [point._asdict() for point in chart.points]},
        "encoding": {
            "y": {"field": "value", "type": "quantitative", "title": chart.unit, "axis": up},
            "color": colour,
        },
    }
    across: dict[str, Any] = {"field": "at", "title": None}
    if chart.kind == "bars":
        axis = {"labelAngle": 0, "labelOverlap": True}
        across |= {"type": "ordinal", "axis": axis, "scale": {"domain": periods(chart.points)}}
        drawn["mark"] = "bar"
    else:
        across |= {
            "type": "temporal",
            "axis": {"format": "%Y-%m-%d", "tickCount": 5, "labelOverlap": True},
            "scale": {"type": "utc"},
        }
        drawn["mark"] = {"type": "line", "point": True}
        drawn["encoding"]["y"]["scale"] = {"zero": False}
    drawn["encoding"]["x"] = across
    return drawn


def periods(points: Sequence[Point]) -> list[str]:
    """Every period from the first to the last, those without a value too.

    >>> periods([Point("甲", "2023-11", 1), Point("甲", "2024-02", 1)])
    ['2023-11', '2023-12', '2024-01', '2024-02']
    """
    marks = [point.at for point in points]
    if not marks:
        return []
    first, last = min(marks), max(marks)
    if len(first) == 4:
        return [f"{year:04}" for year in range(int(first), int(last) + 1)]
    months = [12 * int(mark[:4]) + int(mark[5:7]) - 1 for mark in (first, last)]
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(months[0], months[1] + 1)]
