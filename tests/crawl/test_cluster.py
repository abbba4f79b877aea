"""Sites over the machines of a real Dask cluster: whatever is lost, the merged archive is exact."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.proof.verify import verify
from lawcrawl.config import load
from lawcrawl.crawl.run import jobs_for
from tests.archive.dump import contents
from tests.command import FAST, Run, crawl, lawcrawl, rows
from tests.crawl.cluster import cluster
from tests.server import Answer, Site, notice_site, serving

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lawcrawl[cluster]'")

from lawcrawl.crawl import cluster as clusters
from lawcrawl.crawl.shards import Shards

READ = ("sites", "channels", "articles", "versions", "listings", "index")
COUNT, BEFORE = 12, 9
LOST_AT = f"/tzgg/202401/t20240104_{BEFORE + 1}.html"
"""The article at which something is lost."""


def read(archive: Path) -> dict[str, list[object]]:
    return {name: found for name, found in contents(archive).items() if name in READ}


def problems(archive: Path) -> list[str]:
    with Archive(archive, read_only=True) as opened:
        return [f"{one.where}: {one.why}" for one in verify(opened)]


def crawl_on(address: str, folder: Path, *sites: Site, **more: str) -> Run:
    urls = [f"{site.url}/tzgg/" for site in sites]
    asked = ["--archive", folder / "merged", "--shards", folder / "shards", "--shard-every", "1", *FAST]
    return lawcrawl("crawl", *urls, "--cluster", address, *asked, **more)


def shard(folder: Path, site: Site) -> Path:
    return folder / "shards" / site.url.removeprefix("http://").replace(":", "%3A")


def wait_for(what: Callable[[], bool]) -> None:
    for _ in range(1200):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def stored(folder: Path, site: Site) -> int:
    """How many articles of a site are in the store."""
    store = Shards(str(folder / "shards"))
    manifest = store.manifest(site.url.removeprefix("http://"))
    if manifest is None:
        return 0
    with TemporaryDirectory() as name:
        store.fetch_database(manifest, Path(name))
        return int(rows(Path(name), "SELECT count(*) FROM articles")[0])


def losing(site: Site, folder: Path, lose: Callable[[], None]) -> None:
    """Let the site call ``lose`` before it answers for an article, once all before it is in the store."""
    page, lost = site.pages[LOST_AT], list[bool]()

    def choose() -> Answer:
        if not lost:
            lost.append(True)
            wait_for(lambda: stored(folder, site) == BEFORE)
            lose()
        return page

    site.pages[LOST_AT] = Answer(choose=choose)


def holder(folder: Path, site: Site) -> str:
    """The name of the worker that crawls it."""
    claim = json.loads((shard(folder, site) / "claim.json").read_text())
    return str(claim["holder"]).split()[0]


def went_on(archive: Path, site: Site) -> bool:
    """Whether a second crawl took up what the first had got, and asked for no article of it again."""
    outcomes = "SELECT outcome FROM crawls WHERE site_id = ? ORDER BY id"
    twice = (
        "SELECT count(*) FROM captures WHERE kind = 'article' AND url LIKE ? GROUP BY url HAVING count(*) > 1"
    )
    return rows(archive, outcomes, site.url[7:]) == ["interrupted", "finished"] and not rows(
        archive, twice, f"{site.url}%"
    )


def test_a_worker_that_is_killed_has_its_site_go_on_elsewhere(tmp_path: Path) -> None:
    lost, other = notice_site(COUNT), notice_site(3)
    with cluster(tmp_path / "dask", "a", "b") as workers, serving(lost), serving(other):
        losing(lost, tmp_path, lambda: workers.kill(holder(tmp_path, lost)))
        run = crawl_on(workers.address, tmp_path, lost, other)
        crawl(tmp_path / "plain", f"{lost.url}/tzgg/", f"{other.url}/tzgg/")
    assert run.status == 0, run.err
    assert read(tmp_path / "merged") == read(tmp_path / "plain")
    assert problems(tmp_path / "merged") == []
    assert went_on(tmp_path / "merged", lost)
    assert "the cluster's dashboard: http://" in run.err


def test_a_scheduler_that_restarts_is_given_what_waits(tmp_path: Path) -> None:
    with cluster(tmp_path / "dask", "a") as workers, serving(notice_site(COUNT)) as site:
        losing(site, tmp_path, lambda: workers.restart("b"))
        run = crawl_on(workers.address, tmp_path, site)
    assert run.status == 0, run.err
    assert rows(tmp_path / "merged", "SELECT count(*), max(version) FROM articles") == [(COUNT, 1)]
    assert problems(tmp_path / "merged") == []
    assert went_on(tmp_path / "merged", site)


def test_a_scheduler_that_does_not_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "ANSWER", 0.2)
    jobs = jobs_for(["http://sfj.linxi.example/tzgg/"])
    said = r"^no scheduler answers at tcp://127\.0\.0\.1:1 \(.+\); start one with 'dask scheduler'"
    with pytest.raises(ArchiveError, match=said):
        clusters.run_cluster(
            jobs, {}, tmp_path / "a", "tcp://127.0.0.1:1", str(tmp_path / "s"), config=load()
        )


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ([], 2, "--cluster needs --shards: a folder that all machines see, or an object store"),
        (
            ["--shards", "nowhere://x"],
            1,
            "--shards nowhere://x cannot be used: ValueError: Protocol not known",
        ),
        (["--shards", "file/x"], 1, "file/x takes nothing: "),
    ],
)
def test_a_store_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, options: list[str], status: int, said: str
) -> None:
    (tmp_path / "file").write_text("")
    asked = ["crawl", "http://sfj.linxi.example/", "--cluster", "tcp://127.0.0.1:1", *options]
    run = lawcrawl(*asked, cwd=tmp_path)
    assert run.status == status
    assert said in run.err
    assert "Traceback" not in run.err
