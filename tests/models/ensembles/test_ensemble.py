"""Ensembles: the mean of scores, one card of several, and a name for all."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

import geounet
from geounet.errors import GeounetError, ModelError
from geounet.models import bundle, load_model
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.ensembles import Ensemble, card_and_digest, joined, members
from geounet.models.ensembles.common_card import common_card
from geounet.models.segmenter import Segmenter

AT = {"device": "cpu", "precision": "float32", "threads": 1}


@pytest.fixture
def other(
    tiny: Bundle, unet_card: Callable[..., ModelCard], network: Callable[[ModelCard], nn.Module]
) -> Bundle:
    """A second tiny network, with other weights."""
    card = unet_card(name="other", threshold=0.3, license="MIT")
    state = {k: v * 1.5 if v.is_floating_point() else v for k, v in network(card).state_dict().items()}
    return bundle.save(tiny.folder.parent / "other", card, state=state, page="")


def test_scores_are_the_mean_of_theirs(tiny: Bundle, other: Bundle) -> None:
    patches = np.random.default_rng(0).normal(size=(2, 3, 64, 64)).astype(np.float32)
    one, two = (load_model(each.folder, **AT) for each in (tiny, other))
    both = Ensemble([one, two])
    assert isinstance(both, Segmenter)
    np.testing.assert_allclose(both(patches), (one(patches) + two(patches)) / 2, atol=1e-6)
    assert np.abs(one(patches) - two(patches)).max() > 0.01
    assert both.any_tile
    assert both.describe() == one.describe()
    named = load_model(joined([tiny.folder, other.folder]), **AT)
    assert (named(patches) == both(patches)).all()
    assert named.digest == both.digest


def test_the_digest_is_of_all_models_and_known_before_they_are_loaded(tiny: Bundle, other: Bundle) -> None:
    name = joined([tiny.folder, other.folder])
    card, digest = card_and_digest(name)
    loaded = load_model(name, **AT)
    assert (card, digest) == (loaded.card, loaded.digest)
    assert (
        len({digest, tiny.digest, other.digest, card_and_digest(joined([other.folder, tiny.folder]))[1]}) == 4
    )
    assert card_and_digest(tiny.folder) == (tiny.card, tiny.digest)


def test_an_ensemble_of_what_has_no_digest_has_none(make_card: Any, two_classes: Any, tiny: Bundle) -> None:
    one = two_classes(make_card(), lambda p: p[:, 0])
    assert Ensemble([one, one]).digest == ""
    assert Ensemble([load_model(tiny.folder, **AT)]).digest == tiny.digest
    assert Ensemble([one, one]).suggest_batch(16) == 1
    assert not Ensemble([one, one]).any_tile


def test_a_batch_suits_them_all(tiny: Bundle, other: Bundle) -> None:
    one, two = (load_model(each.folder, **AT) for each in (tiny, other))
    two.batch_pixels = 4 * 64**2
    both = Ensemble([one, two])
    assert both.suggest_batch(64) == 4
    assert both.batch_pixels == 4 * 64**2
    both.batch_pixels = 2 * 64**2
    assert one.suggest_batch(64) == two.suggest_batch(64) == 2


def test_engines_are_told_apart_where_they_differ(make_card: Any, two_classes: Any) -> None:
    class Described:
        def __init__(self, **said: Any) -> None:
            self.card, self.said = make_card(), said

        def __call__(self, patches: Any, /) -> Any:
            return patches

        def describe(self) -> Any:
            return self.said

    one, two = Described(engine="torch", device="cpu", torch="2.5"), Described(engine="onnx", device="cpu")
    assert Ensemble([one, two]).describe() == {"engine": "torch+onnx", "device": "cpu", "torch": "2.5"}


def test_the_common_card_has_what_all_hold_for(make_card: Any) -> None:
    one = make_card(
        name="a", tile=48, margin=4, stride=8, gsd_range_m=(0.2, 0.5), temperature=2.0, attribution="A"
    )
    two = make_card(
        name="b", tile=48, margin=6, stride=12, gsd_range_m=(0.3, 0.8), threshold=0.4, sources=("x",)
    )
    both = common_card([one, two])
    assert (both.name, both.version) == ("a+b", "1.0.0+1.0.0")
    assert (both.stride, both.margin, both.gsd_range_m) == (24, 12, (0.3, 0.5))
    assert both.threshold == pytest.approx(0.45)
    assert (both.temperature, both.attribution, both.sources, both.license) == (
        1.0,
        "A",
        ("x",),
        "Apache-2.0",
    )
    assert ModelCard.from_dict(json.loads(json.dumps(both.to_dict()))) == both


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bands": ("red", "green")}, r"bands \(grey\) and \(red, green\)"),
        ({"classes": ("background", "road")}, r"classes \(background, thing\) and \(background, road\)"),
        ({"gsd_m": 0.5}, "gsd_m None and 0.5"),
        ({"tile": 32}, "tile 16 and 32"),
        ({"task": "roads"}, "task areas and roads"),
        ({"activation": "sigmoid"}, "activation softmax and sigmoid"),
        ({"axes": {"time": 2}}, "axes None and {'time': 2}"),
        ({"tile": 32, "gsd_m": 1.0}, "gsd_m None and 1.0; tile 16 and 32"),
    ],
)
def test_what_differs_is_named(make_card: Any, changes: Any, said: str) -> None:
    with pytest.raises(ModelError, match=f"'plain' and 'b' cannot be averaged, they have .*{said}"):
        common_card([make_card(), make_card(name="b", **changes)])


def test_another_normalisation_is_refused(make_card: Any) -> None:
    one = make_card()
    two = replace(one, normalization=replace(one.normalization, mean=(0.5,)))
    with pytest.raises(ModelError, match="normalization"):
        common_card([one, two])


def test_ranges_must_meet(make_card: Any) -> None:
    cards = [make_card(name=n, gsd_range_m=r) for n, r in (("a", (0.1, 0.2)), ("b", (0.3, 0.4)))]
    with pytest.raises(ModelError, match=r"'a' for 0\.1 to 0\.2, 'b' for 0\.3 to 0\.4"):
        common_card(cards)


def test_an_ensemble_of_none_is_refused() -> None:
    with pytest.raises(ModelError, match="has no models"):
        Ensemble([])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("buildings", ("buildings",)),
        ("buildings+roads", ("buildings", "roads")),
        ("nothing+known", ("nothing", "known")),
        ("buildings+smp:a/b+torchgeo:X", ("buildings", "smp:a/b", "torchgeo:X")),
        ("https://h/a+b.zip#sha256=1+2", ("https://h/a+b.zip#sha256=1+2",)),
        ("https://h/a+b.zip#sha256=1+roads", ("https://h/a+b.zip#sha256=1", "roads")),
        ("https://h/a.zip+https://h/c.zip", ("https://h/a.zip", "https://h/c.zip")),
    ],
)
def test_a_name_stands_for_its_models(name: str, expected: tuple[str, ...]) -> None:
    assert members(name) == expected


def test_a_plus_in_a_folder_is_a_part_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "c++ models" / "a+b"
    folder.mkdir(parents=True)
    assert members(str(folder)) == (str(folder),)
    assert members(folder) == (folder,)
    assert members(joined(["roads", folder, "buildings"])) == ("roads", str(folder), "buildings")


@pytest.mark.parametrize("name", ["buildings+", "+buildings", "a++b", "+"])
def test_an_empty_name_among_them_is_refused(name):
    with pytest.raises(ModelError, match=r"names an empty one; .* take the \+ out"):
        members(name)


def test_a_model_that_is_not_there_is_told(tiny: Bundle) -> None:
    with pytest.raises(GeounetError, match="model 'nowhere' is not known"):
        load_model(joined([tiny.folder, "nowhere"]))


def test_a_scene_goes_through_an_ensemble(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    import rasterio

    path = make_raster(np.random.default_rng(0).random((40, 30), np.float32))
    card = make_card()
    one, two = two_classes(card, lambda p: p[:, 0]), two_classes(card, lambda p: p[:, 0] ** 3)
    options = geounet.PredictOptions(dtype="float32")
    written = []
    for name, model in (("one", one), ("two", two), ("both", geounet.Ensemble([one, two]))):
        geounet.predict(path, model, tmp_path / f"{name}.tif", options=options)
        with rasterio.open(tmp_path / f"{name}.tif") as dataset:
            written.append(dataset.read())
            tags = dataset.tags()
    np.testing.assert_allclose(written[2], (written[0] + written[1]) / 2, atol=1e-6)
    assert tags["GEOUNET_MODEL"] == "plain+plain 1.0.0+1.0.0"
