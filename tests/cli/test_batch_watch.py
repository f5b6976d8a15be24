"""Who watches a batch: a few of many warnings, and figures for metrics."""

import json
import warnings

import pytest

from geounet.batching.job import Outcome
from geounet.batching.options import BatchOptions
from geounet.batching.watching import Watch
from geounet.cli.batch_watch import watched
from geounet.errors import GeounetWarning


class Kept:
    """A reporter that keeps what it is told."""

    draws = False

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def log(self, message: str, *, level: str = "info") -> None:
        self.lines.append((level, message))

    def tell(self, event: str, **values: object) -> None:
        self.lines.append((event, json.dumps(values)))


def test_of_many_warnings_alike_a_few_are_told():
    kept = Kept()
    with watched(BatchOptions(), kept), warnings.catch_warnings():
        warnings.simplefilter("always", GeounetWarning)
        for number in range(50):
            warnings.warn(
                f"tile_{number}.tif has pixels of {number / 7:.2f} m: look", GeounetWarning, stacklevel=1
            )
        warnings.warn("another has none", GeounetWarning, stacklevel=1)
    told = [message for level, message in kept.lines if level == "warning"]
    assert [message.partition(" ")[0] for message in told] == [
        "tile_0.tif", "tile_1.tif", "tile_2.tif", "more", "another",
    ]  # fmt: skip


def test_what_ended_is_told_counted_and_logged(tmp_path):
    kept, log = Kept(), tmp_path / "log.jsonl"
    with watched(BatchOptions(log=log), kept) as heard:
        watch = heard.watch = Watch(heard=heard.ended)
        watch.ended(Outcome(key="a", state="done", features=3, pixels=100, seconds=2.0))
        watch.ended(Outcome(key="b", state="failed", line="torn"))
        watch.ended(Outcome(key="c", state="done", left_out={"t": "cannot be read"}))
        snapshot = heard.snapshot()
    assert (snapshot.states["done"], snapshot.states["failed"], snapshot.failures) == (2, 1, 1)
    assert (snapshot.pixels, snapshot.features) == (100, 3)
    assert [event for event, _ in kept.lines] == ["outcome", "outcome", "warning", "outcome", "warning"]
    assert "torn" in kept.lines[2][1]
    assert "without t" in kept.lines[4][1]
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["state"] for line in lines] == ["done", "failed", "done"]


@pytest.mark.parametrize("port", [0])
def test_metrics_are_served_while_it_runs(port):
    import urllib.request

    kept = Kept()
    with watched(BatchOptions(metrics_port=port), kept) as heard:
        heard.watch.ended(Outcome(key="a", state="done", features=3))
        address = kept.lines[0][1].removeprefix("metrics: ")
        text = urllib.request.urlopen(address, timeout=60).read().decode()  # noqa: S310 (loopback)
    assert 'geounet_batch_jobs{state="done"} 1.0' in text
    assert "geounet_batch_features_total 3.0" in text
