"""A trained model carries its graph; one that has none is told of, and trained all the same."""

import warnings

import pytest

from geounet.errors import GeounetWarning, MissingDependencyError, ModelError
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.graph import load_session_model
from geounet.models.networks import build
from geounet.training.reporting import carried

carry_graph = carried.carry_graph  # before the fixtures put another in its place


@pytest.fixture
def trained(card, tmp_path):
    value = ModelCard.from_dict({"format": 1, **card})
    return bundle.save(tmp_path / "trained", value, state=build(value).state_dict(), page="")


def test_a_bundle_gets_its_graph_once(trained, monkeypatch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        carry_graph(trained.folder)
    model = load_session_model(trained)
    assert (model.side, model.card.stride) == (None, 8)
    monkeypatch.setattr(carried, "write_graph", lambda _: pytest.fail("it is there already"))
    carry_graph(trained.folder)


@pytest.mark.parametrize(
    "error", [MissingDependencyError("onnxscript is not installed"), ModelError("no graph of this")]
)
def test_why_there_is_none_is_said(trained, monkeypatch, error):
    def fails(_):
        raise error

    monkeypatch.setattr(carried, "write_graph", fails)
    with pytest.warns(GeounetWarning, match=f"{error}; the model runs where torch is"):
        carry_graph(trained.folder)
