"""When a site's next crawl begins: a rule people write, in Beijing time, spread and kept within the site's hours."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from itertools import islice

from cronsim import CronSim, CronSimError

from lawcrawl.config import Hours
from lawcrawl.config.hours import BEIJING, following

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
DAYS = {"day": "*", "weekday": "1-5", "weekend": "0,6", **{name: str(n) for n, name in enumerate(WEEKDAYS)}}
AT_A_TIME = re.compile(rf"every ({'|'.join(DAYS)})s?(?: at)? (\d{{1,2}}):(\d\d)")
EVERY = re.compile(r"every (?:(\d+) )?(hour|minute)s?")
EXAMPLES = (
    '"every day 03:00", "every monday 04:30", "every 6 hours", or five fields of cron as in "0 3 * * 1-5"'
)


class RuleError(ValueError):
    """One sentence: what of a rule is not understood, and what to write."""


def cron(rule: str) -> str:
    """A rule as five fields of cron. Raises :class:`RuleError`.

    >>> [cron(rule) for rule in ("every day 03:00", "Every Monday at 4:30", "every 6 hours", "0 3 * * 1-5")]
    ['0 3 * * *', '30 4 * * 1', '0 */6 * * *', '0 3 * * 1-5']
    """
    said = " ".join(rule.split())
    if found := AT_A_TIME.fullmatch(said.lower()):
        day, hour, minute = found.groups()
        fields = f"{int(minute)} {int(hour)} * * {DAYS[day]}"
    elif found := EVERY.fullmatch(said.lower()):
        number, unit = int(found[1] or 1), found[2]
        whole = 24 if unit == "hour" else 60
        if not number or whole % number:
            raise RuleError(
                f"{rule!r}: {number} {unit}s do not divide a {'day' if whole == 24 else 'hour'} evenly"
            )
        step = "*" if number == 1 else f"*/{number}" if number < whole else "0"
        fields = f"0 {step} * * *" if unit == "hour" else f"{step} * * * *"
    else:
        fields = said
    try:
        next(CronSim(fields, datetime.now(BEIJING)))
    except (CronSimError, StopIteration) as error:
        raise RuleError(f"{rule!r} is not understood; write {EXAMPLES}") from error
    return fields


def next_start(
    rule: str, target: str, since: datetime, *, hours: Hours | None = None, spread: timedelta = timedelta()
) -> datetime:
    """The first start after ``since``, the moment of the last one.

    Sites of one rule start at different moments, each always at its own: within ``spread``, or within the rule's
    interval where that is shorter. A start outside ``hours`` waits for them.
    """
    first, second = islice(CronSim(cron(rule), since.astimezone(BEIJING)), 2)
    share = int.from_bytes(hashlib.sha256(target.encode()).digest()[:4], "big") / 2**32
    start = first + share * min(spread, second - first)
    if hours is not None and not hours.opened(start):
        start = following(start, hours.start) + share * min(spread, timedelta(hours=1))
    return start.replace(microsecond=0)


def next_run(start: datetime, now: datetime, hours: Hours | None = None) -> datetime:
    """When a start is to happen: at once where it was missed, as soon as the site's hours allow."""
    moment = max(start, now)
    return hours.next_open(moment) if hours is not None else moment
