"""The hours of a day in which a site may be asked. Beijing time, as the sites themselves live by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")


@dataclass(slots=True, frozen=True)
class Hours:
    """From ``start`` to ``end``, over midnight where the end is the earlier one."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Raises :class:`ValueError` for what is not two different times of a day.

        >>> str(Hours.parse("22-6")), str(Hours.parse("1:30-05:00"))
        ('22:00-06:00', '01:30-05:00')
        """
        found = SPAN.fullmatch(text.replace(" ", ""))
        if found is None:
            raise ValueError(f"{text!r} names no hours")
        hour, minute, until, until_minute = (int(part or 0) for part in found.groups())
        # 24 is how people write the end of a day.
        hours = cls(
            time(hour % 24 if hour <= 24 else hour, minute),
            time(until % 24 if until <= 24 else until, until_minute),
        )
        if hours.start == hours.end:
            raise ValueError(f"{text!r} is no span of hours")
        return hours

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def opened(self, moment: datetime) -> bool:
        """Whether the site may be asked at this moment (of any time zone)."""
        now = moment.astimezone(BEIJING).time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def next_open(self, moment: datetime) -> datetime:
        """This moment where the site may be asked, else the next one from which it may."""
        return moment if self.opened(moment) else following(moment, self.start)

    def closes(self, moment: datetime) -> datetime:
        """When the span that ``moment`` lies in is over."""
        return following(moment, self.end)


def following(moment: datetime, when: time) -> datetime:
    """The first time after ``moment`` that Beijing's clocks show ``when``."""
    local = moment.astimezone(BEIJING)
    today = local.replace(hour=when.hour, minute=when.minute, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)
