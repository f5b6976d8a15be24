"""A run's figures for Prometheus, served on this machine's own address by default."""

import bisect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from geounet.batching.job import STATES, State
from geounet.errors import MissingDependencyError, OptionsError

if TYPE_CHECKING:
    from prometheus_client import Metric

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
"""Seconds up to which scenes are counted together."""


_TOTALS = {
    "pixels": "Pixels that were looked at",
    "features": "Features that were found",
    "failures": "Attempts at a scene that failed",
}
"""Counters, by the name of their figure in a snapshot, and what each counts."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How long scenes took."""

    counts: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)
    """Scenes that took up to each of BOUNDS and longer than the one before; the last took longer than all."""
    seconds: float = 0.0
    """Of all together."""

    def with_one(self, seconds: float) -> Self:
        """The distribution with a scene more."""
        at = bisect.bisect_left(BOUNDS, seconds)
        counts = (*self.counts[:at], self.counts[at] + 1, *self.counts[at + 1 :])
        return replace(self, counts=counts, seconds=self.seconds + seconds)


@dataclass(frozen=True, slots=True)
class StageTime:
    """What a stage took."""

    seconds: float
    scenes: int
    """How many scenes went through it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A run's figures at a moment; totals never fall while a process runs."""

    states: Mapping[State, int] = field(default_factory=dict)
    """Jobs in each state."""
    pixels: int = 0
    """Pixels that were looked at."""
    features: int = 0
    failures: int = 0
    """Attempts that failed, those among them that were tried again."""
    stages: Mapping[str, StageTime] = field(default_factory=dict)
    """By stage: read, predict, write."""
    scenes: Distribution = field(default_factory=Distribution)
    model: str = ""
    """The model's name and version."""
    version: str = ""
    """Of geounet."""


@contextmanager
def serve_metrics(host: str, port: int, source: Callable[[], Snapshot]) -> Iterator[int]:
    """Serve what `source` says, at each request anew, for as long as the context lasts; gives the port.

    `port` 0 is any that is free. `source` is called in threads of the server.

    Raises MissingDependencyError without prometheus-client, OptionsError where the address cannot be had.
    """
    try:
        from prometheus_client import CollectorRegistry, start_http_server
    except ImportError as error:
        raise MissingDependencyError(
            "prometheus-client is not installed; --metrics-port needs it: pip install 'geounet[cloud]'"
        ) from error
    registry = CollectorRegistry()
    registry.register(_Figures(source))
    try:
        server, thread = start_http_server(port, addr=host, registry=registry)
    except (OSError, OverflowError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise OptionsError(
            f"cannot serve metrics on {host}:{port} ({reason}); choose another --metrics-port, or 0 for any"
        ) from error
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Figures:
    """What Prometheus' client asks for families of figures."""

    def __init__(self, source: Callable[[], Snapshot]) -> None:
        self._source = source

    def describe(self) -> list["Metric"]:
        """Names for the registry, which need no snapshot."""
        return list(families(Snapshot()))

    def collect(self) -> Iterator["Metric"]:
        """Figures as they are now."""
        return families(self._source())


def families(snapshot: Snapshot) -> Iterator["Metric"]:
    """The snapshot's figures, as Prometheus has them."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

    jobs = GaugeMetricFamily("geounet_batch_jobs", "Jobs in each state", labels=["state"])
    for state in STATES:
        jobs.add_metric([state], snapshot.states.get(state, 0))
    yield jobs
    for name, words in _TOTALS.items():
        yield CounterMetricFamily(f"geounet_batch_{name}", words, value=getattr(snapshot, name))
    yield _stage_seconds(snapshot.stages)
    yield _scene_seconds(snapshot.scenes)
    labels = {"model": snapshot.model, "version": snapshot.version}
    yield InfoMetricFamily("geounet_batch_build", "The model, and geounet's version", value=labels)


def _stage_seconds(stages: Mapping[str, StageTime]) -> "Metric":
    from prometheus_client.core import SummaryMetricFamily

    family = SummaryMetricFamily("geounet_batch_stage_seconds", "What stages took", labels=["stage"])
    for stage, time in stages.items():
        family.add_metric([stage], count_value=time.scenes, sum_value=time.seconds)
    return family


def _scene_seconds(scenes: Distribution) -> "Metric":
    """A histogram, whose counts are of scenes up to each bound."""
    from prometheus_client.core import HistogramMetricFamily

    buckets, so_far = [], 0
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), scenes.counts, strict=True):
        so_far += number
        buckets.append((bound, so_far))
    family = HistogramMetricFamily(
        "geounet_batch_scene_seconds", "From a scene's first read to its last write"
    )
    family.add_metric([], buckets=buckets, sum_value=scenes.seconds)
    return family
