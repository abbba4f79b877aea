"""The schedule at work: each run is a process of its own, none of a site overlaps, what was missed is made up once."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor as PoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from lawcrawl.archive import schedules as kept
from lawcrawl.archive.locks import in_use
from lawcrawl.archive.schedules import Schedule
from lawcrawl.archive.schema import open_database
from lawcrawl.config.hours import BEIJING
from lawcrawl.crawl.alerts import refusal, tell
from lawcrawl.crawl.rules import next_run, next_start
from lawcrawl.crawl.run import DONE, IN_PART, INTERRUPTED, NOTHING

if TYPE_CHECKING:
    from pathlib import Path

    from lawcrawl.config import Config, Hours

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60
"""How soon a change of the schedule is noticed."""
BEGINNING = timedelta(minutes=10)
"""How long a run that was noted may take until it holds its site's lock."""
GRACE = 60.0
"""Seconds a crawl has to finish what is in flight when it is stopped."""

Launch = Callable[[Schedule, float], int]
"""Crawls a schedule's target for at most so many seconds; the exit status."""


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def real_clock() -> datetime:
    return datetime.now(UTC)


class Processes:
    """Launches ``lawcrawl crawl`` as child processes, and stops them."""

    def __init__(self, archive: Path, config: Config, arguments: tuple[str, ...] = ()) -> None:
        self.archive, self.config, self.arguments = archive, config, arguments
        self.running: set[subprocess.Popen[bytes]] = set()
        self.lock = threading.Lock()
        self.stopping = False

    def command(self, target: str) -> list[str]:
        config = ["--config", str(self.config.path)] if self.config.path else []
        crawl = ["crawl", target, "--archive", str(self.archive), *self.arguments]
        return [sys.executable, "-m", "lawcrawl", *config, *crawl]

    def __call__(self, schedule: Schedule, seconds: float) -> int:
        with self.lock:
            if self.stopping:
                return INTERRUPTED
            # A session of its own: a terminal's Ctrl-C reaches this process alone, which passes it on.
            child = subprocess.Popen(self.command(schedule.target), start_new_session=True)
            self.running.add(child)
        try:
            return child.wait(seconds or None)
        except subprocess.TimeoutExpired:
            logger.warning(
                "%s: stopped after %.1f hours (schedule.time_limit); the next run goes on",
                schedule.target,
                seconds / 3600,
            )
            return self.stop(child)
        finally:
            with self.lock:
                self.running.discard(child)

    def stop(self, child: subprocess.Popen[bytes]) -> int:
        """Let it finish what is in flight; end it where that takes too long."""
        child.send_signal(signal.SIGINT)
        try:
            return child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def stop_all(self) -> None:
        with self.lock:
            self.stopping = True
            for child in self.running:
                if child.poll() is None:
                    os.kill(child.pid, signal.SIGINT)


@dataclass
class Runner:
    """The schedule of one archive. ``clock`` and ``launch`` are given, so that time can be told."""

    archive: Path
    config: Config
    launch: Launch
    clock: Callable[[], datetime] = real_clock
    statuses: list[int] = field(default_factory=list)

    def database(self) -> sqlite3.Connection:
        return open_database(self.archive / "lawcrawl.db")

    def read(self) -> list[Schedule]:
        db = self.database()
        try:
            return kept.schedules(db)
        finally:
            db.close()

    def hours(self, schedule: Schedule) -> Hours | None:
        found: Hours | None = self.config.get("politeness.hours", site_of(schedule.target))
        return found

    def next(self, schedule: Schedule, now: datetime) -> datetime:
        """When a schedule runs next; ``now``, where it is overdue or was broken off, and its site may be asked.

        A run that lies in the future was noted by a clock that ran ahead: it counts as one of now.
        """
        since = min(datetime.fromisoformat(schedule.last_started_at or schedule.added_at), now)
        spread = timedelta(minutes=self.config.get("schedule.spread"))
        hours = self.hours(schedule)
        start = next_start(schedule.rule, schedule.target, since, hours=hours, spread=spread)
        return next_run(now if self.broken_off(schedule, now) else start, now, hours)

    def broken_off(self, schedule: Schedule, now: datetime) -> bool:
        """Whether a run began and nobody is at it any more: this machine lost power, or the schedule was killed."""
        if schedule.last_started_at is None or schedule.last_finished_at is not None:
            return False
        began = datetime.fromisoformat(schedule.last_started_at)
        return now - began > BEGINNING and in_use(self.archive, site_of(schedule.target)) is None

    def due(self) -> list[Schedule]:
        now = self.clock()
        return [schedule for schedule in self.read() if self.next(schedule, now) <= now]

    def run(self, schedule: Schedule) -> int | None:
        """Crawl a schedule's target once; None where another process does it already."""
        db = self.database()
        try:
            if not kept.claim(db, schedule, utc(self.clock())):
                return None
            limit = self.config.get("schedule.time_limit", site_of(schedule.target)) * 3600
            status = self.launch(schedule, limit)
            kept.finish(db, schedule.id, status, utc(self.clock()))
        finally:
            db.close()
        self.statuses.append(status)
        if status < 0:
            self.tell_killed(schedule.target, -status)
        logger.info("%s: ended with status %s", schedule.target, status)
        return status

    def tell_killed(self, target: str, number: int) -> None:
        """A crawl that is killed, by a machine out of memory say, cannot tell so itself."""
        why = f"its crawl was killed by signal {number}; the next one goes on"
        logger.error("%s: %s", target, why)
        for problem in tell(self.config, refusal(site_of(target), None, why)):
            logger.error("%s", problem)

    def run_due(self) -> int:
        """Crawl what is due, as many at a time as the configuration says; the exit status of all together."""
        with ThreadPoolExecutor(self.config.get("schedule.at_once")) as pool:
            list(pool.map(self.run, self.due()))
        return together(self.statuses)


class Service:
    """A :class:`Runner` that stays: APScheduler holds each site's next start and the threads that wait for runs."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.planned: dict[str, str] = {}
        """The rule that each target is planned by."""
        self.scheduler = BackgroundScheduler(
            timezone=BEIJING,
            executors={
                "default": PoolExecutor(runner.config.get("schedule.at_once")),
                "looking": PoolExecutor(1),
            },
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        self.look()
        self.scheduler.add_job(self.look, "interval", seconds=LOOK_SECONDS, executor="looking")
        self.scheduler.start()

    def look(self) -> None:
        """Plan what the archive's schedule says now."""
        found = {schedule.target: schedule for schedule in self.runner.read()}
        for target in set(self.planned) - set(found):
            self.forget(target)
        for target, schedule in found.items():
            if self.planned.get(target) != schedule.rule:
                self.plan(schedule)

    def forget(self, target: str) -> None:
        self.planned.pop(target, None)
        if self.scheduler.get_job(target):
            self.scheduler.remove_job(target)

    def plan(self, schedule: Schedule) -> None:
        self.planned[schedule.target] = schedule.rule
        self.scheduler.add_job(
            self.work,
            "date",
            run_date=self.runner.next(schedule, self.runner.clock()),
            args=[schedule.target],
            id=schedule.target,
            replace_existing=True,
        )

    def work(self, target: str) -> None:
        """One run, and the plan for the next."""
        schedule = next((one for one in self.runner.read() if one.target == target), None)
        if schedule is None:
            return
        try:
            self.runner.run(schedule)
        finally:
            again = next((one for one in self.runner.read() if one.target == target), None)
            if again is not None and self.scheduler.running:
                self.plan(again)

    def stop(self) -> None:
        """Start nothing more and wait for what runs."""
        self.scheduler.shutdown(wait=True)


def site_of(target: str) -> str:
    """The name by which the configuration knows a target: a site's own, or the host of an address."""
    return target.partition("://")[2].partition("/")[0].lower() if "://" in target else target


def together(statuses: list[int]) -> int:
    """0 all done, 1 nothing could be done, 3 in part, 130 stopped."""
    if INTERRUPTED in statuses:
        return INTERRUPTED
    if set(statuses) <= {DONE}:
        return DONE
    return IN_PART if {DONE, IN_PART} & set(statuses) else NOTHING
