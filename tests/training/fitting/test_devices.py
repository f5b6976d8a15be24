"""Several devices: here two processes of a CPU, on loopback."""

import json
import os
import subprocess
import sys

from geounet.models.networks import build
from geounet.training import TrainConfig
from geounet.training.fitting.checkpoint import read, read_state
from geounet.training.fitting.devices import companions
from geounet.training.fitting.keeper import checkpoint_folder
from geounet.training.fitting.state import digest

RUN = """
import json, sys
from geounet.training import train
report = train(json.loads(sys.argv[1]))
print(json.dumps(report.to_dict()))
"""


def test_two_devices_train_one_network(tables, tmp_path):
    tables |= {"devices": 2, "validate_every": 8, "calibrate": False}
    tables["optimizer"] |= {"steps": 16, "batch": 2, "rate": 5e-3}
    command = [sys.executable, "-c", RUN, json.dumps(tables)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    config = TrainConfig.from_dict(tables)
    log = (config.run_folder / "devices" / "device-1.log").read_text()
    assert done.returncode == 0, done.stderr + log
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["steps"] == 16
    rows = [row.split(",") for row in (config.run_folder / "metrics.csv").read_text().splitlines()[1:]]
    assert [row[0] for row in rows] == ["8", "16"]
    assert float(rows[1][1]) < float(rows[0][1])
    folder = checkpoint_folder(config)
    state = read_state(folder, read(folder))
    network = build(config.card)
    prefix = "network."
    network.load_state_dict({n.removeprefix(prefix): t for n, t in state.items() if n.startswith(prefix)})
    assert f"its weights are {digest(network)}" in log


def test_one_device_has_no_companion(tables):
    before = dict(os.environ)
    with companions(TrainConfig.from_dict(tables), resume=False):
        assert dict(os.environ) == before
