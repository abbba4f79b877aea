"""lawcrawl schedule, as a user types it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lawcrawl.archive.schedules import Schedule
from lawcrawl.cli import main
from lawcrawl.config import Config
from lawcrawl.crawl.schedule import Processes
from tests.command import ROOT, lawcrawl, rows
from tests.server import Site, notice_site, serving


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "lawcrawl.toml").write_text('contact = "you@example.org"\n[politeness]\ndelay = 0\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(2)) as served:
        yield served


def schedule(*arguments: str) -> Result:
    return CliRunner().invoke(main, ("schedule", *arguments))


def test_what_was_added_is_listed_and_can_be_removed(home: Path) -> None:
    assert schedule("add", "wuhan_sfj", "every day 03:00").exit_code == 0
    [row] = map(json.loads, schedule("list", "--json").stdout.splitlines())
    assert (row["site"], row["rule"], row["last"], row["last_status"]) == (
        "wuhan_sfj",
        "every day 03:00",
        None,
        None,
    )
    assert row["next"][11:13] == "03"
    assert "wuhan_sfj" in schedule("list").stdout
    assert schedule("remove", "wuhan_sfj").exit_code == 0
    assert schedule("list", "--json").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("add", "wuhan_sjf", "every day 03:00"), 2, "did you mean wuhan_sfj?"),
        (("add", "wuhan_sfj", "sometimes"), 2, "'sometimes' is not understood; write \"every day 03:00\""),
        (("remove", "wuhan_sfj"), 1, "wuhan_sfj is not scheduled"),
    ],
)
def test_a_mistake_is_told(home: Path, arguments: tuple[str, ...], status: int, sentence: str) -> None:
    schedule("add", "https://sfj.linxi.example/tzgg/", "every day 03:00")
    result = schedule(*arguments)
    assert result.exit_code == status
    assert sentence in result.stderr


def test_an_archive_that_is_not_there_is_told(home: Path) -> None:
    for command in ("list", "run"):
        result = schedule(command)
        assert result.exit_code == 1
        assert "there is no archive in" in result.stderr


def test_what_is_due_is_crawled_and_noted(home: Path, site: Site) -> None:
    schedule("add", f"{site.url}/tzgg/", "every day 03:00")
    archive = home / "data"
    assert lawcrawl("schedule", "run", "--once", cwd=home).status == 0
    assert site.asked == []
    with sqlite3.connect(archive / "lawcrawl.db") as db:
        db.execute("UPDATE schedules SET added_at = '2024-01-01T00:00:00Z'")
    db.close()
    done = lawcrawl("schedule", "run", "--once", "--log-format", "json", cwd=home)
    assert done.status == 0, done.err
    assert rows(archive, "SELECT count(*) FROM articles") == [2]
    assert rows(archive, "SELECT last_status FROM schedules") == [0]
    assert [json.loads(line)["message"] for line in done.err.splitlines()] == [
        f"{site.url}/tzgg/: ended with status 0"
    ]


def test_a_crawl_that_is_stopped_may_end_by_itself(home: Path) -> None:
    processes = Processes(home / "data", Config())
    code = "import signal\nsignal.signal(signal.SIGINT, lambda *_: exit(130))\nprint('ready', flush=True)\nsignal.pause()"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    assert processes.stop(child) == 130
    child.stdout.close()


def test_a_run_is_a_process_with_the_same_configuration_and_archive(home: Path) -> None:
    processes = Processes(home / "data", Config(home / "lawcrawl.toml"), ("--log-format", "json"))
    config = ["--config", str(home / "lawcrawl.toml")]
    crawl = ["crawl", "wuhan_sfj", "--archive", str(home / "data"), "--log-format", "json"]
    assert processes.command("wuhan_sfj") == [sys.executable, "-m", "lawcrawl", *config, *crawl]


def test_a_crawl_over_its_time_is_stopped(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    processes = Processes(home / "data", Config())
    sleeper = [
        sys.executable,
        "-c",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); signal.pause()",
    ]
    monkeypatch.setattr(processes, "command", lambda target: sleeper)
    assert processes(Schedule(1, "wuhan_sfj", "every hour", "", None, None, None), 0.2) != 0
    assert "wuhan_sfj: stopped after 0.0 hours (schedule.time_limit)" in caplog.text


def test_nothing_begins_once_the_schedule_is_stopped(home: Path) -> None:
    processes = Processes(home / "data", Config())
    processes.stop_all()
    assert processes(Schedule(1, "wuhan_sfj", "every hour", "", None, None, None), 60) == 130


def test_the_service_ends_cleanly_when_it_is_told_to(home: Path) -> None:
    schedule("add", "wuhan_sfj", "every day 03:00")
    service = subprocess.Popen(
        [sys.executable, "-m", "lawcrawl", "schedule", "run"],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    try:
        assert b"Scheduler started" in output_until(service, b"Scheduler started")
        service.send_signal(signal.SIGTERM)
        assert service.wait(30) == 0
    finally:
        service.kill()
        service.communicate()


def output_until(process: subprocess.Popen[bytes], words: bytes) -> bytes:
    """The output up to the line with these words."""
    assert process.stderr is not None
    seen = b""
    for line in process.stderr:
        seen += line
        if words in line:
            break
    return seen


# install


def test_a_timer_is_printed(home: Path) -> None:
    text = schedule("install").stdout
    assert "# lawcrawl-schedule.service" in text
    assert f'"--config" "{home / "lawcrawl.toml"}" "schedule" "run" "--once" "--archive"' in text
    assert "OnCalendar=*:0/10" in text


def test_a_timer_is_written(home: Path) -> None:
    result = schedule("install", "--write", "units")
    assert sorted(path.name for path in (home / "units").iterdir()) == [
        "lawcrawl-schedule.service",
        "lawcrawl-schedule.timer",
    ]
    assert "systemctl --user enable --now lawcrawl-schedule.timer" in result.stdout


def test_a_line_for_crontab_is_printed_with_its_specials_escaped(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = schedule("install", "--cron", "--archive", "100 % sure").stdout
    assert line.startswith("*/10 * * * * ")
    assert line.rstrip().endswith(f"schedule run --once --archive '{home}/100 \\% sure'")
