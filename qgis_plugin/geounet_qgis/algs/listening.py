"""Hears what a run of geounet says, and tells the Processing dialog."""

from __future__ import annotations

from qgis.core import QgsProcessingFeedback

from geounet_qgis.algs.bars import SCENE, Advance, Pace, PartsPace
from geounet_qgis.child.protocol import Failed, Log, Progress, Rubbish
from geounet_qgis.child.redact import redacted
from geounet_qgis.translation import tr


class Listener:
    """Turns events into calls of a QgsProcessingFeedback."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self.error = ""
        """The name of the exception that ended the run, where it said one."""
        self._feedback = feedback
        self._advance = Advance()
        self._pace, self._pace_of_parts = Pace(), PartsPace()

    def is_cancelled(self) -> bool:
        """Say whether the person pressed Cancel."""
        return self._feedback.isCanceled()

    def event(self, event: object) -> None:
        """Hand on one event."""
        if isinstance(event, Progress):
            self._move(event)
        elif isinstance(event, Log):
            self._log(event)
        elif isinstance(event, Rubbish):
            self._feedback.pushConsoleInfo(redacted(event.text))
        elif isinstance(event, Failed):
            # The message is the caller's, who raises it: said here too, it would come twice.
            self.error = event.error

    def _move(self, bar: Progress) -> None:
        self._advance.add(bar)
        if bar.total:
            self._feedback.setProgress(self._advance.percent)
        is_part = self._advance.counts_scenes and bar.unit != SCENE
        pace = self._pace_of_parts if is_part else self._pace
        if pace.is_due(bar):
            self._feedback.setProgressText(redacted(progress_text(bar)))

    def _log(self, log: Log) -> None:
        text = redacted(log.message)
        if log.level == "error":
            self._feedback.reportError(text, False)
        elif log.level == "warning":
            self._feedback.pushWarning(text)
        else:
            self._feedback.pushInfo(text)


def progress_text(bar: Progress) -> str:
    """Return what is worked on, how fast, and how long it will take still."""
    if bar.unit == SCENE and bar.total:
        return _scenes_text(bar)
    if not bar.rate or not bar.total:
        return bar.description
    seconds = max(bar.total - bar.done, 0) / bar.rate
    return tr("{what}: {percent} %, {rate}, {time} left").format(
        what=bar.description,
        percent=int(100 * bar.done / bar.total),
        rate=rate_text(bar.rate, bar.unit),
        time=time_text(seconds),
    )


def _scenes_text(bar: Progress) -> str:
    values = {"what": bar.description, "done": int(bar.done), "total": int(bar.total)}
    if not bar.rate:
        return tr("{what}: {done} of {total}").format(**values)
    left = time_text(max(bar.total - bar.done, 0) / bar.rate)
    return tr("{what}: {done} of {total}, {time} left").format(**values, time=left)


def rate_text(rate: float, unit: str) -> str:
    """Return a speed in the unit's thousands and millions, such as 1.2 Mpx/s."""
    for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if rate >= size:
            return f"{rate / size:.1f} {prefix}{unit}/s"
    return f"{rate:.1f} {unit}/s"


def time_text(seconds: float) -> str:
    """Return a time as a person would say it: 40 s, 12 min, 3 h 5 min."""
    if seconds < 60:
        return tr("{seconds} s").format(seconds=round(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return tr("{minutes} min").format(minutes=minutes)
    return tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
