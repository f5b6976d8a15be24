"""When scenes were taken, as STAC wants it; what is not known is said without a clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when, both included."""

    start: datetime
    end: datetime


UNKNOWN = Period(datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
"""What stands for a date that nobody knows: STAC asks for one, and the imagery is from within this period."""

_DAY = timedelta(days=1) - timedelta(seconds=1)


def period_of(dates: Iterable[str | None]) -> Period | None:
    """The time that all dates (ISO 8601: days, times, or `first/last`) lie in; None where none says when that is."""
    periods = [period for date in dates if date for part in date.split("/") for period in _periods(part)]
    if not periods:
        return None
    return Period(min(period.start for period in periods), max(period.end for period in periods))


def _periods(text: str) -> list[Period]:
    """A day, or a point in time; without a zone it is UTC. Nothing where it is neither (`..` in an open interval)."""
    try:
        start = datetime.fromisoformat(text.strip())
    except ValueError:
        return []
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    is_day = len(text.strip()) <= len("YYYY-MM-DD") and start.time() == time()
    return [Period(start, start + _DAY if is_day else start)]
