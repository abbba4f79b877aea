"""verify finds whatever is not as it was stored, names it, and cries wolf at nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.records import Problem, check_span
from lawcrawl.archive.proof.verify import Read, file_sizes, files, spans, verify
from lawcrawl.cli import main
from tests.archive import small
from tests.command import rows


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small.build(tmp_path_factory.mktemp("verify") / "archive")
    assert rows(folder, "SELECT reason FROM failures") == []
    return folder


@pytest.fixture
def archive(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "archive"))


def problems(folder: Path) -> list[Problem]:
    with Archive(folder, create=False, read_only=True) as archive:
        return list(verify(archive))


def change(folder: Path, *statements: str) -> None:
    """Change the database as somebody would who has no scruples."""
    db = sqlite3.connect(folder / "lawcrawl.db")
    db.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        assert db.execute(statement).rowcount == 1, statement
    db.commit()
    db.close()


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["verify", "--archive", str(folder), *options])


def warc_files(folder: Path) -> list[Path]:
    return sorted((folder / "warc").iterdir(), key=lambda path: path.stat().st_mtime_ns)


# What is as it was stored


def test_a_whole_archive_has_no_problem(archive: Path) -> None:
    assert problems(archive) == []


def test_every_byte_of_every_file_is_read(archive: Path) -> None:
    read = Read()
    with Archive(archive, create=False, read_only=True) as opened:
        assert list(verify(opened, read=read)) == []
    assert read.bytes == sum(path.stat().st_size for path in warc_files(archive))
    assert read.records == 2 + 2 * 8  # a warcinfo each; 8 captures with their requests


def test_an_empty_archive_has_no_problem(tmp_path: Path) -> None:
    Archive(tmp_path / "new").close()
    assert problems(tmp_path / "new") == []


def test_the_command_says_that_all_is_well(archive: Path) -> None:
    done = run(archive)
    assert done.exit_code == 0
    assert "18 records" in done.stdout
    assert "all is as it was stored" in done.stdout


def test_verifying_changes_nothing(archive: Path) -> None:
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    run(archive)
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_without_an_archive_is_told(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing")
    assert done.exit_code == 1
    assert "there is no archive" in done.stderr


# Files


def whole(path: Path) -> list[int]:
    return list(range(path.stat().st_size))


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("part", range(4))
def test_a_bit_flipped_anywhere_in_a_file_is_found(archive: Path, newest: bool, part: int) -> None:
    path = warc_files(archive)[newest]
    good = path.read_bytes()
    chosen = random.Random(part).sample(range(len(good)), 60)
    with Archive(archive, create=False, read_only=True) as opened:
        for offset in chosen:
            bad = bytearray(good)
            bad[offset] ^= 1 << offset % 8
            path.write_bytes(bad)
            assert file_problems(opened), f"bit {offset % 8} of byte {offset}"


def file_problems(archive: Archive) -> list[Problem]:
    """What the files alone show: as verify reads them, without the database's own checks."""
    sizes = file_sizes(archive.path)
    return list(files(archive.connection, archive.path, sizes, lambda *_: None, Read()))


def test_the_bits_that_no_checksum_covers_are_covered(archive: Path) -> None:
    """The ten bytes of each gzip header, and what fills up the byte before each checksum."""
    with Archive(archive, create=False, read_only=True) as opened:
        starts = [
            row[0] for row in opened.connection.execute("SELECT warc_offset FROM captures WHERE crawl_id = 1")
        ]
        path = warc_files(archive)[0]
        good = path.read_bytes()
        for offset in [start + n for start in starts for n in (4, 7, 8, 9, -9)]:
            bad = bytearray(good)
            bad[offset] ^= 128
            path.write_bytes(bad)
            assert file_problems(opened), offset


def test_a_damaged_capture_is_named_with_its_address(archive: Path) -> None:
    with Archive(archive, create=False, read_only=True) as opened:
        [row] = opened.connection.execute(
            "SELECT warc_file, warc_offset + 200 FROM captures WHERE url LIKE '%/t1.html' AND crawl_id = 1"
        )
    data = bytearray((archive / row[0]).read_bytes())
    data[row[1]] ^= 0xFF
    (archive / row[0]).write_bytes(data)
    done = run(archive)
    assert done.exit_code == 1
    assert "capture 2 (https://sfj.linxi.example/tzgg/t1.html): damaged" in done.stdout
    assert "1 problem" in done.stdout


def lose(path: Path, other: Path) -> None:
    path.unlink()


def cut(path: Path, other: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def cut_last_request(path: Path, other: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"\x1f\x8b\x08\x00\x00")])


def swap(path: Path, other: Path) -> None:
    mine, others = path.read_bytes(), other.read_bytes()
    path.write_bytes(others)
    other.write_bytes(mine)


def add_zeros(path: Path, other: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(100))


def add_record(path: Path, other: Path) -> None:
    path.write_bytes(path.read_bytes() + other.read_bytes())


def empty(path: Path, other: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [lose, cut, cut_last_request, swap, add_zeros, add_record, empty])
@pytest.mark.parametrize("newest", [False, True])
def test_a_harmed_file_is_named(archive: Path, harm: Callable[[Path, Path], None], newest: bool) -> None:
    files = warc_files(archive)
    harm(files[newest], files[not newest])
    done = run(archive)
    assert done.exit_code == 1
    assert f"warc/{files[newest].name}" in done.stdout


def test_a_file_that_no_capture_names_is_a_problem(archive: Path) -> None:
    shutil.copy(warc_files(archive)[0], archive / "warc" / "20990101000000-1-00000.warc.gz")
    assert [p.where.split(" ")[0] for p in problems(archive)] == ["warc/20990101000000-1-00000.warc.gz"]


def test_every_damage_is_told_and_not_only_the_first(archive: Path) -> None:
    path = warc_files(archive)[0]
    with Archive(archive, create=False, read_only=True) as opened:
        starts = [
            row[0] for row in opened.connection.execute("SELECT warc_offset FROM captures WHERE crawl_id = 1")
        ]
    data = bytearray(path.read_bytes())
    for start in starts:
        data[start + 100] ^= 0xFF
    path.write_bytes(data)
    assert [p.where.split(" ")[0] for p in problems(archive)] == [str(n + 1) for n in range(len(starts))]


def test_spans_of_any_size_see_the_same(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawcrawl.archive.proof.verify.SPAN", 300)
    assert problems(archive) == []
    with Archive(archive, create=False, read_only=True) as opened:
        cut_up = list(spans(opened.connection, archive, file_sizes(archive)))
        assert len(cut_up) > 2
        assert sum(check_span(span).records for span in cut_up) == 18


# Rows

ROWS = {
    "captures.url": ("UPDATE captures SET url = url || 'x' WHERE id = 2", "capture 2 "),
    "captures.fetched_at": (
        "UPDATE captures SET fetched_at = '2023-01-01T00:00:00Z' WHERE id = 2",
        "capture 2 ",
    ),
    "captures.status": ("UPDATE captures SET status = 404 WHERE id = 2", "capture 2 "),
    "captures.media_type": ("UPDATE captures SET media_type = 'text/plain' WHERE id = 2", "seal 1 "),
    "captures.sha256": ("UPDATE captures SET sha256 = replace(sha256, '1', '2') WHERE id = 2", "capture 2 "),
    "captures.etag": ("UPDATE captures SET etag = 'W/2' WHERE id = 2", "seal 1 "),
    "captures.warc_file": ("UPDATE captures SET warc_file = 'warc/x.warc.gz' WHERE id = 2", "warc/x.warc.gz"),
    "captures.warc_offset": ("UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 2", "capture 2 "),
    "captures.warc_length": ("UPDATE captures SET warc_length = warc_length - 1 WHERE id = 2", "capture 2 "),
    "captures.payload_id": ("UPDATE captures SET payload_id = 1 WHERE status = 304", "capture 6 "),
    "captures.payload_id lost": ("UPDATE captures SET payload_id = NULL WHERE id = 7", "capture 7 "),
    "captures.crawl_id": ("UPDATE captures SET crawl_id = 2 WHERE id = 2", "seal 1 "),
    "captures taken out": ("DELETE FROM captures WHERE id = 1", "a record that no capture points to"),
    "versions.text": ("UPDATE versions SET text = '改' WHERE article_id = 2 AND version = 1", "version 1"),
    "versions.attachments": (
        "UPDATE versions SET attachments = '[]' WHERE article_id = 1",
        "version article 1",
    ),
    "versions.attachments broken": ("UPDATE versions SET attachments = '[' WHERE article_id = 1", "no JSON"),
    "versions.digest": (
        "UPDATE versions SET digest = 'ab' WHERE article_id = 2 AND version = 1",
        "version article 2",
    ),
    "versions.html": ("UPDATE versions SET html = '<p>改</p>' WHERE article_id = 1", "seal 1 "),
    "versions.seen_at": (
        "UPDATE versions SET seen_at = '2020-01-01T00:00:00Z' WHERE version = 2",
        "version 2",
    ),
    "versions.capture_id": ("UPDATE versions SET capture_id = 1 WHERE article_id = 1", "seal 1 "),
    "versions first taken out": (
        "DELETE FROM versions WHERE article_id = 2 AND version = 1",
        "there is no version 1",
    ),
    "versions newest taken out": ("DELETE FROM versions WHERE article_id = 2 AND version = 2", "article 2 "),
    "articles.title": (
        "UPDATE articles SET title = '改' WHERE id = 1",
        "its title is not that of its newest",
    ),
    "articles.text": ("UPDATE articles SET text = NULL WHERE id = 1", "article 1 "),
    "articles.url": ("UPDATE articles SET url = 'https://x.example/' WHERE id = 1", "article 1 "),
    "articles.url_key": ("UPDATE articles SET url_key = 'x' WHERE id = 1", "article 1 "),
    "articles.version": ("UPDATE articles SET version = 1 WHERE id = 2", "article 2 "),
    "articles.digest": ("UPDATE articles SET digest = 'ab' WHERE id = 1", "article 1 "),
    "articles taken out": ("DELETE FROM articles WHERE id = 1", "versions"),
    "attachments.sha256": ("UPDATE attachments SET sha256 = replace(sha256, '1', '2')", "attachment 1 "),
    "attachments.size": ("UPDATE attachments SET size = size + 1", "its body has 3 bytes, attachments say 4"),
    "attachments.url": ("UPDATE attachments SET url = url || 'x'", "attachment article 1 "),
    "attachments.status": ("UPDATE attachments SET status = 'failed'", "attachment 1 "),
    "attachments taken out": ("DELETE FROM attachments", "is only in its newest version"),
    "crawls.outcome": ("UPDATE crawls SET outcome = 'finished' WHERE id = 2", "seal 2 "),
    "crawls taken out": ("DELETE FROM crawls WHERE id = 2", "seal 2 "),
    "seals.digest": ("UPDATE seals SET digest = 'ab' WHERE id = 1", "seal 1 "),
    "seals.manifest": ("UPDATE seals SET manifest = 'ab' WHERE id = 1", "seal 1 "),
    "seals.previous": ("UPDATE seals SET previous = 'ab' WHERE id = 2", "seal 2 "),
    "seals.captures": ("UPDATE seals SET captures = 1 WHERE id = 1", "it covers 1 captures, and there are 5"),
    "seals.sealed_at": ("UPDATE seals SET sealed_at = '2020-01-01T00:00:00Z' WHERE id = 1", "seal 1 "),
    "seals first taken out": ("DELETE FROM seals WHERE id = 1", "seal 2 "),
    "seals last taken out": (
        "DELETE FROM seals WHERE id = 2",
        "crawl 2: the crawl is closed and has no seal",
    ),
    "sealed_versions taken out": (
        "DELETE FROM sealed_versions WHERE version = 2",
        "seal article 2 version 2",
    ),
    "index": (
        "DELETE FROM articles_fts_docsize WHERE id = 1",
        "article 1: the full-text index has no row of it",
    ),
    "identity": ("UPDATE identity SET chain = 'ab'", "seal chain ab: "),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_changed_row_is_found_and_named(archive: Path, name: str) -> None:
    statement, told = ROWS[name]
    change(archive, statement)
    done = run(archive)
    assert done.exit_code == 1
    assert told in done.stdout


@pytest.mark.parametrize("table", ["articles_fts", "titles_fts", "characters_fts"])
def test_an_article_that_its_own_words_do_not_find_is_told(archive: Path, table: str) -> None:
    with Archive(archive) as opened:
        rows = opened.connection.execute("SELECT id FROM articles_fts_docsize").fetchall()
        opened.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        opened.connection.executemany(f"INSERT INTO {table} (rowid) VALUES (?)", rows)
    assert [(p.what, p.where) for p in problems(archive)] == [("index", f"article {n}") for n in (1, 2, 3)]


def test_a_damaged_database_is_told(archive: Path) -> None:
    path = archive / "lawcrawl.db"
    with Archive(archive) as opened:
        opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [root] = opened.connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'versions'"
        ).fetchone()
        [size] = opened.connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = random.Random(1).randbytes(size)
    path.write_bytes(data)
    done = run(archive)
    assert done.exit_code == 1
    assert "database lawcrawl.db: " in done.stdout


def test_a_problem_is_one_line_and_with_json_one_object(archive: Path) -> None:
    change(archive, "UPDATE articles SET title = '改' WHERE id = 1")
    plain, as_json = run(archive).stdout.splitlines(), run(archive, "--json").stdout.splitlines()
    assert len(plain) == len(as_json)
    assert plain[0].startswith("article 1 (https://sfj.linxi.example/tzgg/t1.html): its title")
    assert '"what": "article"' in as_json[0]
    assert '"problems": ' in as_json[-1]


# Crashes, copies


def test_what_a_killed_crawl_left_is_harmless(archive: Path) -> None:
    torn = small.killed_crawl(archive)
    torn.write_bytes(torn.read_bytes()[:-100])
    [found] = problems(archive)
    assert found.harmless
    assert found.where.startswith(f"warc/{torn.name} at ")
    done = run(archive)
    assert done.exit_code == 0
    assert done.stdout.startswith("harmless: file ")


def test_a_torn_end_stays_harmless_when_the_site_is_crawled_again(archive: Path) -> None:
    small.killed_crawl(archive)
    with Archive(archive) as opened:
        writer = opened.writer("test")
        small.second_crawl(writer)
        writer.close()
    assert [p.harmless for p in problems(archive)] == [True]


def test_what_was_stored_before_the_kill_may_not_be_torn(archive: Path) -> None:
    torn = small.killed_crawl(archive)
    with Archive(archive, create=False, read_only=True) as opened:
        [end] = opened.connection.execute(
            "SELECT warc_offset + warc_length FROM captures ORDER BY id DESC LIMIT 1"
        ).fetchone()
    torn.write_bytes(torn.read_bytes()[: end + 20])
    assert [p.harmless for p in problems(archive)] == [False]


def test_an_archive_is_verified_while_a_crawl_writes(archive: Path) -> None:
    with Archive(archive) as opened:
        writer = opened.writer("test")
        crawl = writer.begin_crawl(small.SITE, {"通知公告": small.COLUMN}, {})
        writer.capture(crawl, small.exchange("t8.html", small.page(8, "正在写。")))
        writer.flush()
        assert problems(archive) == []
        writer.capture(crawl, small.exchange("t9.html", small.page(9, "还在写。")))
        writer.finish_crawl(crawl, "finished", None, 2, 2, {})
        writer.close()
    assert problems(archive) == []


def test_a_copy_taken_while_in_use_is_whole(archive: Path, tmp_path: Path) -> None:
    with Archive(archive) as opened:
        writer = opened.writer("test")
        crawl = writer.begin_crawl(small.SITE, {"通知公告": small.COLUMN}, {})
        capture = writer.capture(crawl, small.exchange("t8.html", small.page(8, "正在写。")))
        writer.store(crawl, small.article(8, "正在写。", capture), small.SITE.id)
        writer.flush()
        shutil.copytree(archive, tmp_path / "copy")
        writer.finish_crawl(crawl, "finished", None, 1, 1, {})
        writer.close()
    assert [p for p in problems(tmp_path / "copy") if not p.harmless] == []
    change(tmp_path / "copy", "UPDATE captures SET sha256 = 'ab' WHERE url LIKE '%/t8.html'")
    assert [p.what for p in problems(tmp_path / "copy")] == ["capture"]
