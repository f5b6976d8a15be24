"""How a batch's model is asked: refined, and several as one; the bytes are those of each scene alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geounet
from geounet.batching.beginning import Start
from geounet.batching.options import BatchOptions
from geounet.batching.plain import deciding, from_plain, to_plain
from geounet.batching.run import batch
from geounet.errors import OptionsError
from geounet.models import load_model
from geounet.models.catalogue import shipped
from geounet.models.ensembles import card_and_digest
from geounet.options import ExtractOptions

APART = BatchOptions(mosaic="none", format="fgb")
ENSEMBLE = "buildings+buildings"


@pytest.mark.parametrize("refine", ["crf", "guided"])
def test_a_refined_layer_is_what_extract_writes(town: Any, bright: Any, tmp_path: Path, refine: Any) -> None:
    tiles = town(cols=2, apart=5)
    chosen = ExtractOptions(refine=refine, tta=True)
    batch(tiles, bright, tmp_path / "out", options=replace(APART, extract=chosen, rasters=("probability",)))
    for tile in tiles:
        alone = tmp_path / "alone" / f"{tile.stem}.fgb"
        alone.parent.mkdir(exist_ok=True)
        kept = alone.with_name(f"{tile.stem}_probability.tif")
        geounet.extract(tile, bright, alone, options=replace(chosen, probability=kept))
        for path in (alone, kept):
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
    plain = tmp_path / "plain.tif"
    geounet.extract(tiles[0], bright, tmp_path / "p.fgb", options=ExtractOptions(probability=plain))
    assert plain.read_bytes() != (tmp_path / "out" / f"{tiles[0].stem}_probability.tif").read_bytes()
    with pytest.raises(OptionsError, match=f'refine "?{refine}"?, not null'):
        batch(tiles, bright, tmp_path / "out", options=replace(APART, extract=ExtractOptions(tta=True)))


def test_the_refinement_travels_and_decides() -> None:
    options = replace(APART, extract=ExtractOptions(refine="guided"))
    assert from_plain(to_plain(options)) == options
    assert deciding(options)["refine"] == "guided"
    assert "refine" not in deciding(APART)


def test_a_batch_through_an_ensemble(make_raster: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    scene = make_raster(rng.integers(0, 255, (3, 60, 64)).astype(np.uint8), photometric="RGB")
    chosen = ExtractOptions(device="cpu", precision="float32", threads=1)
    out = tmp_path / "out"
    report = batch(scene, ENSEMBLE, out, options=replace(APART, extract=chosen, rasters=("probability",)))
    assert report.complete
    alone = tmp_path / "scene_probability.tif"
    geounet.extract(scene, ENSEMBLE, tmp_path / "scene.fgb", options=replace(chosen, probability=alone))
    assert (out / alone.name).read_bytes() == alone.read_bytes()
    with pytest.raises(OptionsError, match=r"belongs to a run with model .*buildings\+buildings"):
        batch(scene, "buildings", out, options=replace(APART, extract=chosen, rasters=("probability",)))


def test_the_address_of_an_ensemble_has_whole_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").symlink_to(shipped()["buildings"], target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    start = Start.of("buildings+own", options=APART, place=None, ledger=None)  # type: ignore[arg-type]
    assert start.address == f"buildings+{(tmp_path / 'own').resolve()}"
    assert (start.card.name, start.digest) == ("buildings+buildings", card_and_digest(start.address)[1])
    assert load_model(start.address, device="cpu").digest == start.digest
