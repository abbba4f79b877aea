"""stats --plot: the time line as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.timeline import Span
from lawcrawl.cli.common import whole_file
from lawcrawl.plots import Chart, PlotsMissing, Point, folded, has_chinese_font, largest, png, svg

NO_FONT = (
    "no font for Chinese is installed: its characters in {file} are blank; install one"
    " (on Debian: apt install fonts-noto-cjk), or write an .svg, whose words stay text"
)


def draw(archive: Archive, file: Path) -> None:
    """Draw into ``file``, by its ending."""
    kind = file.suffix.lower()
    if kind not in (".svg", ".png"):
        raise click.UsageError(f"{file} does not say what to draw; end it in .svg or .png")
    spans = archive.timeline()
    if not spans:
        raise click.ClickException(f"no article in {archive.path} has a date to draw; nothing is written")
    try:
        picture = svg(*charts(spans)).encode() if kind == ".svg" else png(*charts(spans))
        legible = kind == ".svg" or has_chinese_font()
    except PlotsMissing as error:
        raise click.ClickException(str(error)) from error
    with whole_file(file) as opened:
        opened.write(picture)
    click.echo(f"{sum(span.articles for span in spans)} dated articles in {file}", err=True)
    if not legible:
        click.echo(NO_FONT.format(file=file), err=True)


def charts(spans: list[Span]) -> list[Chart]:
    """Articles by site and time of publication; beneath, where there are any, the views they have by now."""
    length = "month" if len(spans[0].period) == 7 else "year"
    articles = [Point(span.site, span.period, span.articles) for span in spans]
    views = [Point(span.site, span.period, span.views) for span in spans if span.views is not None]
    kept = largest(articles)
    drawn = [Chart(f"Articles by {length} of publication", "articles", folded(articles, kept, "others"))]
    if views:
        title = f"Views by now of the articles of each {length}"
        drawn.append(Chart(title, "views", folded(views, kept, "others")))
    return drawn
