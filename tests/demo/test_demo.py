"""`lawcrawl demo`: the sample site is crawled whole and every field is exact."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lawcrawl.demo.site import expected
from tests.command import Run, lawcrawl, rows


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "archive"


@pytest.fixture(scope="module")
def demo(archive: Path) -> Run:
    return lawcrawl("demo", "--archive", archive)


@pytest.fixture(scope="module")
def articles(demo: Run, archive: Path) -> dict[str, dict[str, Any]]:
    columns = ("id", "url", "title", "published", "source", "doc_number", "views", "text", "labels")
    found = rows(archive, f"SELECT {', '.join(columns)} FROM articles")
    return {urlsplit(row[1]).path: dict(zip(columns, row, strict=True)) for row in found}


def test_it_ends_well_and_says_what_to_try_next(demo: Run) -> None:
    assert demo.status == 0, demo.err
    assert "61 new, 0 changed, 0 unchanged, 0 known, 0 gone, 0 failed" in demo.out
    assert "lawcrawl search" in demo.out


def test_every_article_is_found_once_and_nothing_else(articles: dict[str, dict[str, Any]]) -> None:
    assert set(articles) == {truth["path"] for truth in expected()}


@pytest.mark.parametrize("field", ["title", "published", "source", "doc_number", "views", "text"])
def test_every_field_is_exact(articles: dict[str, dict[str, Any]], field: str) -> None:
    wanted = {truth["path"]: truth[field] for truth in expected()}
    assert {path: article[field] for path, article in articles.items()} == wanted


def test_the_labelled_table_is_kept(articles: dict[str, dict[str, Any]]) -> None:
    labelled = {truth["path"]: truth["labels"] for truth in expected() if truth["labels"]}
    kept = {path: json.loads(a["labels"]) for path, a in articles.items() if a["labels"]}
    assert kept == labelled


def test_a_second_demo_finds_what_the_first_one_stored(demo: Run, archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "archive"
    shutil.copytree(archive, again)
    run = lawcrawl("demo", "--archive", again)
    assert run.status == 0, run.err
    assert "0 new, 0 changed, 0 unchanged, 61 known, 0 gone, 0 failed" in run.out


def test_files_are_kept_with_their_names_and_their_text(demo: Run, archive: Path) -> None:
    found = rows(
        archive, "SELECT name, media_type, status, text FROM attachments WHERE name IS NOT NULL ORDER BY name"
    )
    assert [
        (name.rpartition(".")[2], media.rpartition("/")[2][:3], status) for name, media, status, _ in found
    ] == [
        ("docx", "vnd", "stored"),
        ("pdf", "pdf", "stored"),
    ]
    assert "作者及联系方式" in found[0][3]
    assert "征集作品应当以民法典为主题" in found[1][3]


def test_an_image_of_the_body_is_kept(demo: Run, archive: Path) -> None:
    assert rows(archive, "SELECT status FROM attachments WHERE media_type = 'image/png'") == ["stored"]


def test_listings_keep_what_the_columns_show(demo: Run, archive: Path) -> None:
    assert rows(archive, "SELECT count(*), sum(pinned) FROM listings") == [(63, 1)]
    assert rows(archive, "SELECT max(length(title_shown)) FROM listings") == [20]


def test_a_site_crawled_by_address_bears_the_name_its_pages_say(demo: Run, archive: Path) -> None:
    assert rows(archive, "SELECT name FROM sites") == ["临溪市司法局"]


def test_channels_bear_their_names_and_are_walked_to_the_end(demo: Run, archive: Path) -> None:
    assert rows(archive, "SELECT name FROM channels WHERE walked_at IS NOT NULL ORDER BY 1") == [
        "普法动态",
        "通知公告",
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("民法典", None),
        ("公证", None),
        ("临司发〔2024〕5号", 2),
        ("镕琇", 1),
        ("报名表", 1),
        ("截止到五月三十一日", 1),
    ],
)
def test_search_finds_what_like_finds(demo: Run, archive: Path, query: str, count: int | None) -> None:
    run = lawcrawl("search", query, "--archive", archive, "--limit", 100, "--json")
    assert run.status == 0
    ids = {hit["id"] for hit in run.objects}
    like = rows(
        archive,
        "SELECT DISTINCT a.id FROM articles a LEFT JOIN attachments f ON f.article_id = a.id"
        " WHERE coalesce(a.title, '') || '|' || coalesce(a.text, '') || '|' || coalesce(f.name, '') || '|' ||"
        " coalesce(f.text, '') LIKE ?",
        f"%{query}%",
    )
    assert ids == set(like) or count == len(ids)
    assert count is None or len(ids) == count


def test_a_search_without_a_hit_is_told_by_the_status(demo: Run, archive: Path) -> None:
    run = lawcrawl("search", "航空母舰", "--archive", archive)
    assert (run.status, run.out) == (1, "")
    assert "no article contains" in run.err


def test_show_prints_an_article(demo: Run, archive: Path) -> None:
    [number] = rows(archive, "SELECT id FROM articles WHERE doc_number IS NOT NULL")
    run = lawcrawl("show", number, "--archive", archive)
    assert "临司发〔2024〕5号" in run.out
    assert "有效性: 有效" in run.out


def test_show_raw_is_the_page_as_it_came(demo: Run, archive: Path) -> None:
    run = lawcrawl("show", 1, "--archive", archive, "--raw")
    assert run.out.startswith("<!DOCTYPE html>")


def test_stats_count(demo: Run, archive: Path) -> None:
    [numbers] = lawcrawl("stats", "--archive", archive, "--json").objects
    assert numbers["articles"] == 61
    assert numbers["coverage"]["views"] == 61


def test_sites_tell_their_health(demo: Run, archive: Path) -> None:
    healths = {
        site["id"]: site["health"] for site in lawcrawl("sites", "--archive", archive, "--json").objects
    }
    assert healths.pop("wuhan_sfj") == "never crawled"
    assert "good" in healths.values()


def test_there_is_something_to_know_beyond_single_pages(demo: Run, archive: Path) -> None:
    named = lawcrawl("mentions", "中华人民共和国行政诉讼法", "--archive", archive, "--json").objects
    citing = lawcrawl("cites", "临司发[2024]5号", "--archive", archive, "--json").objects
    assert [one["id"] for one in named] == [one["id"] for one in citing]
    [cited] = lawcrawl("cites", "--archive", archive, "--json").objects
    assert cited["title"].startswith("关于印发《临溪市“谁执法谁普法”")
    assert lawcrawl("reprints", "--archive", archive, "--json").objects
