"""rebuild: the archive that the reading of today would have crawled, from what is on record alone."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.locks import locked
from lawcrawl.archive.proof.verify import verify
from lawcrawl.rebuild.run import rebuild
from tests.archive.dump import contents
from tests.archive.writing import COLUMN, crawling, day
from tests.command import lawcrawl, rows
from tests.rebuild import changing
from tests.rebuild.changing import MAIN, POORER
from tests.server import Site, serving

CRAWLED_ONLY = ("crawls", "failures", "captures")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(Site()) as site:
        yield site


@pytest.fixture(scope="module")
def crawled(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two archives of the same two crawls: read as today, and by a reading that sees less."""
    folder = tmp_path_factory.mktemp("crawled")
    changing.crawl_twice(site, (folder / "good", MAIN), (folder / "poor", POORER))
    return folder / "good", folder / "poor"


@pytest.fixture
def good(crawled: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled[0], tmp_path / "good"))


@pytest.fixture
def poor(crawled: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled[1], tmp_path / "poor"))


def read(archive: Path) -> dict[str, list[object]]:
    return {name: found for name, found in contents(archive).items() if name not in CRAWLED_ONLY}


def problems(archive: Path) -> list[str]:
    with Archive(archive, read_only=True) as opened:
        return [f"{one.where}: {one.why}" for one in verify(opened)]


@pytest.fixture(scope="module")
def small(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One crawl by the poorer reading, nothing in it touched since."""
    folder = tmp_path_factory.mktemp("small") / "archive"
    changing.first(site)
    changing.crawl(site, folder, POORER)
    return folder


def test_what_is_read_as_it_was_changes_nothing(good: Path) -> None:
    before = contents(good)
    report = rebuild(good)
    assert report["fields"] == {}
    assert (report["articles"], report["changed"]) == (8, 0)
    assert contents(good) == before
    assert rows(good, "SELECT count(*) FROM superseded") == [0]


def test_a_rebuilt_archive_equals_the_one_that_is_crawled_with_the_same_reading(
    good: Path, poor: Path
) -> None:
    assert read(poor) != read(good)
    rebuild(poor)
    assert read(poor) == read(good)


def test_several_processes_read_the_same(good: Path, poor: Path) -> None:
    rebuild(poor, workers=2)
    assert read(poor) == read(good)


def test_what_another_list_of_laws_has_found_is_found_anew(small: Path, tmp_path: Path) -> None:
    good = Path(shutil.copytree(small, tmp_path / "archive"))
    rebuild(good)
    before = contents(good)
    with Archive(good) as opened:
        opened.connection.execute("INSERT INTO mentions SELECT id, '临溪市旧条例', 1 FROM articles")
        opened.connection.execute("DELETE FROM sketches")
    assert problems(good) != []
    rebuild(good, dry_run=True)
    assert contents(good) != before
    rebuild(good)
    assert problems(good) == []
    assert contents(good) == before


def test_no_request_is_sent(site: Site, poor: Path) -> None:
    before = len(site.asked)
    rebuild(poor)
    assert len(site.asked) == before


def test_a_version_that_gives_way_stays_on_record(poor: Path) -> None:
    before = set(rows(poor, "SELECT digest, seen_at, text FROM versions"))
    rebuild(poor)
    kept = rows(
        poor, "SELECT digest, seen_at, text FROM versions UNION SELECT digest, seen_at, text FROM superseded"
    )
    assert before <= set(kept)


def test_the_archive_verifies_after_a_rebuild_and_every_version_is_sealed(
    small: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.copytree(small, tmp_path / "archive"))
    rebuild(archive)
    assert rows(archive, "SELECT count(*) > 0 FROM superseded") == [1]
    assert problems(archive) == []
    assert (
        rows(
            archive,
            "SELECT article_id, version FROM versions EXCEPT SELECT article_id, version FROM sealed_versions",
        )
        == []
    )


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE versions SET html = '<p>改</p>' WHERE article_id = 1",
        "UPDATE superseded SET html = '<p>改</p>' WHERE id = 1",
        "UPDATE superseded SET title = '改' WHERE id = 1",
        "DELETE FROM superseded WHERE id = 1",
        "UPDATE rebuilds SET report = '{}'",
        "UPDATE rebuilds SET software = 'another'",
        "DELETE FROM seals WHERE rebuild_id IS NOT NULL",
        "UPDATE captures SET kind = NULL WHERE kind = 'part'",
        "UPDATE captures SET channel_id = NULL WHERE kind = 'list'",
    ],
)
def test_what_is_forged_after_a_rebuild_is_found(small: Path, tmp_path: Path, forgery: str) -> None:
    archive = Path(shutil.copytree(small, tmp_path / "archive"))
    rebuild(archive)
    with sqlite3.connect(archive / "lawcrawl.db") as db:
        assert db.execute(forgery).rowcount
    db.close()
    assert problems(archive) != []


def test_a_dry_run_says_the_same_and_writes_nothing(poor: Path) -> None:
    before = contents(poor)
    would = rebuild(poor, dry_run=True)
    assert contents(poor) == before
    assert rows(poor, "SELECT count(*) FROM rebuilds") == [0]
    assert would == rebuild(poor)


def test_the_report_tells_field_by_field(poor: Path) -> None:
    report = rebuild(poor)
    fields = {name: (field["articles"], field["gained"]) for name, field in report["fields"].items()}
    assert fields["source"] == (6, 6)
    assert fields["text"][0] >= 6
    assert fields["listings"][0] == 8
    assert set(fields) >= {"published", "attachments", "files", "versions"}
    example = report["fields"]["source"]["examples"][0]
    assert (example["old"], example["new"]) == (None, "临溪市司法局")


def test_an_edit_that_the_old_reading_did_not_see_becomes_a_version(poor: Path) -> None:
    sources = "SELECT v.source FROM versions v JOIN articles a ON a.id = article_id WHERE a.url LIKE '%\\_5.html' ESCAPE '\\' ORDER BY v.version"
    assert rows(poor, sources) == [None]
    rebuild(poor)
    assert rows(poor, sources) == ["临溪市司法局", "临溪市普法办"]


def test_an_article_whose_answer_is_lost_stays_as_it_is(small: Path, tmp_path: Path) -> None:
    archive = Path(shutil.copytree(small, tmp_path / "archive"))
    before = contents(archive)["versions"]
    for file in (archive / "warc").iterdir():
        file.unlink()
    done = lawcrawl("rebuild", "--archive", archive, "--workers", 1)
    assert done.status == 3
    assert "is missing: bring it back from a copy of the archive" in done.out
    assert contents(archive)["versions"] == before


def test_what_was_stored_without_its_page_stays_as_it_is(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(day(1))
        crawl.visit(day(2), text="改了。")
        crawl.visit(day(1), url=f"{COLUMN}t2.html")
    before = contents(tmp_path)
    report = rebuild(tmp_path)
    assert report["counts"]["kept"] == 2
    assert contents(tmp_path) == before
    assert problems(tmp_path) == []


def test_only_the_sites_asked_for_are_read(poor: Path) -> None:
    with crawling(poor) as crawl:
        crawl.visit(day(1))
    assert rebuild(poor, sites=["linxi_sfj"], dry_run=True)["articles"] == 1
    [name] = rows(poor, "SELECT id FROM sites WHERE id != 'linxi_sfj'")
    assert rebuild(poor, sites=[name], dry_run=True)["articles"] == 8


def test_a_site_that_is_not_there_is_said(poor: Path) -> None:
    with pytest.raises(ArchiveError, match=r"has no site 'nowhere'; 'lawcrawl sites' names"):
        rebuild(poor, sites=["nowhere"])


def test_a_site_that_is_being_crawled_is_left_alone(poor: Path) -> None:
    names = rows(poor, "SELECT id FROM sites")
    with (
        locked(poor, names, "crawled into"),
        pytest.raises(ArchiveError, match=r"is being crawled into .* by process"),
    ):
        rebuild(poor)
    assert rows(poor, "SELECT count(*) FROM rebuilds") == [0]


def test_a_disk_that_refuses_is_one_sentence(poor: Path) -> None:
    before = contents(poor)
    with sqlite3.connect(poor / "lawcrawl.db") as db:
        db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON versions BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
        )
    db.close()
    with pytest.raises(
        ArchiveError, match=r"takes nothing more: disk is full; what was rebuilt before is safe"
    ):
        rebuild(poor)
    assert contents(poor) == before


def test_a_rebuild_that_is_killed_goes_on_to_the_same_contents(small: Path, tmp_path: Path) -> None:
    whole = Path(shutil.copytree(small, tmp_path / "whole"))
    rebuild(whole)
    reports = "SELECT articles, changed, report FROM rebuilds"
    for number, at in enumerate(changing.moments(5, of=150)):
        archive = Path(shutil.copytree(small, tmp_path / str(number)))
        assert changing.killed(at, "rebuild", "--archive", archive, "--workers", 1), at
        assert problems(archive) == [], at
        rebuild(archive)
        assert contents(archive) == contents(whole), at
        assert rows(archive, reports) == rows(whole, reports), at
        assert problems(archive) == [], at


def test_the_command_says_what_changes(poor: Path) -> None:
    done = lawcrawl("rebuild", "--archive", poor, "--dry-run", "--workers", 1)
    assert done.status == 0
    assert "source: 6 articles (6 gained)" in done.out
    assert "8 articles read anew, 8 would change" in done.out
