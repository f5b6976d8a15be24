"""Moments and spans of time as STAC writes them."""

from datetime import UTC, datetime

from geounet.errors import OptionsError

_ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def span(text: str) -> tuple[datetime, datetime]:
    """First and last moment of `2024-05-01`, `2024-05-01T10:00:00Z`, `2024-05/2024-06` or `2024-05-01/..`.

    A day, a month or a year is all of it. Raises OptionsError where it is none of these.
    """
    first, slash, last = text.partition("/")
    try:
        begin = _ALWAYS[0] if first in ("", "..") else _edges(first)[0]
        end = _edges(first)[1] if not slash else _ALWAYS[1] if last in ("", "..") else _edges(last)[1]
    except ValueError as error:
        raise OptionsError(
            f"datetime is {text!r}; expected one such as 2024-05-01 or 2024-05-01/2024-06-30"
        ) from error
    return begin, end


def _edges(text: str) -> tuple[datetime, datetime]:
    """First and last moment of a year, a month, a day or a moment."""
    parts = text.split("-")
    if len(parts) == 1 and text.isdigit():
        return _day(f"{text}-01-01"), _before(_day(f"{int(text) + 1:04d}-01-01"))
    if len(parts) == 2:
        year, month = int(parts[0]), int(parts[1])
        after = (year, month + 1) if month < 12 else (year + 1, 1)
        return _day(f"{text}-01"), _before(_day(f"{after[0]:04d}-{after[1]:02d}-01"))
    moment = _day(text)
    return (
        (moment, moment) if "T" in text.upper() else (moment, moment.replace(hour=23, minute=59, second=59))
    )


def _day(text: str) -> datetime:
    moment = datetime.fromisoformat(text.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _before(moment: datetime) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() - 1, tz=UTC)


def meets(first: str, other: tuple[datetime, datetime]) -> bool:
    """Whether a moment or span (as `span` reads it) and another have a moment in common."""
    begin, end = span(first)
    return begin <= other[1] and other[0] <= end
