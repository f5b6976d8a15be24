"""A bundle's graph: the same scores as torch, from the weights beside it and nothing else."""

import json
import shutil
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from geounet.cli import main
from geounet.errors import MissingDependencyError, ModelError
from geounet.models import bundle
from geounet.models.catalogue import find, shipped
from geounet.models.engines.torch import TorchSegmenter
from geounet.models.graph import load_session_model, tracing, writing
from geounet.models.graph.bearing import KEY
from geounet.models.graph.held import Held
from geounet.models.graph.lending import lent
from geounet.models.graph.writing import write_graph


def scores_of(model, patches):
    session = onnxruntime.InferenceSession(str(model.path), providers=["CPUExecutionProvider"])
    (scores,) = session.run([model.output], {model.input: patches})
    return scores


@pytest.fixture(scope="module")
def noise():
    random = np.random.default_rng(0)

    def make(*shape):
        return random.normal(size=shape).astype(np.float32)

    return make


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """Graphs by their bundles' digests: one takes torch seconds."""
    return {}


@pytest.fixture
def with_graph(tiny, made):
    if tiny.digest not in made:
        made[tiny.digest] = write_graph(tiny.folder).read_bytes()
    (tiny.folder / bundle.GRAPH).write_bytes(made[tiny.digest])
    return bundle.read(tiny.folder)


def test_it_gives_the_networks_scores_on_tiles_of_any_side(with_graph, noise):
    engine = TorchSegmenter(
        with_graph.card, bundle.load(with_graph), device="cpu", precision="float32", threads=1
    )
    model = load_session_model(with_graph)
    assert model.side is None
    for shape in ((1, 3, 64, 64), (3, 3, 32, 32), (2, 3, 96, 160)):
        patches = noise(*shape)
        np.testing.assert_allclose(scores_of(model, patches), engine(patches), atol=1e-5)


@pytest.mark.parametrize("name", shipped())
def test_shipped_models_carry_theirs(name, noise):
    found = find(name)
    engine = TorchSegmenter(found.card, bundle.load(found), device="cpu", precision="float32", threads=1)
    model = load_session_model(found)
    assert (model.side, model.card) == (None, replace(found.card, stride=32))
    patches = noise(1, found.card.channels, 128, 160)
    np.testing.assert_allclose(scores_of(model, patches), engine(patches), atol=1e-5)


def test_it_holds_no_tensor_of_the_weights_and_changes_no_digest(tiny, with_graph):
    assert with_graph.digest == tiny.digest
    path = with_graph.folder / bundle.GRAPH
    graph = onnx.load(path, load_external_data=False).graph
    kernels = [tensor for tensor in graph.initializer if len(tensor.dims) > 1]
    assert kernels
    assert all(tensor.data_type == onnx.TensorProto.FLOAT16 for tensor in kernels)
    assert all(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in kernels)


def test_temperature_and_sigmoid_are_in_it(tmp_path, unet_card, network, noise):
    card = unet_card(activation="sigmoid", temperature=1.7)
    found = bundle.save(tmp_path / "soft", card, state=network(card).state_dict(), page="")
    write_graph(found.folder)
    patches = noise(1, 3, 64, 64)
    with torch.inference_mode():
        logits = bundle.load(found).eval()(torch.from_numpy(patches)).numpy()
    expected = 1 / (1 + np.exp(-logits.astype(np.float64) / 1.7))
    np.testing.assert_allclose(scores_of(load_session_model(found), patches), expected, atol=1e-5)


def test_a_network_of_one_side_alone_says_which(tiny, noise, monkeypatch):
    monkeypatch.setattr(writing, "takes_any_tile", lambda _: False)
    write_graph(tiny.folder)
    model = load_session_model(tiny)
    assert model.side == 64
    assert scores_of(model, noise(3, 3, 64, 64)).shape == (3, 2, 64, 64)


def test_a_bundle_without_one_has_none(tiny):
    assert load_session_model(tiny) is None


def test_a_graph_of_other_weights_is_refused(with_graph, unet_card, network):
    with torch.random.fork_rng(devices=[]):
        state = {
            name: value + 1 if value.is_floating_point() else value
            for name, value in network(unet_card()).state_dict().items()
        }
    graph = with_graph.folder / bundle.GRAPH
    kept = graph.read_bytes()
    other = bundle.save(with_graph.folder, with_graph.card, state=state, page="", overwrite=True)
    assert load_session_model(other) is None  # a bundle written anew carries no old graph
    graph.write_bytes(kept)
    with pytest.raises(ModelError, match=r"graph\.onnx of model 'tiny' is of other weights; remove it"):
        load_session_model(other)


def test_a_graph_of_another_temperature_is_refused(with_graph):
    path = with_graph.folder / bundle.CARD
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(card | {"description": "another text"}), encoding="utf-8")
    assert load_session_model(bundle.read(with_graph.folder)) is not None
    path.write_text(json.dumps(card | {"temperature": 2.0}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"another temperature \(1.0\) than its card \(2.0\)"):
        load_session_model(bundle.read(with_graph.folder))


def test_a_graph_that_names_another_file_is_refused(with_graph):
    path = with_graph.folder / bundle.GRAPH
    model = onnx.load(path, load_external_data=False)
    lent = next(tensor for tensor in model.graph.initializer if tensor.external_data)
    lent.external_data[0].value = "../secret"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match=r"keeps tensors in \.\./secret; expected weights.safetensors alone"):
        load_session_model(with_graph)


@pytest.mark.parametrize("content", [b"", b"\x3a\xff\xff\xff", b"not a graph at all", bytes(range(256))])
def test_what_is_no_graph_is_refused(with_graph, content):
    (with_graph.folder / bundle.GRAPH).write_bytes(content)
    with pytest.raises(ModelError, match="is not readable as a graph"):
        load_session_model(with_graph)


def field(number, content, *, kind=2):
    """A field of a message as protobuf writes it: text, a message or, of kind 5, four bytes as they are."""
    return varint(number << 3 | kind) + (varint(len(content)) if kind == 2 else b"") + content


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


SECRET = field(1, b"location") + field(2, b"../secret")
"""An entry of a tensor's external_data."""


def naming(external):
    """A model, a graph and a tensor round one more field."""
    return field(7, field(5, external))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (naming(field(13, SECRET)), r"keeps tensors in \.\./secret"),
        (naming(field(13 | 1 << 29, SECRET)), "a key of more than 32 bits"),
        (naming(field(13, SECRET + field(1, b"none", kind=5))), r"keeps tensors in \.\./secret"),
    ],
)
def test_no_file_is_named_that_the_runtimes_alone_see(with_graph, content, reason):
    path = with_graph.folder / bundle.GRAPH
    path.write_bytes(path.read_bytes() + content)
    with pytest.raises(ModelError, match=reason):
        load_session_model(with_graph)


def test_messages_too_deep_in_one_another_are_refused(with_graph):
    path = with_graph.folder / bundle.GRAPH
    content = b""
    for _ in range(2_000):  # a graph in an attribute of a node of a graph
        content = field(1, field(5, field(6, content)))
    path.write_bytes(path.read_bytes() + field(7, content))
    with pytest.raises(ModelError, match=r"is not readable as a graph .*more than 100 levels"):
        load_session_model(with_graph)


def test_weights_in_a_type_that_onnx_lacks_are_refused():
    weight = onnx.helper.make_tensor("network.w", onnx.TensorProto.FLOAT, [2], [1.0, 2.0])
    model = onnx.helper.make_model(onnx.helper.make_graph([], "g", [], [], [weight]))
    with pytest.raises(
        ModelError, match=r"tensor network.w is F8_E4M3 in the weights; expected F64, F32, F16"
    ):
        lent(model, {"w": Held("F8_E4M3", (2,), first=8, length=2)})


def test_what_onnx_alone_made_is_refused(with_graph):
    path = with_graph.folder / bundle.GRAPH
    model = onnx.load(path, load_external_data=False)
    assert [entry.key for entry in model.metadata_props] == [KEY]
    del model.metadata_props[:]
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="is not readable as a graph"):
        load_session_model(with_graph)


def test_a_network_that_cannot_be_traced_leaves_nothing(tiny, monkeypatch):
    def failing(*args, **kwargs):
        raise RuntimeError("no such\noperator")

    monkeypatch.setattr(tracing.torch.onnx, "export", failing)
    before = sorted(tiny.folder.iterdir())
    with pytest.raises(ModelError, match="cannot be written as a graph \\(no such operator\\)"):
        write_graph(tiny.folder)
    assert sorted(tiny.folder.iterdir()) == before


def test_without_onnxscript_the_extra_is_named(tiny, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(MissingDependencyError, match=r"geounet\[onnx\]"):
        write_graph(tiny.folder)


def test_a_copied_bundle_runs_from_its_new_place(with_graph, tmp_path, noise):
    folder = tmp_path / "büro 東京" / "moved"
    shutil.copytree(with_graph.folder, folder)
    shutil.rmtree(with_graph.folder)
    assert scores_of(load_session_model(bundle.read(folder)), noise(1, 3, 32, 32)).shape == (1, 2, 32, 32)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_name_is_told_that_it_has_one(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["models", "graph", name]) == 1
    told = capsys.readouterr().err
    assert f"model {name} is shipped and has its graph; expected the folder of a bundle" in told
    assert told.count("\n") == 1


def test_the_command_line_writes_it_too(with_graph, tiny, made, capsys, monkeypatch):
    monkeypatch.setattr(writing, "_graph", lambda found: made[found.digest])
    assert main(["models", "graph", str(tiny.folder)]) == 0
    assert str(tiny.folder / bundle.GRAPH) in capsys.readouterr().out
    assert load_session_model(tiny) is not None
