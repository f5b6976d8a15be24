"""Weights from elsewhere become a bundle, whatever wraps them, and code in them never runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from geounet.errors import OutputError, WeightsError
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.exchange import import_weights

State = dict[str, Tensor]


@pytest.fixture
def card(unet_card: Callable[..., ModelCard]) -> ModelCard:
    return unet_card()


@pytest.fixture
def state(card: ModelCard, network: Callable[[ModelCard], nn.Module]) -> State:
    return network(card).state_dict()


def prefixed(state: State, prefix: str) -> State:
    return {prefix + name: tensor for name, tensor in state.items()}


WRAPPINGS: dict[str, Callable[[State], object]] = {
    "plain": lambda s: s,
    "nested": lambda s: {"epoch": 3, "state_dict": s},
    "twice": lambda s: {"model": {"state_dict": s}, "loss": 0.1},
    "parallel": lambda s: prefixed(s, "module."),
    "lightning": lambda s: {
        "state_dict": prefixed(s, "model.") | {"criterion.weight": torch.ones(2)},
        "pytorch-lightning_version": "2.4.0",
        "hyper_parameters": {"lr": 1e-3},
    },
    "compiled": lambda s: {"model_state_dict": prefixed(s, "module._orig_mod.")},
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_network_is_found_in_every_wrapping(
    tmp_path: Path, card: ModelCard, state: State, wrapping: str
) -> None:
    torch.save(WRAPPINGS[wrapping](state), tmp_path / "best.pth")
    made = import_weights(tmp_path / "best.pth", card=card, out=tmp_path / "out")
    expected = bundle.save(tmp_path / "expected", card, state=state, page="")
    assert made.digest == expected.digest


def test_safetensors_and_a_cards_file_do_as_well(tmp_path: Path, card: ModelCard, state: State) -> None:
    safetensors.torch.save_file(prefixed(state, "model."), tmp_path / "w.safetensors")
    (tmp_path / "card.json").write_text(json.dumps(card.to_dict()), encoding="utf-8")
    made = import_weights(tmp_path / "w.safetensors", card=tmp_path / "card.json", out=tmp_path / "out")
    assert made.card == card
    assert "CC-BY-4.0" in made.page.read_text(encoding="utf-8")


class Malicious:
    """An object whose pickle runs code."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.marker,))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_of_code_is_refused_and_not_run(
    tmp_path: Path, card: ModelCard, state: State, zipped: bool
) -> None:
    content = {**state, "evil": Malicious(tmp_path / "ran")}
    torch.save(content, tmp_path / "evil.pth", _use_new_zipfile_serialization=zipped)
    with pytest.raises(WeightsError, match="holds other objects than tensors") as caught:
        import_weights(tmp_path / "evil.pth", card=card, out=tmp_path / "out")
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out").exists()
    assert "\n" not in str(caught.value)


def test_a_whole_model_as_pickle_is_refused(tmp_path: Path, card: ModelCard) -> None:
    torch.save(nn.Conv2d(1, 1, 1), tmp_path / "model.pt")
    with pytest.raises(WeightsError, match=r"other objects than tensors.*save model.state_dict\(\)"):
        import_weights(tmp_path / "model.pt", card=card, out=tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"epoch": 3}, "holds no state dict"),
        ([1, 2], "holds no state dict"),
        ({"a.weight": torch.zeros(1)}, "lack tensor"),
    ],
)
def test_what_holds_no_network_is_refused(
    tmp_path: Path, card: ModelCard, content: object, message: str
) -> None:
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(WeightsError, match=message):
        import_weights(tmp_path / "w.pth", card=card, out=tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "not readable"),
        (b"junk", "not readable"),
        (b"PK\x03\x04junk", "nothing that torch can read"),
        (b"\x80\x02junk", "nothing that torch can read"),
    ],
)
def test_junk_is_refused(tmp_path: Path, card: ModelCard, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "w.pth").write_bytes(content)
    with pytest.raises(WeightsError, match=message):
        import_weights(tmp_path / "w.pth", card=card, out=tmp_path / "out")


def test_an_existing_bundle_stays(tmp_path: Path, card: ModelCard, state: State) -> None:
    torch.save(state, tmp_path / "w.pth")
    import_weights(tmp_path / "w.pth", card=card, out=tmp_path / "out")
    with pytest.raises(OutputError, match="exists"):
        import_weights(tmp_path / "w.pth", card=card, out=tmp_path / "out")
    import_weights(tmp_path / "w.pth", card=card, out=tmp_path / "out", overwrite=True)
