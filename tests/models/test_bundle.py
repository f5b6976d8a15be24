"""A bundle comes back as it was saved, and what is no bundle is refused with the remedy."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from geounet.errors import InvalidCardError, ModelError, OutputError, WeightsError
from geounet.models import bundle
from geounet.models.bundle import CARD, WEIGHTS, Bundle
from geounet.models.card import ModelCard
from geounet.models.weights import read_weights

MakeCard = Callable[..., ModelCard]
MakeNetwork = Callable[[ModelCard], nn.Module]


def test_a_saved_network_gives_the_same_logits(tiny: Bundle, network: MakeNetwork) -> None:
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        found, expected = bundle.load(tiny).eval()(x), network(tiny.card)(x)
    torch.testing.assert_close(found, expected, atol=2e-2, rtol=2e-2)  # kernels are rounded to 11 bits
    assert {p.dtype for p in bundle.load(tiny).parameters()} == {torch.float32}


def test_kernels_are_stored_in_half_precision_and_nothing_leaves_its_range(
    tmp_path: Path, unet_card: MakeCard, network: MakeNetwork
) -> None:
    state = dict(network(unet_card()).state_dict())
    variance = next(name for name in state if name.endswith("running_var"))
    kernel = next(name for name, tensor in state.items() if tensor.ndim == 4)
    state[variance] = torch.full_like(state[variance], 1e9)
    state[kernel] = torch.full_like(state[kernel], 1e9)
    saved = bundle.save(tmp_path / "large", unet_card(), state=state, page="")
    stored = safetensors.torch.load_file(saved.weights)
    assert torch.equal(stored[variance], state[variance])
    assert torch.equal(stored[kernel], state[kernel])
    kernels = [name for name, tensor in state.items() if tensor.ndim == 4 and name != kernel]
    assert {stored[name].dtype for name in kernels} == {torch.float16}
    assert all(np.array_equal(stored[name], state[name].numpy().astype(np.float16)) for name in kernels)


def test_the_digest_follows_card_and_weights_but_not_indentation(tiny: Bundle) -> None:
    text = (tiny.folder / CARD).read_text(encoding="utf-8")
    (tiny.folder / CARD).write_bytes(json.dumps(json.loads(text), indent=7).replace("\n", "\r\n").encode())
    assert bundle.read(tiny.folder).digest == tiny.digest
    (tiny.folder / CARD).write_text(text.replace("1.0.0", "1.0.1"), encoding="utf-8")
    with_card = bundle.read(tiny.folder).digest
    weights = bytearray(tiny.weights.read_bytes())
    weights[-1] ^= 1
    tiny.weights.write_bytes(weights)
    assert len({tiny.digest, with_card, bundle.read(tiny.folder).digest}) == 3


def test_an_existing_bundle_stays_unless_it_may_go(tiny: Bundle, network: MakeNetwork) -> None:
    state = network(tiny.card).state_dict()
    with pytest.raises(OutputError, match="exists; pass another folder, or --overwrite"):
        bundle.save(tiny.folder, tiny.card, state=state, page="new")
    assert tiny.page.read_text(encoding="utf-8") == "# tiny\n"
    bundle.save(tiny.folder, tiny.card, state=state, page="new", overwrite=True)
    assert tiny.page.read_text(encoding="utf-8") == "new"
    assert [path.name for path in tiny.folder.parent.iterdir() if path.is_dir()] == ["tiny"]


def test_a_folder_of_other_things_is_never_replaced(tmp_path: Path, tiny: Bundle) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years")
    with pytest.raises(OutputError, match="is no bundle"):
        bundle.save(tmp_path / "mine", tiny.card, state={}, page="", overwrite=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years"


def test_a_failed_save_leaves_nothing_and_the_old_as_it_was(
    tiny: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        bundle.save(tiny.folder, tiny.card, state={"x": torch.zeros(1)}, page="", overwrite=True)
    assert [path.name for path in tiny.folder.parent.iterdir()] == ["tiny"]
    assert bundle.read(tiny.folder).digest == tiny.digest


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "is not JSON"),
        (b"\xff\xfe{", "not text in UTF-8"),
        (b"[]", "JSON list"),
        (b"{}", "format None"),
    ],
)
def test_a_card_that_is_none_is_refused(tiny: Bundle, content: bytes, message: str) -> None:
    (tiny.folder / CARD).write_bytes(content)
    with pytest.raises(InvalidCardError, match=message) as caught:
        bundle.read(tiny.folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_named_safetensors_is_refused(tiny: Bundle, zipped: bool) -> None:
    torch.save({"x": torch.zeros(2)}, tiny.weights, _use_new_zipfile_serialization=zipped)
    with pytest.raises(WeightsError, match=r"is a pickle.*geounet models import"):
        bundle.read(tiny.folder)


def test_a_safetensors_header_that_begins_like_a_pickle_is_none(tmp_path: Path) -> None:
    # Its first byte is the header's length modulo 256, and 0x80 is also how a pickle begins.
    files = (safetensors.torch.save({"x" * n: torch.zeros(3)}) for n in range(1, 300))
    path = tmp_path / "alike.safetensors"
    path.write_bytes(next(content for content in files if content[0] == 0x80))
    assert torch.equal(*read_weights(path).values(), torch.zeros(3))


def test_a_bundle_with_a_pickle_beside_its_card_says_how_to_import_it(tiny: Bundle) -> None:
    tiny.weights.unlink()
    torch.save({}, tiny.folder / "best.pth")
    with pytest.raises(
        WeightsError, match=r"has no weights.safetensors; best.pth is a pickle.*models import"
    ):
        bundle.read(tiny.folder)


def test_junk_as_weights_is_refused(tiny: Bundle) -> None:
    tiny.weights.write_bytes(b"not tensors at all")
    with pytest.raises(WeightsError, match="not readable as safetensors"):
        bundle.load(bundle.read(tiny.folder))


def _changed(state: dict[str, torch.Tensor], how: str) -> dict[str, torch.Tensor]:
    name = "segmentation_head.0.weight"
    if how == "missing":
        return {k: v for k, v in state.items() if k != name}
    if how == "surplus":
        return {**state, "extra.weight": torch.zeros(1)}
    return {**state, name: state[name][:1].clone()}


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("missing", "lack tensor 'segmentation_head.0.weight'"),
        ("surplus", "unexpected tensor 'extra.weight'"),
        ("misshaped", r"'segmentation_head.0.weight' of shape \(1, 8, 3, 3\); expected \(2, 8, 3, 3\)"),
    ],
)
def test_tensors_that_do_not_fit_are_named(tiny: Bundle, how: str, message: str) -> None:
    safetensors.torch.save_file(_changed(safetensors.torch.load_file(tiny.weights), how), tiny.weights)
    with pytest.raises(WeightsError, match=message):
        bundle.load(bundle.read(tiny.folder))


def test_a_folder_without_a_card_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"has no {CARD}.*{WEIGHTS}"):
        bundle.read(tmp_path)
