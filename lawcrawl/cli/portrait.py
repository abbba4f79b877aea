"""A look at a page, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import click

from lawcrawl.cli.common import cut, pad, terminal_width
from lawcrawl.crawl.explain import doubts, is_list, read, turned_by, why
from lawcrawl.crawl.fetch import Look
from lawcrawl.items import Article, ListPage, Row

ROWS = 10
"""Rows shown of a list; --json has them all."""
NAME, PLACE = 12, 26
FIELDS = ("title", "published", "source", "author", "doc_number", "issuer", "channel", "views")


def lines(target: str, look: Look) -> Iterator[str]:
    """What was seen at ``target``, from its family to what is doubtful."""
    assert look.page is not None
    seen = read(look.page)
    a_list = is_list(look.read)
    kind = {"list": "a list page", "article": "an article"}.get("list" if a_list else seen.kind, "neither")
    yield click.style(target, bold=True)
    if look.page.url not in ("", target):
        yield from entry("found at", look.page.url)
    yield from entry("is", kind if kind != "neither" else "neither a list page nor an article")
    yield from entry("family", why(look.page, seen))
    yield from entry("charset", look.page.encoding)
    if a_list:
        turned = turned_by(look.lists[-1].page or look.page, look.read, seen.reader)
        yield from list_lines(look.read, look.lists[-1].url, turned, asked_on=len(look.lists) > 1)
    for got in look.articles if a_list else look.lists[:1] if seen.kind == "article" else []:
        if a_list:
            yield ""
            yield click.style("sample article  ", bold=True) + got.url
        if got.article is not None:
            yield from article_lines(got.article)
    if found := doubts(seen, look):
        yield ""
        yield click.style("doubtful", fg="yellow", bold=True)
        for doubt in found:
            yield click.style("  ! ", fg="yellow") + doubt
    yield ""


def entry(name: str, value: str, place: str = "") -> Iterator[str]:
    """A name, its value cut to the terminal, and where the value came from."""
    room = terminal_width() - NAME - 2 - (PLACE + 2 if place else 0)
    head = "  " + click.style(pad(name, NAME), fg="cyan")
    if not place:
        yield head + value
    else:
        yield head + pad(cut(" ".join(value.split()), room), room) + "  " + dim(cut(place, PLACE))


def dim(text: str) -> str:
    return click.style(text, dim=True)


def list_lines(listed: ListPage, url: str, turned: str, *, asked_on: bool) -> Iterator[str]:
    yield from entry("column", listed.name or "not named on the page")
    if asked_on:
        yield from entry("rows from", url)
    of = f" of {listed.claimed}" if listed.claimed else ""
    on = f" on the first of {listed.pages} pages" if listed.pages else ""
    yield from entry("rows", f"{len(listed.items)}{of}{on}, {listed.certainty:.0%} sure")
    yield from entry("next page", listed.next or "none")
    yield from entry("", dim(turned))
    yield ""
    for row in listed.items[:ROWS]:
        yield from row_lines(row)
    if len(listed.items) > ROWS:
        yield dim(f"  and {len(listed.items) - ROWS} more rows (--json lists them all)")


def row_lines(row: Row) -> Iterator[str]:
    marks = [name for name in ("pinned", "external") if getattr(row, name)]
    marked = click.style("".join(f"  [{mark}]" for mark in marks), fg="magenta")
    room = terminal_width() - NAME - 2 - sum(len(mark) + 4 for mark in marks)
    yield "  " + pad(row.date or "no date", NAME) + cut(row.title or "no title", room) + marked
    yield "  " + " " * NAME + dim(row.url)


def article_lines(article: Article) -> Iterator[str]:
    for field in FIELDS:
        value = getattr(article, field)
        if value is not None:
            yield from entry(field, str(value), article.evidence.get(field, ""))
    if article.counter:
        yield from entry("counter", article.counter.url)
    for name, value in article.labels.items():
        yield from entry("label", f"{name}: {value}", "labelled table")
    if article.text:
        yield from text_lines(article.text, article.evidence.get("text", ""))
    for file in article.attachments:
        if file.name or file.url not in article.images:
            yield from entry("attachment", f"{file.name or 'no name'}  {dim(file.url)}")
    if article.images:
        yield from entry("images", str(len(article.images)))
    silent = [field for field in FIELDS if getattr(article, field) is None]
    if silent:
        yield from entry("not told", dim(", ".join(silent)))


def text_lines(text: str, place: str) -> Iterator[str]:
    """The size of a text, and its ends: there a wrong cut shows."""
    paragraphs = text.splitlines()
    counted = f"{len(text)} characters, {len(paragraphs)} paragraph{'s' * (len(paragraphs) != 1)}"
    yield from entry("text", counted, place)
    room = terminal_width() - NAME - 4
    shown = paragraphs if len(paragraphs) <= 3 else [paragraphs[0], "…", paragraphs[-1]]
    for paragraph in shown:
        yield "  " + " " * NAME + "│ " + cut(" ".join(paragraph.split()), room)
