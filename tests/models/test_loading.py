"""From a name to a Segmenter: the card's network with the card's weights."""

import json
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from torch import nn

from geounet.errors import DeviceError
from geounet.models import load_model
from geounet.models.bundle import CARD, Bundle
from geounet.models.card import ModelCard
from geounet.models.engines.torch import TorchSegmenter


def test_a_loaded_model_scores_as_the_saved_network_does(
    tiny: Bundle, network: Callable[[ModelCard], nn.Module]
) -> None:
    patches = np.random.default_rng(2).normal(size=(2, 3, 64, 64)).astype(np.float32)
    model = load_model(tiny.folder, device="cpu", precision="float32", threads=1)
    expected = TorchSegmenter(tiny.card, network(tiny.card), device="cpu", precision="float32", threads=1)
    np.testing.assert_allclose(model(patches), expected(patches), atol=2e-3)  # kernels are rounded to 11 bits
    assert (model.card, model.digest) == (tiny.card, tiny.digest)


def test_a_card_that_names_no_stride_gets_its_networks(tiny: Bundle) -> None:
    data = json.loads((tiny.folder / CARD).read_text(encoding="utf-8"))
    del data["stride"]
    (tiny.folder / CARD).write_text(json.dumps(data), encoding="utf-8")
    assert load_model(tiny.folder, device="cpu").card.stride == 32


def test_a_missing_device_is_refused(tiny: Bundle) -> None:
    with pytest.raises(DeviceError, match="'cuda:97' is not there"):
        load_model(str(tiny.folder), device="cuda:97")


def test_models_are_listed_and_described_without_torch(tiny: Bundle) -> None:
    code = (
        "import sys; from pathlib import Path; from geounet.models import find, shipped; shipped(); "
        "find(Path(sys.argv[1])); assert not {'torch', 'timm', 'rasterio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tiny.folder)], check=True)
