"""What counts thousands of articles reads the index made for it, and none of their texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from tests.archive.writing import crawling

COUNTING: dict[str, Callable[[Archive], object]] = {
    "facets": lambda archive: archive.facets("民法典"),
    "a search in a site": lambda archive: archive.search("民法典", site="linxi_sfj"),
    "laws of a site": lambda archive: archive.laws(site="linxi_sfj"),
    "a law over time": lambda archive: archive.law_over_time("民法典"),
    "a law by site": lambda archive: archive.timeline(law="民法典"),
    "numbers of a site": lambda archive: archive.numbers(site="linxi_sfj"),
    "reprints": lambda archive: archive.originals(),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counting") / "data"
    with crawling(folder) as crawl:
        crawl.visit(text="学习《民法典》。")
    return folder


@pytest.mark.parametrize("question", COUNTING.values(), ids=COUNTING)
def test_what_counts_articles_reads_none_of_their_rows(
    archive: Path, question: Callable[[Archive], object]
) -> None:
    asked: list[str] = []
    with Archive(archive, read_only=True) as opened:
        opened.connection.set_trace_callback(asked.append)
        question(opened)
        opened.connection.set_trace_callback(None)
        plans = [
            [row[3] for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in asked
            if "INDEXED BY articles_brief" in sql
        ]
    assert plans
    for plan in plans:
        assert [step for step in plan if "articles_brief" in step and "COVERING" not in step] == []


def test_the_coverage_of_fields_is_counted_from_what_is_filled(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        covered = opened.stats()["coverage"]
    assert (covered["articles"], covered["title"], covered["issuer"]) == (1, 1, 0)
