"""When crawls begin by themselves. Time is told by the test; runs are counted, not waited for."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive import schedules as kept
from lawcrawl.archive.locks import lock_site
from lawcrawl.archive.schedules import Schedule
from lawcrawl.config import Config, Hours, load
from lawcrawl.crawl.rules import RuleError, cron, next_run, next_start
from lawcrawl.crawl.schedule import Runner, Service, site_of, together, utc

NIGHT = Hours.parse("22-06")


def at(text: str) -> datetime:
    """A moment of January 2024 on Beijing's clocks: day and time."""
    return datetime.fromisoformat(f"2024-01-{text}+08:00")


@pytest.mark.parametrize(
    ("rule", "since", "start"),
    [
        ("every day 03:00", "04T02:00", "04T03:00"),
        ("every day 03:00", "04T03:00", "05T03:00"),
        ("every monday 04:30", "04T02:00", "08T04:30"),
        ("every sunday at 4:30", "04T02:00", "07T04:30"),
        ("every weekday 04:30", "05T05:00", "08T04:30"),
        ("every weekend 04:30", "04T02:00", "06T04:30"),
        ("every hour", "04T02:10", "04T03:00"),
        ("every 6 hours", "04T02:10", "04T06:00"),
        ("every 24 hours", "04T02:10", "05T00:00"),
        ("every 15 minutes", "04T02:10", "04T02:15"),
        ("0 3 * * 1-5", "05T05:00", "08T03:00"),
        ("0 3 * * 0", "04T02:00", "07T03:00"),
        ("30 2 8 * *", "04T02:00", "08T02:30"),
    ],
)
def test_a_rule_says_the_next_start(rule: str, since: str, start: str) -> None:
    assert next_start(rule, "linxi", at(since)) == at(start)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "daily",
        "every day",
        "every day 25:00",
        "every day 03:61",
        "every 5 hours",
        "every 0 hours",
        "* * *",
        "0 3 31 2 *",
        "every fortnight 03:00",
    ],
)
def test_a_rule_that_is_not_understood_is_told_in_one_sentence(rule: str) -> None:
    with pytest.raises(RuleError) as caught:
        cron(rule)
    assert repr(rule) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sites_of_one_rule_start_at_moments_of_their_own_within_the_spread() -> None:
    spread = timedelta(minutes=15)
    starts = {name: next_start("every day 03:00", name, at("04T02:00"), spread=spread) for name in "abcdef"}
    assert len(set(starts.values())) == len(starts)
    assert all(at("04T03:00") <= start <= at("04T03:15") for start in starts.values())
    again = {
        name: next_start("every day 03:00", name, start, spread=spread) for name, start in starts.items()
    }
    assert again == {name: start + timedelta(days=1) for name, start in starts.items()}


def test_the_spread_never_leaves_the_rules_interval() -> None:
    start = at("04T02:00")
    for _ in range(5):
        following = next_start("every 5 minutes", "linxi", start, spread=timedelta(hours=1))
        assert following - start <= timedelta(minutes=10)
        start = following


def test_a_start_outside_the_hours_waits_for_them() -> None:
    assert next_start("every day 12:00", "linxi", at("04T02:00"), hours=NIGHT) == at("04T22:00")
    assert next_start("every day 03:00", "linxi", at("04T02:00"), hours=NIGHT) == at("04T03:00")


def test_a_missed_start_is_made_up_at_once_or_when_the_hours_begin() -> None:
    assert next_run(at("01T03:00"), at("04T12:00")) == at("04T12:00")
    assert next_run(at("01T03:00"), at("04T12:00"), NIGHT) == at("04T22:00")
    assert next_run(at("05T03:00"), at("04T12:00"), NIGHT) == at("05T03:00")


def test_the_outcome_of_all_is_told_by_the_exit_status() -> None:
    assert [together(s) for s in ([], [0, 0], [0, 1], [1, 1], [3], [0, 130])] == [0, 0, 3, 1, 3, 130]


def test_an_address_is_known_by_its_host() -> None:
    assert site_of("https://SFJ.linxi.example:8080/tzgg/") == "sfj.linxi.example:8080"
    assert site_of("wuhan_sfj") == "wuhan_sfj"


class Told:
    """A clock that stands, and a launcher that notes what it was asked for."""

    def __init__(self, folder: Path, text: str = "[schedule]\nspread = 0\n", status: int = 0) -> None:
        (folder / "lawcrawl.toml").write_text(text, encoding="utf-8")
        self.config: Config = load(folder / "lawcrawl.toml", {})
        self.archive = folder / "archive"
        Archive(self.archive).close()
        self.now = at("04T12:00")
        self.launched: list[tuple[str, float]] = []
        self.status = status
        self.ran = threading.Event()

    def launch(self, schedule: Schedule, seconds: float) -> int:
        self.launched.append((schedule.target, seconds))
        self.ran.set()
        return self.status

    def add(self, target: str, rule: str, when: str = "04T12:00") -> None:
        with Archive(self.archive) as archive:
            kept.add(archive.connection, target, rule, utc(at(when)))

    def rows(self) -> list[Schedule]:
        with Archive(self.archive) as archive:
            return kept.schedules(archive.connection)

    def runner(self) -> Runner:
        return Runner(self.archive, self.config, self.launch, lambda: self.now)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


def test_what_is_due_is_crawled_once(told: Told) -> None:
    told.add("linxi", "every day 03:00")
    assert told.runner().run_due() == 0
    assert told.launched == []
    told.now = at("05T03:00")
    told.runner().run_due()
    told.runner().run_due()
    assert told.launched == [("linxi", 6 * 3600)]
    [row] = told.rows()
    assert (row.last_started_at, row.last_finished_at, row.last_status) == (
        "2024-01-04T19:00:00Z",
        "2024-01-04T19:00:00Z",
        0,
    )


def test_days_of_downtime_are_made_up_by_one_crawl(told: Told) -> None:
    told.add("linxi", "every 6 hours", "01T00:00")
    told.now = at("09T10:00")
    told.runner().run_due()
    assert len(told.launched) == 1
    assert told.runner().next(told.rows()[0], told.now) == at("09T12:00")


def test_two_processes_do_not_crawl_a_site_both(told: Told) -> None:
    told.add("linxi", "every day 03:00", "01T00:00")
    [seen_by_both] = told.rows()
    assert told.runner().run(seen_by_both) == 0
    assert told.runner().run(seen_by_both) is None
    assert len(told.launched) == 1


def test_a_run_that_was_broken_off_goes_on_as_soon_as_nobody_is_at_it(told: Told) -> None:
    told.add("linxi", "every day 03:00", "01T00:00")
    with Archive(told.archive) as archive:
        kept.claim(archive.connection, told.rows()[0], utc(told.now))
    [row] = told.rows()
    told.now = at("04T12:05")  # it may only just have begun
    assert told.runner().next(row, told.now) == at("05T03:00")
    told.now = at("04T13:00")
    with lock_site(told.archive, "linxi"):
        assert told.runner().next(row, told.now) == at("05T03:00")
    assert told.runner().next(row, told.now) == told.now


def test_a_clock_that_ran_ahead_does_not_stop_the_schedule(told: Told) -> None:
    told.add("linxi", "every day 03:00", "01T00:00")
    told.now = at("28T12:00")
    told.runner().run_due()
    told.now = at("04T12:00")
    assert told.runner().next(told.rows()[0], told.now) == at("05T03:00")


def test_a_crawl_that_was_killed_is_told_by_the_schedule(tmp_path: Path) -> None:
    news = tmp_path / "news.json"
    text = f"[schedule]\nspread = 0\n[alerts]\non_alert = 'cat > {news}'\n"
    told = Told(tmp_path, text, status=-9)
    told.add("linxi", "every day 03:00", "01T00:00")
    assert told.runner().run_due() == 1
    found = json.loads(news.read_text())
    assert (found["site"], found["health"]) == ("linxi", "failing")
    assert "killed by signal 9" in found["why"]


def test_a_sites_hours_and_time_limit_hold(tmp_path: Path) -> None:
    told = Told(
        tmp_path, '[schedule]\nspread = 0\n[sites."sfj.linxi.example"]\nhours = "22-06"\ntime_limit = 1.5\n'
    )
    told.add("https://sfj.linxi.example/tzgg/", "every day 03:00", "01T00:00")
    told.runner().run_due()
    assert told.launched == []
    told.now = at("04T22:00")
    told.runner().run_due()
    assert told.launched == [("https://sfj.linxi.example/tzgg/", 1.5 * 3600)]


def test_what_went_wrong_is_kept(tmp_path: Path) -> None:
    told = Told(tmp_path, status=3)
    told.add("linxi", "every day 03:00", "01T00:00")
    assert told.runner().run_due() == 3
    assert told.rows()[0].last_status == 3


def test_a_new_rule_replaces_the_old_one(told: Told) -> None:
    told.add("linxi", "every day 03:00")
    told.add("linxi", "every day 05:00")
    assert [row.rule for row in told.rows()] == ["every day 05:00"]


def test_the_service_makes_up_what_was_missed_and_plans_the_next(told: Told) -> None:
    told.add("linxi", "every day 03:00", "01T00:00")
    service = Service(told.runner())
    service.start()
    assert told.ran.wait(20)
    service.stop()
    assert told.launched == [("linxi", 6 * 3600)]
    assert told.rows()[0].last_status == 0


def test_the_service_follows_changes_of_the_schedule(told: Told) -> None:
    told.add("linxi", "every day 03:00")
    told.add("other", "every day 03:00")
    service = Service(told.runner())
    service.scheduler.start(paused=True)
    service.look()
    with Archive(told.archive) as archive:
        kept.remove(archive.connection, "other")
    told.add("linxi", "every day 05:00")
    service.look()
    assert service.planned == {"linxi": "every day 05:00"}
    [job] = service.scheduler.get_jobs()
    assert job.trigger.run_date == at("05T05:00")
    service.stop()


def test_a_claim_is_lost_to_who_came_first(told: Told) -> None:
    told.add("linxi", "every day 03:00")
    [row] = told.rows()
    with Archive(told.archive) as archive:
        assert kept.claim(archive.connection, row, "2024-01-05T00:00:00Z")
        assert not kept.claim(archive.connection, row, "2024-01-05T00:00:01Z")
        assert kept.claim(
            archive.connection, replace(row, last_started_at="2024-01-05T00:00:00Z"), "2024-01-06T00:00:00Z"
        )
