"""What may be asked of an archive: all that the commands and the pages show, as methods."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from lawcrawl.archive.exports.frame import to_frame
from lawcrawl.archive.exports.table import Record, records
from lawcrawl.archive.knowledge import citations, mentions, reprints
from lawcrawl.archive.proof.seals import newest_seal
from lawcrawl.archive.questions import articles, statistics
from lawcrawl.archive.questions import changes as changing
from lawcrawl.archive.questions.coverage import Coverage, coverage
from lawcrawl.archive.questions.timeline import Span, timeline
from lawcrawl.archive.search import MARKS, Facets, Filters, Narrowed, Order, Results, Search, Sort

if TYPE_CHECKING:
    import pandas


class Published(TypedDict, total=False):
    """What narrows down by where and when an article came out; each may be left out or None."""

    site: str | None
    """Its id."""
    since: str | None
    """An ISO date or the first part of one, inclusive; so ``until``."""
    until: str | None


class Asking:
    """The questions. An article is a dict by the names of its columns, as in docs/archive.md."""

    path: Path
    connection: sqlite3.Connection

    # Articles

    def article(self, which: int | str, version: int | None = None) -> dict[str, Any] | None:
        """One article, whole, by id, address or permanent id: :func:`lawcrawl.archive.questions.articles.article`."""
        return articles.article(self.connection, which, version)

    def search(
        self,
        query: str | None,
        *,
        sort: Sort = "rank",
        limit: int = 20,
        offset: int = 0,
        marks: tuple[str, str] = MARKS,
        counted: bool = True,
        **narrowed: Unpack[Narrowed],
    ) -> Results:
        """Articles that contain the query, of which ``limit`` from ``offset`` on, with snippets; None: every article.

        ``rank``: those with the words in the title first, then the newest. ``bm25`` looks at every match, which takes
        a second where there are hundreds of thousands. Not ``counted``: how many there are is not looked for. Raises
        :class:`~lawcrawl.archive.search.QueryError`, one sentence, for a query that nothing can be searched with and
        for a date that is none.
        """
        return Search(self.connection, query, Filters(**narrowed)).page(
            sort, limit, offset, marks, counted=counted
        )

    def selected(
        self, query: str | None = None, *, order: Order = "newest", **narrowed: Unpack[Narrowed]
    ) -> Iterator[int]:
        """The ids of all that :meth:`search` would find, one at a time: of a common word, the first are there at once."""
        return Search(self.connection, query, Filters(**narrowed)).ids(order)

    def count(self, query: str | None = None, **narrowed: Unpack[Narrowed]) -> int:
        """How many articles contain the query, or are there; filters as in :meth:`search`."""
        return Search(self.connection, query, Filters(**narrowed)).count()

    def facets(self, query: str | None = None, **narrowed: Unpack[Narrowed]) -> Facets:
        """How many of what :meth:`search` would find are of which site, channel, source, year and law."""
        return Search(self.connection, query, Filters(**narrowed)).facets()

    def articles(
        self,
        query: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        order: Order = "newest",
        **narrowed: Unpack[Narrowed],
    ) -> Generator[Record]:
        """Articles one at a time, all in one state of the archive: as an export has them, with memory for a few.

        ``columns`` of :data:`~lawcrawl.archive.exports.table.COLUMNS`; filters as in :meth:`search`.
        """
        return records(self.connection, self.selected(query, order=order, **narrowed), columns)

    def to_frame(
        self, query: str | None = None, *, columns: Sequence[str] | None = None, **narrowed: Unpack[Narrowed]
    ) -> pandas.DataFrame:
        """The articles as a frame of pandas: :func:`lawcrawl.archive.exports.frame.to_frame`."""
        return to_frame(self.articles(query, columns=columns, **narrowed), columns)

    # The whole

    def changes(
        self,
        since: str | None = None,
        until: str | None = None,
        site: str | None = None,
        *,
        kinds: Collection[str] = changing.ORDER,
        newest: int | None = None,
    ) -> list[dict[str, Any]]:
        """What was seen to change, oldest first: :func:`lawcrawl.archive.questions.changes.changes`."""
        return changing.changes(self.connection, since, until, site, kinds=kinds, newest=newest)

    def sites(self) -> list[dict[str, Any]]:
        """Every site with its numbers, its last crawl and its health: :func:`lawcrawl.archive.questions.statistics.sites`."""
        return statistics.sites(self.connection, self.path)

    def stats(self) -> dict[str, Any]:
        """Counts, a time line, the coverage of fields, view growth, bytes on disk."""
        return statistics.stats(self.connection, self.path)

    def coverage(self, site: str | None = None) -> list[Coverage]:
        """Of every column, or those of a site, whether all of it is held: :class:`~lawcrawl.archive.questions.coverage.Coverage`."""
        return coverage(self.connection, site)

    def timeline(self, site: str | None = None, *, law: str | None = None) -> list[Span]:
        """Articles and views by site and time of publication: :func:`lawcrawl.archive.questions.timeline.timeline`."""
        return timeline(self.connection, site, law)

    def newest_seal(self) -> str | None:
        """The digest that vouches for all that is sealed; None where nothing is."""
        return newest_seal(self.connection)

    # Beyond single pages

    def laws(
        self, containing: str | None = None, *, limit: int = -1, **published: Unpack[Published]
    ) -> list[mentions.Named]:
        """The laws that articles name, those that most name first; with ``containing``, of these characters."""
        return mentions.laws_named(self.connection, containing=containing, limit=limit, **published)

    def naming(self, law: str, *, limit: int = -1, **published: Unpack[Published]) -> list[mentions.Naming]:
        """The articles that name a law, by whichever of its names, the newest first."""
        return mentions.articles_naming(self.connection, mentions.asked_law(law), limit=limit, **published)

    def law_over_time(
        self, law: str, *, by: Literal["year", "month"] = "year", **published: Unpack[Published]
    ) -> list[mentions.Period]:
        """How many articles name a law, of how many there are, from the first period that has one to the last."""
        return mentions.over_time(self.connection, mentions.asked_law(law), by=by, **published)

    def numbers(
        self, containing: str | None = None, *, limit: int = -1, **published: Unpack[Published]
    ) -> list[citations.Cited]:
        """The document numbers that articles cite, those that most cite first."""
        return citations.numbers_cited(self.connection, containing=containing, limit=limit, **published)

    def citing(
        self, number: str, *, limit: int = -1, **published: Unpack[Published]
    ) -> list[citations.Citing]:
        """The articles that cite a document number, in whichever brackets, the newest first."""
        asked = citations.asked_number(number)
        return citations.articles_citing(self.connection, asked, limit=limit, **published)

    def originals(
        self, *, elsewhere: bool = False, limit: int = -1, **published: Unpack[Published]
    ) -> list[reprints.Original]:
        """The articles whose text stands in later ones (``elsewhere``: on other sites), those with most first."""
        return reprints.originals(self.connection, elsewhere=elsewhere, limit=limit, **published)

    def copies(self, article_id: int) -> list[reprints.Copy]:
        """All the articles with an article's text, itself among them, the earliest first; [] where it stands alone."""
        return reprints.copies_of(self.connection, article_id)
