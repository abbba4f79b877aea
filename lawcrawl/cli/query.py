"""search, show, stats: what asks the archive."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from lawcrawl.archive.questions.articles import at_version
from lawcrawl.archive.questions.cite import Citation, cited
from lawcrawl.archive.questions.coverage import Coverage
from lawcrawl.archive.questions.differences import Op, Span, difference
from lawcrawl.archive.search import SORTS
from lawcrawl.cli.common import (
    archive_option,
    cut,
    filter_options,
    json_option,
    open_archive,
    print_json,
    table,
    terminal_width,
)
from lawcrawl.cli.drawing import draw
from lawcrawl.cli.opening import open_capture

ORDER = "rank: words in the title first, then the newest; bm25: by how much of each it is about."


@click.command()
@click.argument("query")
@archive_option
@filter_options
@click.option("--sort", type=click.Choice(SORTS), default="rank", show_default=True, help=ORDER)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="So many are passed over.")
@json_option
def search(query: str, archive_dir: Path, as_json: bool, **filters: Any) -> None:
    """Every article that contains QUERY, be it one character or a sentence, in title, text or a file.

    Words are joined by AND; OR, NOT, -without, "a phrase", (brackets); title: text: attachment: source: author:
    issuer: number: site: channel: law: before a word ask for it there. Width, case and script (traditional or
    simplified) make no difference.
    """
    with open_archive(archive_dir) as archive:
        hits = archive.search(query, **filters)
    if as_json:
        for hit in hits:
            print_json(hit.as_dict())
    else:
        for hit in hits:
            click.echo(f"{hit.id:>6}  {(hit.published or '')[:10]:10}  {hit.title}")
            if hit.snippet:
                click.echo(" " * 20 + cut(hit.snippet, terminal_width() - 20))
    if not as_json and (hits.total > len(hits) or not hits.exact):
        click.echo(f"{len(hits)} of {'' if hits.exact else 'more than '}{hits.total} articles", err=True)
    if not hits:
        click.echo(f"no article contains {query!r}", err=True)
        sys.exit(1)


@click.command()
@click.argument("article", metavar="ID or URL")
@archive_option
@click.option("--version", type=click.IntRange(min=1), help="The article as this version had it.")
@click.option(
    "--diff", type=click.IntRange(min=1), nargs=2, metavar="M N", help="What version N has otherwise than M."
)
@click.option("--raw", is_flag=True, help="The captured page, byte for byte, on stdout.")
@click.option("--cite", is_flag=True, help="How to cite it: GB/T 7714 and BibTeX.")
@click.option("--open", "opened", is_flag=True, help="The captured page in the browser, its scripts inert.")
@json_option
def show(
    article: str,
    archive_dir: Path,
    version: int | None,
    diff: tuple[int, int] | None,
    raw: bool,
    cite: bool,
    opened: bool,
    as_json: bool,
) -> None:
    """One article, by its id, its address or the permanent id of a citation: fields, text, laws and documents named, reprints, attachments, versions, counts."""
    with open_archive(archive_dir) as archive:
        found = archive.article(int(article) if article.isdigit() else article, version)
        if found is None:
            raise click.ClickException(
                f"no article {article} in {archive_dir}; 'lawcrawl search' prints the ids there are"
            )
        if diff is not None:
            print_difference(found, *diff, as_json)
        elif raw or opened:
            if found["capture"] is None:
                raise click.ClickException(
                    f"article {found['id']} was never fetched: there is no captured page"
                )
            headers, body = archive.read_capture(found["capture"]["id"])
            if raw:
                sys.stdout.buffer.write(body)
            else:
                open_capture(found["capture"], headers, body)
        elif cite:
            print_citation(cited(found), as_json)
        elif as_json:
            print_json(found)
        else:
            print_article(found)


def print_citation(citation: Citation, as_json: bool) -> None:
    if as_json:
        forms = {"gbt7714": citation.gbt7714, "bibtex": citation.bibtex}
        print_json({"permanent_id": citation.permanent_id, **forms})
    else:
        click.echo(f"{citation.gbt7714}\n\n{citation.bibtex}")


def print_difference(found: dict[str, Any], old: int, new: int, as_json: bool) -> None:
    """What changed from one version to the other: on a terminal in colours, elsewhere ``[-removed-]{+added+}``."""
    spans = difference(at_version(found, old), at_version(found, new))
    if as_json:
        print_json({"article_id": found["id"], "from": old, "to": new, "fields": spans})
        return
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for field, some in spans.items():
        click.secho(field, bold=True)
        for line in near_changes(split_lines(some)):
            click.echo("  " + "".join(mark(op, text, coloured) for op, text in line))
    if not spans:
        click.echo(f"versions {old} and {new} of article {found['id']} do not differ", err=True)


def split_lines(spans: list[Span]) -> list[list[Span]]:
    """Spans by the line they stand on. A line break that alone was made or taken away shows as ¶."""
    found: list[list[Span]] = [[]]
    for op, text in spans:
        first, *others = text.split("\n")
        if first or (text == "\n" and op != "same"):
            found[-1].append((op, first or "¶"))
        found += [[(op, other)] if other else [] for other in others]
    return found if found[-1] else found[:-1]


def near_changes(lines: list[list[Span]]) -> list[list[Span]]:
    """The lines with a change and one on either side; … stands for the others."""
    changed = {i for i, line in enumerate(lines) if any(op != "same" for op, _ in line)}
    kept = [i for i in range(len(lines)) if changed & {i - 1, i, i + 1}]
    found: list[list[Span]] = []
    for previous, i in zip([-1, *kept], kept, strict=False):
        if i != previous + 1:
            found.append([("same", "…")])
        found.append(lines[i])
    return found if not kept or kept[-1] == len(lines) - 1 else [*found, [("same", "…")]]


def mark(op: Op, text: str, coloured: bool) -> str:
    """
    >>> mark("removed", "甲", False) + mark("added", "乙", False) + mark("same", "丙", False)
    '[-甲-]{+乙+}丙'
    """
    if op == "same":
        return text
    if coloured:
        return (
            click.style(text, fg="red", strikethrough=True)
            if op == "removed"
            else click.style(text, fg="green")
        )
    return f"[-{text}-]" if op == "removed" else f"{{+{text}+}}"


FIELDS = (
    ("url", "Address"),
    ("status", "Status"),
    ("published", "Published"),
    ("source", "Source"),
    ("author", "Author"),
    ("doc_number", "Document number"),
    ("issuer", "Issuer"),
    ("views", "Views"),
    ("first_seen_at", "First seen"),
    ("checked_at", "Last fetched"),
)


def print_article(found: dict[str, Any]) -> None:
    click.secho(found["title"] or "(no title)", bold=True)
    for key, label in FIELDS:
        if found.get(key) is not None:
            click.echo(f"{label + ':':17} {found[key]}")
    for name, value in (found["labels"] or {}).items():
        click.echo(f"  {name}: {value}")
    for listing in found["listings"]:
        click.echo(f"{'Listed in:':17} {listing['channel']}{listed_how(listing)}")
    click.echo()
    click.echo(found["text"] or "(no text)")
    section("Laws named", found["mentions"], ("law", "count"))
    section("Documents cited", found["citations"], ("doc_number", "count", "id", "title"))
    section(
        "The same text, earliest first", found["reprints"], ("id", "published", "site", "similarity", "title")
    )
    section("Attachments", found["attachments"], ("id", "name", "media_type", "size", "status"))
    if len(found["versions"]) > 1:
        section("Versions", found["versions"], ("version", "seen_at", "title"))
    if len(found["view_counts"]) > 1:
        section("Views", found["view_counts"], ("seen_at", "views", "growth", "flag"))


def listed_how(listing: dict[str, Any]) -> str:
    if listing["unlisted_at"]:
        return (
            f" (no longer: last seen there {listing['last_seen_at']}, off the list {listing['unlisted_at']})"
        )
    return " (pinned)" if listing["pinned"] else ""


def section(heading: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if rows:
        click.echo(f"\n{heading}")
        table(([row[column] for column in columns] for row in rows), columns)


@click.command()
@archive_option
@click.option(
    "--coverage",
    "of_channels",
    is_flag=True,
    help="Is it all? What each column's list claims, and what is held.",
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw articles and views over time, by site, into FILE.svg or FILE.png.",
)
@json_option
def stats(archive_dir: Path, of_channels: bool, plot: Path | None, as_json: bool) -> None:
    """Counts, time line, coverage of fields, view growth, disk; or, of every column, whether it is all there."""
    with open_archive(archive_dir) as archive:
        if plot is not None:
            draw(archive, plot)
            return
        if of_channels:
            print_coverage(archive.coverage(), as_json)
            return
        numbers = archive.stats()
    if as_json:
        print_json(numbers)
        return
    for name, value in numbers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            click.echo(f"\n{name}")
            table(([row[key] for key in value[0]] for row in value), list(value[0]))
        elif isinstance(value, dict):
            click.echo(f"\n{name}")
            table(value.items(), ("", ""))
        elif not isinstance(value, list):
            click.echo(f"{name}: {value}")


def print_coverage(found: list[Coverage], as_json: bool) -> None:
    """A line a channel, its answer last."""
    if as_json:
        for one in found:
            print_json(one.as_dict())
        return
    columns = ("site", "channel", "claimed", "found", "held", "external", "gone", "unlisted", "failed")
    rows = ([*(getattr(one, name) for name in columns), one.answer] for one in found)
    table(rows, (*columns, "is it all?"))
