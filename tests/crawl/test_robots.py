"""robots.txt is obeyed as RFC 9309 has it, and a site without one that can be had is not asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import FAST, Run, lawcrawl, rows
from tests.server import Answer, Site, drip, notice_site, serving

TEXT = {"Content-Type": "text/plain"}
BARRED = Answer("User-agent: *\nDisallow: /tzgg/202401/t20240104_2.html\n", headers=TEXT)
LATE = threading.Event()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(3)) as served:
        yield served


def run(site: Site, archive: Path) -> Run:
    return lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, *FAST, "-s", "DOWNLOAD_TIMEOUT=1")


def failures(archive: Path) -> list[tuple[str, str]]:
    return rows(archive, "SELECT stage, reason FROM failures")


@pytest.fixture
def hanging() -> Iterator[Answer]:
    LATE.clear()
    yield Answer(raw=lambda connection: LATE.wait(30))
    LATE.set()


def test_what_it_forbids_is_not_asked_and_told(site: Site, archive: Path) -> None:
    site.pages["/robots.txt"] = BARRED
    assert run(site, archive).status == 3
    assert site.asked.count("/tzgg/202401/t20240104_2.html") == 0
    assert failures(archive) == [("robots", "Forbidden by robots.txt")]
    assert rows(archive, "SELECT count(*) FROM articles") == [2]


def test_where_it_is_denied_all_may_be_asked(site: Site, archive: Path) -> None:
    site.pages["/robots.txt"] = Answer(BARRED.body, 403, headers=TEXT)
    assert run(site, archive).status == 0


@pytest.mark.parametrize(("status", "why"), [(500, "status 500"), (None, "timeout: ")])
def test_a_site_whose_rules_cannot_be_had_is_not_asked(
    site: Site, archive: Path, hanging: Answer, status: int | None, why: str
) -> None:
    site.pages["/robots.txt"] = Answer("down", status) if status else hanging
    done = run(site, archive)
    assert done.status == 1
    assert site.asked == ["/robots.txt"]
    [(stage, reason)] = failures(archive)
    assert stage == "robots"
    assert f"/robots.txt cannot be had ({why}" in reason
    assert reason.endswith("nothing is asked until it can")
    assert "Traceback" not in done.err


def test_rules_that_cannot_be_had_today_are_those_on_record(site: Site, archive: Path) -> None:
    site.pages["/robots.txt"] = BARRED
    run(site, archive)
    site.pages["/robots.txt"] = Answer("down", 503)
    site.asked.clear()
    assert run(site, archive).status == 3
    assert site.asked == ["/robots.txt", "/tzgg/"]
    assert failures(archive)[1:] == [("robots", "Forbidden by robots.txt")]


def test_of_an_endless_one_its_beginning_holds(site: Site, archive: Path) -> None:
    stream = drip(str(BARRED.body).encode() + b"# no rule, only words\n" * 3000, 10_000)
    site.pages["/robots.txt"] = Answer(stream=stream, headers=TEXT)
    assert run(site, archive).status == 3
    assert failures(archive) == [("robots", "Forbidden by robots.txt")]
    [kept] = rows(archive, "SELECT warc_length FROM captures WHERE url LIKE '%/robots.txt'")
    assert kept < 2**20
    assert lawcrawl("verify", "--archive", archive).status == 0


def test_a_challenge_in_its_place_is_the_sites_no(site: Site, archive: Path) -> None:
    site.pages["/robots.txt"] = Answer("<script>document.cookie='__jsl_clearance_s=1'</script>", 521)
    assert run(site, archive).status == 1
    assert failures(archive) == [("blocked", "blocked: 加速乐 (521, __jsl_clearance)")]
    assert "it is left alone until" in run(site, archive).err


def test_a_redirect_of_it_that_leads_nowhere_is_none(site: Site, archive: Path) -> None:
    site.pages["/robots.txt"] = Answer("", 302, headers={"Location": "http://10.0.0.8/404.html"})
    assert run(site, archive).status == 0
