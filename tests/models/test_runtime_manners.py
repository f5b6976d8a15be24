"""ONNX Runtime leaves no account of the machine behind."""

import os
import subprocess
import sys

import pytest

from geounet.models.runtime_manners import SILENCE

RUN = "import geounet; geounet.load_model('buildings', engine='onnx', device='cpu')"


@pytest.mark.skipif(sys.platform == "win32", reason="looks at the home of a POSIX system")
def test_a_run_leaves_nothing_in_the_home(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment.pop(SILENCE, None)
    environment |= {"HOME": str(tmp_path), "GEOUNET_CACHE": str(tmp_path / "ours")}
    subprocess.run([sys.executable, "-c", RUN], env=environment, check=True)
    assert not [path for path in tmp_path.rglob("*onnxruntime*") if path.is_file()]
