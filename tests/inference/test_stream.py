"""Many scenes in one stream: the bytes of each alone, batches filled across them, and one that fails alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.io import DatasetReader

import geounet
from geounet.errors import ModelError, SceneError
from geounet.inference.plan import Plan
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.extraction import write_extraction
from geounet.pipeline.labelling import Labelled
from geounet.pipeline.many import Failure, ManyOptions, SceneRequest, each_made, many_scenes
from geounet.results import Extraction

SIZES = [(20, 20), (50, 33), (16, 16), (9, 70), (20, 20)]


@contextmanager
def opened(path: Path) -> Iterator[DatasetReader]:
    with rasterio.open(path) as dataset:
        yield dataset


def make(request: SceneRequest[Any], plan: Plan, strips: Iterator[Labelled]) -> Extraction:
    return write_extraction(plan, strips, options=request.options, outputs=request.outputs)


def requested(path: Path, out: Path, options: geounet.ExtractOptions) -> SceneRequest[Path]:
    outputs = Outputs(layer=out, overwrite=True)
    return SceneRequest(tag=path, open=lambda: opened(path), options=options, outputs=outputs)


def run(requests: Any, segmenter: Any, **options: Any) -> list[tuple[Path, Extraction | Failure]]:
    with many_scenes(requests, segmenter, options=ManyOptions(**options)) as scenes:
        return [(request.tag, made) for request, made in each_made(scenes, make)]


@pytest.fixture
def scenes(make_raster: Callable[..., Path]) -> list[Path]:
    rng = np.random.default_rng(5)
    return [
        make_raster(rng.random(size, np.float32), f"scene{number}.tif", valid=rng.random(size) > 0.1)
        for number, size in enumerate(SIZES)
    ]


@pytest.mark.parametrize(("across", "readers"), [(True, 1), (True, 3), (False, 2)])
def test_every_scene_comes_out_as_it_does_alone(
    scenes: list[Path], make_card: Any, two_classes: Any, tmp_path: Path, across: bool, readers: int
) -> None:
    options = geounet.ExtractOptions(batch_size=4)
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    alone = {}
    for path in scenes:
        out = tmp_path / "layer.fgb"
        geounet.extract(path, segmenter, out, options=replace(options, overwrite=True))
        alone[path] = out.read_bytes()
    calls_alone, segmenter.calls = segmenter.calls, 0
    for path in scenes:
        (tmp_path / path.stem).mkdir()
    requests = [requested(path, tmp_path / path.stem / "layer.fgb", options) for path in scenes]
    for path, made in run(requests, segmenter, across=across, readers=readers):
        assert isinstance(made, Extraction)
        assert made.out.read_bytes() == alone[path]
    assert segmenter.calls == calls_alone if not across else segmenter.calls < calls_alone


def test_batches_are_full_but_the_last(
    scenes: list[Path], make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    seen: list[int] = []

    def score(patches: Any) -> Any:
        seen.append(int(patches.any(axis=(1, 2, 3)).sum()))
        return patches[:, 0]

    options = geounet.ExtractOptions(batch_size=4)
    requests = [requested(path, tmp_path / f"{path.stem}.fgb", options) for path in scenes]
    run(requests, two_classes(make_card(), score))
    assert set(seen[:-1]) == {4}


def test_a_scene_that_cannot_be_opened_or_read_leaves_the_others_alone(
    scenes: list[Path], make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    scenes[0].write_bytes(scenes[0].read_bytes()[:300])
    whole = scenes[1].read_bytes()
    scenes[1].write_bytes(whole[: len(whole) // 2])
    scenes[3].unlink()
    options = geounet.ExtractOptions(batch_size=4)
    requests = [requested(path, tmp_path / f"{path.stem}.fgb", options) for path in scenes]
    made = dict(run(requests, two_classes(make_card(), lambda p: p[:, 0]), readers=2))
    failed = [path for path, result in made.items() if isinstance(result, Failure)]
    assert failed == [scenes[0], scenes[1], scenes[3]]
    assert isinstance(made[scenes[1]].error, SceneError)
    assert sorted(path.name for path in tmp_path.glob("*.fgb")) == ["scene2.fgb", "scene4.fgb"]


def test_an_output_that_cannot_be_written_leaves_the_others_alone(
    scenes: list[Path], make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    def make_or_fail(request: Any, plan: Plan, strips: Iterator[Labelled]) -> Extraction:
        if request.tag == scenes[1]:
            next(strips)
            raise ValueError("no")
        return make(request, plan, strips)

    options = geounet.ExtractOptions()
    requests = [requested(path, tmp_path / f"{path.stem}.fgb", options) for path in scenes]
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    with many_scenes(requests, segmenter, options=ManyOptions()) as stream:
        made = [result for _, result in each_made(stream, make_or_fail)]
    assert [isinstance(result, Failure) for result in made] == [False, True, False, False, False]
    assert [path.exists() for path in (tmp_path / "scene1.fgb", tmp_path / "scene4.fgb")] == [False, True]


def test_a_model_that_fails_ends_the_stream_and_leaves_no_thread_and_no_file(
    scenes: list[Path], make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    def score(patches: Any) -> Any:
        if segmenter.calls > 3:
            raise RuntimeError("kernel")
        return patches[:, 0]

    options = geounet.ExtractOptions()
    requests = [requested(path, tmp_path / f"{path.stem}.fgb", options) for path in scenes]
    segmenter = two_classes(make_card(), score)
    with pytest.raises(ModelError, match="kernel"):
        run(requests, segmenter)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".tif"] == ["scene0.fgb"] or not list(
        tmp_path.glob("*.fgb")
    )
    assert not list(tmp_path.glob(".geounet-*"))


def test_requests_are_taken_only_a_few_ahead(
    scenes: list[Path], make_card: Any, two_classes: Any, tmp_path: Path
) -> None:
    taken: list[int] = []
    options = geounet.ExtractOptions()

    def requests() -> Iterator[SceneRequest[Path]]:
        for number in range(40):
            taken.append(number)
            yield requested(scenes[0], tmp_path / f"{number}.fgb", options)

    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    with many_scenes(requests(), segmenter, options=ManyOptions(readers=2, batch_pixels=256)) as stream:
        for done, _ in enumerate(each_made(stream, make)):
            assert len(taken) <= done + 14
