"""Datasette's own pages beside ours, within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasette.app import Datasette

import lawcrawl.web
from lawcrawl.web import asking
from tests.web.conftest import Pages

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i %2B 1 FROM n) SELECT {} FROM n"


@pytest.mark.parametrize("table", ["articles", "versions", "captures", "unlisted", "crawls"])
def test_every_table_has_its_page_and_its_json(pages: Pages, table: str) -> None:
    assert f"<title>lawcrawl: {table}: " in pages.shown(f"/lawcrawl/{table}")
    assert pages.get(f"/lawcrawl/{table}.json").json()["table"] == table


def test_the_tables_are_counted_without_reading_the_index(pages: Pages) -> None:
    found = {one["name"]: one for one in pages.get("/lawcrawl.json").json()["tables"]}
    assert (found["articles"]["count"], found["versions"]["count"]) == (6, 7)
    assert (found["articles_fts_data"]["count"], found["articles_fts_data"]["hidden"]) == (None, True)


def test_a_table_can_be_faceted(pages: Pages) -> None:
    found = pages.get("/lawcrawl/articles.json?_facet=status").json()["facet_results"]["status"]["results"]
    assert {one["value"]: one["count"] for one in found} == {"gone": 1, "live": 5}


def test_sql_can_search_in_chinese(pages: Pages) -> None:
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH chinese('title:民法典')"
    assert pages.get(f"/lawcrawl.json?sql={sql}&_shape=arrayfirst").json() == [pages.id()]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM articles",
        "DROP TABLE articles",
        "ATTACH DATABASE 'x' AS x",
        "PRAGMA journal_mode = DELETE",
        "VACUUM",
    ],
)
def test_sql_writes_nothing(pages: Pages, sql: str) -> None:
    before = pages.get("/lawcrawl/articles.json").json()["rows"]
    assert pages.get(f"/lawcrawl.json?sql={sql}").status_code == 400
    assert pages.get("/lawcrawl/articles.json").json()["rows"] == before


def test_sql_that_takes_too_long_is_ended(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.datasette, "sql_time_limit_ms", 20)
    answer = pages.get(f"/lawcrawl?sql={ENDLESS.format('count(*)')}")
    assert answer.status_code == 400
    assert "took too long" in answer.text


def test_sql_that_gives_too_much_is_cut(pages: Pages) -> None:
    found = pages.get(f"/lawcrawl.json?sql={ENDLESS.format('i')} LIMIT 5000").json()
    assert len(found["rows"]) == 1000
    assert found["truncated"] is True


def test_a_page_of_ours_that_takes_too_long_is_ended(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LONGEST", 0)
    answer = pages.get("/changes")
    assert answer.status_code == 503
    assert "took longer than 0 ms" in answer.text


def test_the_pages_leave_the_archive_as_it_is(pages: Pages) -> None:
    def state() -> dict[Path, bytes]:
        kept = (path for path in pages.folder.rglob("*") if path.is_file() and path.suffix != ".db-shm")
        return {path: path.read_bytes() for path in kept if not path.name.endswith(("-shm", "-wal"))}

    before = state()
    for path in ("/", "/search?q=法", "/article/1", "/changes", "/site/linxi_sfj", "/lawcrawl/articles"):
        pages.shown(path)
    assert state() == before


def test_a_datasette_without_an_archive_is_left_as_it_is() -> None:
    other = Datasette(memory=True)
    assert lawcrawl.web.register_routes(other) == []
    assert lawcrawl.web.menu_links(other) == []
    app = object()
    assert lawcrawl.web.asgi_wrapper(other)(app) is app
