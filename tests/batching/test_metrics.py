import socket
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.batching.metrics import BOUNDS, Distribution, Snapshot, StageTime, serve_metrics
from geounet.errors import OptionsError

parser = pytest.importorskip("prometheus_client.parser")


def scraped(port: int) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_are_served_as_they_are_at_each_request():
    snapshots = iter(
        Snapshot(
            states={"done": 3 + n, "failed": 1}, pixels=10_000_000_000 + n, features=7, failures=2,
            stages={"read": StageTime(1.5, 4)}, model='a "b"\n', version="1",
            scenes=Distribution().with_one(0.2).with_one(7.0).with_one(1e9),
        )
        for n in range(2)
    )  # fmt: skip
    with serve_metrics("127.0.0.1", 0, lambda: next(snapshots)) as port:
        first, second = scraped(port), scraped(port)
    assert first["geounet_batch_jobs", (("state", "done"),)] == 3
    assert second["geounet_batch_jobs", (("state", "done"),)] == 4
    assert first["geounet_batch_jobs", (("state", "pending"),)] == 0
    assert second["geounet_batch_pixels_total", ()] == 10_000_000_001
    assert first["geounet_batch_features_total", ()] == 7
    assert first["geounet_batch_failures_total", ()] == 2
    assert first["geounet_batch_stage_seconds_sum", (("stage", "read"),)] == 1.5
    assert first["geounet_batch_stage_seconds_count", (("stage", "read"),)] == 4
    assert first["geounet_batch_scene_seconds_bucket", (("le", "0.1"),)] == 0
    assert first["geounet_batch_scene_seconds_bucket", (("le", "0.25"),)] == 1
    assert first["geounet_batch_scene_seconds_bucket", (("le", "10.0"),)] == 2
    assert first["geounet_batch_scene_seconds_bucket", (("le", "+Inf"),)] == 3
    assert first["geounet_batch_scene_seconds_count", ()] == 3
    assert first["geounet_batch_scene_seconds_sum", ()] == pytest.approx(1e9 + 7.2)
    assert first["geounet_batch_build_info", (("model", 'a "b"\n'), ("version", "1"))] == 1


def test_nobody_answers_afterwards_and_the_port_is_free_again():
    with serve_metrics("127.0.0.1", 0, Snapshot) as port:
        assert scraped(port)
    with pytest.raises(URLError):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60)
    with serve_metrics("127.0.0.1", port, Snapshot) as again:
        assert again == port


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(OptionsError, match=rf"127\.0\.0\.1:{port} .*--metrics-port"),
            serve_metrics("127.0.0.1", port, Snapshot),
        ):
            pass


def test_only_the_given_address_is_served():
    with serve_metrics("127.0.0.1", 0, Snapshot) as port, socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", port)) != 0


@given(st.lists(st.floats(0, 1e5)))
def test_a_distribution_counts_each_scene_once(times):
    found = Distribution()
    for seconds in times:
        found = found.with_one(seconds)
    assert sum(found.counts) == len(times)
    assert found.seconds == pytest.approx(sum(times))
    for number, bound in enumerate(BOUNDS):
        assert sum(found.counts[: number + 1]) == sum(seconds <= bound for seconds in times)
