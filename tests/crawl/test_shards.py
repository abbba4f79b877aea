"""The store of shards: what is uploaded is whole or does not count, and a site is one worker's at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive, ArchiveError, schema
from lawcrawl.archive.merge.part import part
from lawcrawl.archive.merge.run import merge
from lawcrawl.archive.proof.verify import verify
from lawcrawl.config import Config
from tests.archive import small
from tests.archive.dump import contents
from tests.archive.writing import SITE, crawling, day
from tests.command import FAST, rows
from tests.server import notice_site, serving

pytest.importorskip("fsspec", reason="fsspec is not installed: pip install 'lawcrawl[cluster]'")

from lawcrawl.crawl import shards
from lawcrawl.crawl.cluster import Run
from lawcrawl.crawl.remote import Site, Task
from lawcrawl.crawl.run import Outcome, jobs_for
from lawcrawl.crawl.shards import Refused, Shards, TakenOver

ID = small.SITE.id


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "PAUSE", 0.0)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return small.build(tmp_path / "archive")


@pytest.fixture
def store(tmp_path: Path) -> Shards:
    return Shards(str(tmp_path / "store"))


def run(archive: Path, store: Shards, *urls: str) -> Run:
    """A run over a cluster, no worker of which is asked."""
    config, nothing = Config(None), lambda said: None
    return Run(jobs_for(urls), {}, archive, "", store, config, 60.0, True, nothing, nothing)


def problems(archive: Path) -> list[str]:
    with Archive(archive, read_only=True) as opened:
        return [f"{one.where}: {one.why}" for one in verify(opened)]


# What is uploaded


def test_a_shard_merged_is_the_archive_that_was_uploaded(
    tmp_path: Path, archive: Path, store: Shards
) -> None:
    manifest = store.put(archive, None, ID)
    run(tmp_path / "merged", store).merge(manifest)
    assert contents(tmp_path / "merged") == contents(archive)
    assert problems(tmp_path / "merged") == []


def test_a_database_without_its_tables_is_not_begun(tmp_path: Path, archive: Path) -> None:
    """As it is in the moment between the file's making and the tables'."""
    assert not shards.begun(tmp_path)
    sqlite3.connect(tmp_path / "lawcrawl.db").close()
    assert not shards.begun(tmp_path)
    assert shards.begun(archive)


def test_only_what_is_new_of_the_files_goes_up(tmp_path: Path, store: Shards) -> None:
    with Archive(tmp_path / "a") as opened:
        writer = opened.writer("test")
        small.first_crawl(writer)
        before = store.put(tmp_path / "a", None, ID)
        small.second_crawl(writer)
        after = store.put(tmp_path / "a", before, ID)
        writer.close()
    [(file, pieces)] = after.files.items()
    assert pieces[:1] == before.files[file]
    assert len(pieces) == 2
    assert sum(piece.size for piece in pieces) == (tmp_path / "a" / file).stat().st_size
    run(tmp_path / "merged", store).merge(after)
    assert problems(tmp_path / "merged") == []


def test_an_upload_that_is_cut_short_changes_nothing(
    tmp_path: Path, store: Shards, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawling(tmp_path / "a") as crawl:
        crawl.visit(day(1))
        before = store.put(tmp_path / "a", None, SITE.id)
        crawl.visit(day(2), text="改了。")
    write = Shards.write
    for lasting in range(3):  # database, file, manifest
        left = [lasting]

        def dying(self: Shards, path: str, data: bytes, left: list[int] = left) -> None:
            if not left[0]:
                raise OSError("the network is down")
            left[0] -= 1
            write(self, path, data)

        with monkeypatch.context() as patched:
            patched.setattr(Shards, "write", dying)
            with pytest.raises(
                Refused, match=r"cannot be written for linxi_sfj: OSError: the network is down"
            ):
                store.put(tmp_path / "a", before, SITE.id)
        assert store.manifest(SITE.id) == before
        run(tmp_path / f"merged{lasting}", store).merge(before)
        assert rows(tmp_path / f"merged{lasting}", "SELECT count(*) FROM versions") == [1]
        assert problems(tmp_path / f"merged{lasting}") == []
    run(tmp_path / "merged0", store).merge(store.put(tmp_path / "a", before, SITE.id))
    assert contents(tmp_path / "merged0") == contents(tmp_path / "a")


@pytest.mark.parametrize("damage", [lambda data: data[:12], lambda data: b"", lambda data: b"x" + data[1:]])
def test_a_shard_that_is_not_whole_is_reported_and_stays(
    tmp_path: Path, archive: Path, store: Shards, damage: Any
) -> None:
    manifest = store.put(archive, None, ID)
    path = Path(store.path(ID, manifest.database.name))
    path.write_bytes(damage(path.read_bytes()))
    outcome = run(tmp_path / "merged", store).take(Outcome(ID, None))
    assert outcome.refused is not None
    assert outcome.refused.startswith(
        f"{ID}: its shard in {store.url} is not whole: {manifest.database.name} has "
    )
    assert outcome.refused.endswith(f"; its shard stays in {store.url}")
    assert store.manifest(ID) == manifest


def test_a_shard_of_an_older_schema_is_merged(
    tmp_path: Path, archive: Path, store: Shards, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(archive, None, ID)
    before = contents(archive)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (id INTEGER)"))
    assert run(tmp_path / "merged", store).take(Outcome(ID, None)).refused is None
    assert contents(tmp_path / "merged") == before


def test_a_shard_of_a_newer_schema_is_reported_and_stays(
    tmp_path: Path, archive: Path, store: Shards
) -> None:
    with sqlite3.connect(archive / "lawcrawl.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    store.put(archive, None, ID)
    refused = run(tmp_path / "merged", store).take(Outcome(ID, None)).refused
    assert refused is not None
    assert "was written by a newer lawcrawl (schema 99" in refused
    assert refused.endswith(f"its shard stays in {store.url}")


def test_a_manifest_of_another_lawcrawl_is_one_sentence(tmp_path: Path, store: Shards) -> None:
    store.write(store.path(ID, "manifest.json"), b'{"pieces": []}')
    with pytest.raises(Refused, match=r"was written by another lawcrawl; use one lawcrawl on all machines"):
        store.manifest(ID)


# Whose a site is


def test_a_site_is_one_runs_at_a_time(store: Shards) -> None:
    token = store.claim(ID, "run 1", "worker a")
    with pytest.raises(TakenOver, match=f"^{ID} is being crawled by worker a in another run; wait for it$"):
        store.claim(ID, "run 2", "worker b")
    store.holds(ID, "run 1", token, "worker a")
    store.release(ID)
    store.claim(ID, "run 2", "worker b")


def test_a_claim_that_nobody_renews_ends(store: Shards, monkeypatch: pytest.MonkeyPatch) -> None:
    store.claim(ID, "run 1", "worker a")
    monkeypatch.setattr(shards, "LEASE", 0.0)
    store.claim(ID, "run 2", "worker b")


def test_of_two_workers_with_one_site_the_earlier_ends_and_overwrites_nothing(
    tmp_path: Path, archive: Path, store: Shards
) -> None:
    early = site(tmp_path / "early", store, "http://sfj.linxi.example/tzgg/", ID)
    early.token = store.claim(ID, "run", "worker a")
    late = store.claim(ID, "run", "worker b")
    manifest = store.put(archive, None, ID, run="run")
    with pytest.raises(TakenOver, match=f"^{ID} was given to worker b meanwhile; this crawl of it ends$"):
        early.upload(None)
    assert store.manifest(ID) == manifest
    store.holds(ID, "run", late, "worker b")


# One site


def site(folder: Path, store: Shards, url: str, site_id: str, run_id: str = "run") -> Site:
    settings = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}
    task = Task(site_id, [url], {}, settings, store.url, run_id, 60.0)
    folder.mkdir()
    return Site(task, store, "worker a", folder, lambda said: None, lambda: False)


@pytest.fixture
def served() -> Iterator[tuple[str, str]]:
    with serving(notice_site(3)) as found:
        yield f"{found.url}/tzgg/", found.url.removeprefix("http://")


def test_a_task_that_comes_again_in_its_run_says_what_came_of_it(
    tmp_path: Path, store: Shards, served: tuple[str, str]
) -> None:
    first = site(tmp_path / "1", store, *served).crawl()
    assert first["result"]["new"] == 3
    again = site(tmp_path / "2", store, *served)
    assert again.crawl() == first
    assert list(again.folder.iterdir()) == []


def test_a_later_run_asks_only_for_what_is_new(
    tmp_path: Path, store: Shards, served: tuple[str, str]
) -> None:
    site(tmp_path / "1", store, *served).crawl()
    later = site(tmp_path / "2", store, *served, "run 2").crawl()
    assert (later["result"]["new"], later["result"]["known"]) == (0, 3)


def test_a_store_that_refuses_for_a_while_gets_it_all_in_the_end(
    tmp_path: Path, store: Shards, served: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, refused = Shards.write, list[str]()

    def refusing(self: Shards, path: str, data: bytes) -> None:
        if len(refused) % 3 < 2 and not refused.append(path):  # type: ignore[func-returns-value]
            raise OSError("slow down")
        refused.append(path)
        write(self, path, data)

    monkeypatch.setattr(Shards, "write", refusing)
    assert site(tmp_path / "1", store, *served).crawl()["result"]["new"] == 3
    run(tmp_path / "merged", store).take(Outcome(served[1], None))
    assert rows(tmp_path / "merged", "SELECT count(*) FROM articles") == [3]


# What the archive knows


def test_a_part_knows_a_site_and_brings_nothing_back(tmp_path: Path, archive: Path) -> None:
    with crawling(archive) as crawl:
        crawl.visit(day(1))
    before = contents(archive)
    part(archive, ID, tmp_path / "part")
    assert rows(tmp_path / "part", "SELECT DISTINCT site_id FROM articles") == [ID]
    (tmp_path / "part" / "warc").symlink_to(archive / "warc")
    for taken in merge(archive, [tmp_path / "part"]):
        assert (taken.articles, taken.changed, taken.captures, taken.crawls) == (0, 0, 0, 0)
    assert contents(archive) == before
    assert problems(archive) == []


def test_a_site_that_was_crawled_into_the_archive_meanwhile_is_known_to_its_shard(
    tmp_path: Path, archive: Path, store: Shards, served: tuple[str, str]
) -> None:
    from tests.command import lawcrawl

    url, name = served
    site(tmp_path / "1", store, *served).crawl()
    lawcrawl("crawl", url, "--archive", archive, *FAST)
    run(archive, store, url).prepare(name)
    found = site(tmp_path / "2", store, *served, "run 2").crawl()
    assert (found["result"]["new"], found["result"]["known"]) == (0, 3)
    run(archive, store).take(Outcome(name, None))
    assert rows(archive, "SELECT count(*), max(version) FROM articles WHERE site_id = ?", name) == [(3, 1)]
    assert rows(archive, "SELECT count(*) FROM crawls WHERE site_id = ?", name) == [3]
    assert problems(archive) == []


def test_a_store_that_takes_nothing_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match=r"file/x takes nothing: "):
        Shards(str(tmp_path / "file" / "x")).check()
