"""A chart shows its numbers, all of its periods and every name, and carries nothing that acts."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from lawcrawl import plots
from lawcrawl.plots import (
    Chart,
    PlotsMissing,
    Point,
    folded,
    has_chinese_font,
    largest,
    png,
    svg,
    tells_apart,
)

ARTICLES = [
    Point("临溪市司法局", "2021", 3),
    Point("临溪市司法局", "2024", 1),
    Point("临溪市普法办", "2024", 12),
]


def words(picture: str) -> list[str]:
    return [
        text.text or "" for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")
    ]


def bars(picture: str) -> list[str]:
    """What a screen reader says of each bar."""
    return re.findall(r'aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="bar"', picture)


def test_chinese_names_stay_text_with_fonts_to_fall_back_on() -> None:
    picture = svg(Chart("各年文章数", "篇", ARTICLES))
    assert {"临溪市司法局", "临溪市普法办", "各年文章数", "篇"} <= set(words(picture))
    assert all(
        "CJK SC" in font and "sans-serif" in font for font in re.findall('font-family="([^"]*)"', picture)
    )


def test_years_without_an_article_have_their_place() -> None:
    assert {"2021", "2022", "2023", "2024"} <= set(words(svg(Chart("t", "u", ARTICLES))))


def test_every_number_is_drawn() -> None:
    drawn = bars(svg(Chart("t", "u", ARTICLES)))
    assert len(drawn) == 3
    for point in ARTICLES:
        assert any(f"{point.value:d}" in bar and point.at in bar and point.series in bar for bar in drawn)


def test_an_svg_may_stand_in_any_page() -> None:
    hostile = [Point("<script>alert(1)</script>", "2024", 1), Point('"&><img src=x onerror=1>', "2024", 2)]
    picture = svg(Chart("</svg><b>", "u", hostile), ink="currentColor", background=None)
    drawn = list(ElementTree.fromstring(picture).iter())
    assert {part.tag.partition("}")[2] for part in drawn} <= {"svg", "g", "path", "line", "text"}
    assert not [name for part in drawn for name in part.attrib if re.match("on|style|id|href|.*}href", name)]
    assert 'fill="currentColor"' in picture
    assert "<script>alert(1)</script>" in words(picture)


def test_the_same_numbers_give_the_same_picture() -> None:
    chart = Chart("t", "u", ARTICLES)
    assert svg(chart) == svg(chart)


def test_charts_of_the_same_sites_have_one_legend() -> None:
    views = [point._replace(value=100 * point.value) for point in ARTICLES]
    assert words(svg(Chart("a", "u", ARTICLES), Chart("b", "u", views))).count("临溪市司法局") == 1


def test_lines_go_along_the_time() -> None:
    readings = [Point("浏览次数", f"2024-01-0{day}T04:00:00Z", 10 * day) for day in (1, 2, 9)]
    picture = svg(Chart("浏览", "次", readings, "lines"))
    across = [
        float(x)
        for x in re.findall(r'aria-roledescription="point"[^>]*transform="translate\(([\d.]+),', picture)
    ]
    assert len(across) == 3
    assert round((across[2] - across[1]) / (across[1] - across[0])) == 7


def test_a_png_is_one() -> None:
    assert png(Chart("t", "u", ARTICLES)).startswith(b"\x89PNG\r\n")


def test_many_series_are_shown_as_the_largest_and_the_rest() -> None:
    points = [Point(f"站{number}", year, number) for number in range(1, 11) for year in ("2023", "2024")]
    kept = largest(points, 4)
    assert kept == ["站8", "站9", "站10"]
    assert folded(points, kept, "其他")[-2:] == [Point("其他", "2023", 28), Point("其他", "2024", 28)]
    assert sum(point.value for point in folded(points, kept, "其他")) == sum(point.value for point in points)
    assert largest(points[:8], 4) == ["站1", "站2", "站3", "站4"]


@pytest.mark.parametrize(
    ("drawn", "told"), [(lambda page: page.encode(), True), (lambda page: b"box", False)]
)
def test_characters_that_look_alike_tell_that_the_font_is_missing(drawn: object, told: bool) -> None:
    assert tells_apart("法", "治", drawn) is told  # type: ignore[arg-type]


@pytest.mark.skipif(not shutil.which("fc-list"), reason="fc-list is not installed: the fonts are not known")
def test_a_font_that_is_there_is_seen() -> None:
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=True).stdout
    if not fonts:
        pytest.skip("no font for Chinese is installed")
    assert has_chinese_font()


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(PlotsMissing, match=r"pip install 'lawcrawl\[plots\]'"):
        svg(Chart("t", "u", ARTICLES))


def test_the_examples_hold() -> None:
    assert doctest.testmod(plots).failed == 0
