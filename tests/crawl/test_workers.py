"""Sites over processes: one archive, every site whole, whatever becomes of one worker."""

from __future__ import annotations

import hashlib
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.command import crawl, rows
from tests.server import Answer, Site, notice_site, serving


def test_sites_are_crawled_side_by_side_into_one_archive(tmp_path: Path) -> None:
    with ExitStack() as stack:
        sites = [stack.enter_context(serving(notice_site(12))) for _ in range(3)]
        run = crawl(tmp_path, *(f"{site.url}/tzgg/" for site in sites), "--workers", "2")
    assert run.status == 0, run.err
    assert sorted(re.findall(r"(\d+) new", run.out)) == ["12"] * 3
    assert rows(tmp_path, "SELECT site_id, count(*) FROM articles GROUP BY 1") == sorted(
        (site.url.removeprefix("http://"), 12) for site in sites
    )


def test_a_worker_that_is_killed_takes_no_other_site_with_it(tmp_path: Path) -> None:
    doomed = notice_site(3)
    doomed.pages["/tzgg/202401/t20240104_2.html"] = Answer(stream=lambda: killed(holder(tmp_path, doomed)))
    with serving(doomed), serving(notice_site(4)) as other:
        run = crawl(tmp_path, f"{doomed.url}/tzgg/", f"{other.url}/tzgg/", "--workers", "2")
    assert run.status == 3, run.err
    assert "its process ended with -9" in run.err
    assert rows(tmp_path, "SELECT count(*) FROM articles WHERE site_id = ?", other.url[7:]) == [4]


def holder(archive: Path, site: Site) -> int:
    """The process that holds the site's lock."""
    name = hashlib.sha256(site.url[7:].encode()).hexdigest()[:16]
    said = (archive / ".locks" / f"{name}.lock").read_text()
    return int(re.search(r"by process (\d+)", said)[1])  # type: ignore[index]


def killed(pid: int) -> Iterator[bytes]:
    os.kill(pid, signal.SIGKILL)
    yield b"too late"
