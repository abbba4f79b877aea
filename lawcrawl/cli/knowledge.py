"""mentions, cites, reprints: what the archive knows beyond single pages."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Literal, Unpack

import click

from lawcrawl.archive import Archive
from lawcrawl.archive.asking import Published
from lawcrawl.archive.knowledge.citations import asked_number
from lawcrawl.archive.knowledge.mentions import asked_law
from lawcrawl.cli.common import Date, F, archive_option, json_option, open_archive, print_json, table


def narrowing(command: F) -> F:
    """``--site``, ``--since``, ``--until`` and ``--limit``."""
    for option in reversed(
        (
            click.option("--site", help="Only this site."),
            click.option("--since", type=Date(), help="Published on or after."),
            click.option("--until", type=Date(), help="Published on or before."),
            click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.argument("law", required=False)
@archive_option
@narrowing
@click.option(
    "--by", type=click.Choice(["year", "month"]), help="Count the articles that name LAW over time."
)
@json_option
def mentions(
    law: str | None,
    archive_dir: Path,
    by: Literal["year", "month"] | None,
    limit: int,
    as_json: bool,
    **narrowed: Unpack[Published],
) -> None:
    """The laws that articles name, or the articles that name LAW, the newest first; its full name and others are one."""
    if by and law is None:
        raise click.UsageError("--by counts the articles that name a law; name one")
    with open_archive(archive_dir) as archive:
        known_site(archive, narrowed["site"])
        if law is None:
            answer(archive.laws(limit=limit, **narrowed), as_json, "no article names a law")
            return
        name = asked_law(law)
        found = (
            archive.law_over_time(name, by=by, **narrowed)
            if by
            else archive.naming(name, limit=limit, **narrowed)
        )
        alike = [] if found else archive.laws(name, limit=5)
    hint = f"; named are {'、'.join(one.law for one in alike)}" if alike else ""
    answer(found, as_json, f"no article names {name}{hint}")


@click.command()
@click.argument("number", required=False)
@archive_option
@narrowing
@json_option
def cites(
    number: str | None, archive_dir: Path, limit: int, as_json: bool, **narrowed: Unpack[Published]
) -> None:
    """The document numbers (文号) that articles cite, or the articles that cite NUMBER, the newest first.

    Any brackets will do: 国发[2020]5号 is 国发〔2020〕5号. With a number that is cited stands the article that bears it.
    """
    with open_archive(archive_dir) as archive:
        known_site(archive, narrowed["site"])
        if number is None:
            answer(archive.numbers(limit=limit, **narrowed), as_json, "no article cites a document number")
            return
        asked = asked_number(number)
        found = archive.citing(asked, limit=limit, **narrowed)
        alike = [] if found else archive.numbers(asked, limit=5)
    hint = f"; cited are {'、'.join(one.doc_number for one in alike)}" if alike else ""
    answer(found, as_json, f"no article cites {asked}{hint}")


@click.command()
@click.argument("article", metavar="[ID or URL]", required=False)
@archive_option
@narrowing
@click.option("--elsewhere", is_flag=True, help="Only copies on another site than the original's.")
@json_option
def reprints(
    article: str | None,
    archive_dir: Path,
    elsewhere: bool,
    limit: int,
    as_json: bool,
    **narrowed: Unpack[Published],
) -> None:
    """Texts that stand in several articles, by their earliest; or all the articles with one's text, the earliest first.

    The filters are those of the earliest article, and not for ID or URL.
    """
    if article is not None and (elsewhere or any(narrowed.values())):
        raise click.UsageError("filters are for all texts, not for the copies of one article")
    with open_archive(archive_dir) as archive:
        known_site(archive, narrowed["site"])
        if article is None:
            found = archive.originals(elsewhere=elsewhere, limit=limit, **narrowed)
            answer(found, as_json, "no text stands in two articles")
            return
        asked = archive.article(int(article) if article.isdigit() else article)
        if asked is None:
            raise click.ClickException(
                f"no article {article} in {archive_dir}; 'lawcrawl search' prints the ids there are"
            )
        copies = archive.copies(asked["id"])
    answer(copies[:limit], as_json, f"the text of article {asked['id']} stands in no other")


def known_site(archive: Archive, site: str | None) -> None:
    if site is not None and site not in {row["id"] for row in archive.sites()}:
        raise click.ClickException(
            f"no site {site} in {archive.path}; 'lawcrawl sites' names those there are"
        )


def answer(found: Sequence[Any], as_json: bool, nothing: str) -> None:
    """Rows, all of one dataclass; where there are none the sentence ``nothing`` and exit status 1."""
    if not found:
        click.echo(nothing, err=True)
        sys.exit(1)
    if as_json:
        for one in found:
            print_json(asdict(one))
        return
    names = [field.name for field in fields(found[0])]
    table(([getattr(one, name) for name in names] for one in found), names)
