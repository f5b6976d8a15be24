import warnings

import pytest

from geounet.batching.machines import schedulers
from geounet.batching.machines.schedulers import SchedulerAddress, parse_scheduler
from geounet.errors import GeounetWarning, OptionsError


def test_addresses_are_told_apart(tmp_path):
    file = tmp_path / "scheduler.json"
    file.touch()
    assert parse_scheduler("local:4") == SchedulerAddress(workers=4)
    assert parse_scheduler("tcp://127.0.0.1:8786") == SchedulerAddress(address="tcp://127.0.0.1:8786")
    assert parse_scheduler("tls://node7:8786") == SchedulerAddress(address="tls://node7:8786")
    assert parse_scheduler(str(file)) == SchedulerAddress(file=file)
    assert [parse_scheduler(text).shown for text in ("local:4", "tls://node7:8786")] == [
        "local:4",
        "tls://node7:8786",
    ]


@pytest.mark.parametrize(
    "text", ["local:0", "local:", "local:x", "http://a:1", "tcp://node", "absent.json", ""]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(OptionsError, match="expected local:N, tcp://HOST:PORT"):
        parse_scheduler(text)


@pytest.mark.parametrize("text", ["tcp://10.0.0.7:8786", "tcp://node7:8786", "tcp://127.0.0.1.evil.org:8786"])
def test_an_open_address_beyond_this_machine_is_warned_of(text):
    with pytest.warns(GeounetWarning, match="runs code as you; use tls://"):
        schedulers._warn_if_open(text)


@pytest.mark.parametrize("text", ["tls://10.0.0.7:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786"])
def test_what_only_this_machine_reaches_or_is_encrypted_is_not(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schedulers._warn_if_open(text)
