"""What is in the database, and which databases are taken."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.schema import APPLICATION_ID, MIGRATIONS

# What analysts were promised; there may be more, never less.
PROMISED = {
    "sites": "id name url family region added_at",
    "channels": "id site_id name url claimed walked_at last_crawled_at",
    "articles": "id site_id url title published source author doc_number issuer views text html labels status version"
    " digest first_seen_at last_seen_at changed_at checked_at capture_id",
    "listings": "channel_id article_id title_shown date_shown pinned first_seen_at last_seen_at",
    "versions": "article_id version title published source author doc_number text html digest seen_at capture_id",
    "view_counts": "article_id seen_at views",
    "attachments": "id article_id url name media_type size sha256 text status capture_id",
    "captures": "id crawl_id url fetched_at status media_type sha256 etag last_modified warc_file warc_offset"
    " warc_length",
    "crawls": "id site_id started_at finished_at outcome reason options requests pages new changed unchanged gone"
    " failed stats",
    "failures": "id crawl_id url stage reason attempts at",
    "mentions": "article_id law count",
    "citations": "article_id doc_number count",
    "reprints": "article_id of_id similarity",
}
KEYS = {
    "listings": ["channel_id", "article_id"],
    "versions": ["article_id", "version"],
    "view_counts": ["article_id", "seen_at"],
    "mentions": ["article_id", "law"],
    "citations": ["article_id", "doc_number"],
    "reprints": ["article_id", "of_id"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Archive(tmp_path / "archive").close()
    return tmp_path / "archive"


def plain(folder: Path) -> sqlite3.Connection:
    """As anybody opens it."""
    return sqlite3.connect(folder / "lawcrawl.db", isolation_level=None)


def refusal(folder: Path, **options: bool) -> str:
    """The one sentence with which an archive is refused."""
    with pytest.raises(ArchiveError) as refused:
        Archive(folder, **options)
    text = str(refused.value)
    assert text
    assert "\n" not in text
    assert "Traceback" not in text
    return text


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("schema")
    Archive(folder).close()
    db = plain(folder)
    yield db
    db.close()


@pytest.mark.parametrize("table", PROMISED)
def test_a_promised_table_has_its_columns(shared: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in shared.execute(f"PRAGMA table_info({table})")]
    assert set(PROMISED[table].split()) <= set(columns)


@pytest.mark.parametrize("table", PROMISED)
def test_a_promised_table_has_its_key(shared: sqlite3.Connection, table: str) -> None:
    info = shared.execute(f"PRAGMA table_info({table})").fetchall()
    key = [name for _, name in sorted((row[5], row[1]) for row in info if row[5])]
    assert key == KEYS.get(table, ["id"])


def test_an_archive_says_which_schema_it_has(folder: Path) -> None:
    db = plain(folder)
    assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


def test_opening_again_changes_nothing(folder: Path) -> None:
    def schema() -> list[tuple[str]]:
        db = plain(folder)
        found = db.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        db.close()
        return found

    before = schema()
    Archive(folder).close()
    assert schema() == before


def test_a_schema_of_every_earlier_version_becomes_the_newest(tmp_path: Path) -> None:
    for version in range(len(MIGRATIONS)):
        folder = tmp_path / str(version)
        folder.mkdir()
        db = plain(folder)
        for step in MIGRATIONS[:version]:
            db.executescript(step)
        db.execute(f"PRAGMA user_version = {version}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.close()
        with Archive(folder) as archive:
            assert archive.stats()["articles"] == 0


def test_a_newer_schema_is_refused_and_left_as_it_is(folder: Path) -> None:
    db = plain(folder)
    db.execute("PRAGMA user_version = 999")
    db.close()
    text = refusal(folder)
    assert "newer lawcrawl" in text
    assert "999" in text
    assert "upgrade" in text
    db = plain(folder)
    assert db.execute("PRAGMA user_version").fetchone() == (999,)
    db.close()


def test_an_older_schema_is_not_changed_by_reading(tmp_path: Path) -> None:
    db = plain(tmp_path)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.close()
    assert "older schema" in refusal(tmp_path, read_only=True)


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    db = plain(tmp_path)
    db.execute("CREATE TABLE bookmarks (url)")
    db.close()
    before = (tmp_path / "lawcrawl.db").read_bytes()
    assert "another program" in refusal(tmp_path)
    assert (tmp_path / "lawcrawl.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "lawcrawl.db").write_bytes(b"no database " * 1000)
    assert "lawcrawl.db cannot be opened" in refusal(tmp_path)
    assert (tmp_path / "lawcrawl.db").read_bytes() == b"no database " * 1000


def test_a_database_cut_short_is_refused(folder: Path) -> None:
    path = folder / "lawcrawl.db"
    db = plain(folder)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    path.write_bytes(path.read_bytes()[:6000])
    assert "restore it from a copy" in refusal(folder)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "is a file, not an archive's folder" in refusal(tmp_path / "notes.txt")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "cannot be used" in refusal(tmp_path / "notes.txt" / "archive")


def test_a_folder_where_the_database_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lawcrawl.db").mkdir()
    assert "cannot be opened" in refusal(tmp_path)


@pytest.mark.parametrize("option", [{"create": False}, {"read_only": True}])
def test_asking_makes_no_archive_where_there_is_none(tmp_path: Path, option: dict[str, bool]) -> None:
    assert "there is no archive in" in refusal(tmp_path / "nothing", **option)
    assert not (tmp_path / "nothing").exists()


def test_a_refused_archive_is_not_kept_open(folder: Path) -> None:
    """Another program may have it for itself at once."""
    db = plain(folder)
    db.execute("PRAGMA user_version = 999")
    refusal(folder)
    db.execute("PRAGMA journal_mode = DELETE")  # needs that nobody else has it open
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


def test_read_only_writes_nothing(folder: Path) -> None:
    with (
        Archive(folder, read_only=True) as archive,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        archive.connection.execute("INSERT INTO identity VALUES ('x')")


def test_the_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    Archive(tmp_path / "a" / "b").close()
    assert stat.S_ISREG((tmp_path / "a" / "b" / "lawcrawl.db").stat().st_mode)
