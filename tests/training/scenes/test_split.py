"""No place is both trained on and judged by."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geounet.errors import TrainingError
from geounet.training import TrainConfig
from geounet.training.config.data import DataConfig, SceneConfig, SplitConfig
from geounet.training.scenes import split as split_module
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.split import kept_blocks, lattice, only, without

SHARES = (0.05, 0.1, 0.2, 0.25, 1 / 3, 0.5, 0.7, 0.95)
splits = st.builds(
    SplitConfig,
    share=st.sampled_from(SHARES),
    block_m=st.sampled_from((None, 3.0, 7.5, 20.0)),
    seed=st.integers(0, 5),
)
sizes = st.lists(st.tuples(st.integers(1, 70), st.integers(1, 70)), min_size=1, max_size=4)
seeds = st.integers(0, 10_000)


def data_of(split: SplitConfig) -> DataConfig:
    return DataConfig(train=(SceneConfig(scene=Path("a"), labels=Path("b")),), crop=8, split=split)


def labels_of(shape, seed):
    """Objects in some corners, nodata in others."""
    random = np.random.default_rng([seed, *shape])
    labels = (random.random(shape) < 0.01).astype(np.uint8)
    labels[random.random(shape) < 0.02] = 2
    labels[: shape[0] // 3, : shape[1] // 2] = 0
    labels[:, shape[1] - shape[1] // 5 :] = IGNORED
    return labels


def inside(blocks):
    mask = np.zeros(blocks.shape, np.bool_)
    for w in blocks.windows:
        mask[w.row : w.row_stop, w.col : w.col_stop] = True
    return mask


def is_labelled(labels):
    return (labels != 0) & (labels != IGNORED)


@settings(max_examples=60, deadline=None)
@given(shape=st.tuples(st.integers(1, 120), st.integers(1, 120)), side=st.integers(3, 90))
def test_blocks_partition_a_scene_and_are_about_as_large_as_asked(shape, side):
    times = np.zeros(shape, int)
    for block in lattice(shape, side=side):
        times[block.row : block.row_stop, block.col : block.col_stop] += 1
        for length, whole in ((block.height, shape[0]), (block.width, shape[1])):
            assert length <= 1.5 * side + 1
            assert length >= min(whole, side / 1.5 - 1)
    assert (times == 1).all()


@settings(max_examples=60, deadline=None)
@given(sizes=sizes, split=splits, seed=seeds)
def test_each_labelled_block_is_on_one_side_and_the_share_is_honoured_to_one(make_scene, sizes, split, seed):
    scenes = [make_scene(labels_of(shape, seed), name=str(n)) for n, shape in enumerate(sizes)]
    data = data_of(split)
    side = round((split.block_m or 4 * 8 * 0.5) / 0.5)
    labelled = [
        [
            b
            for b in lattice(s.levels[0].shape, side=side)
            if is_labelled(s.levels[0].labels[b.row : b.row_stop, b.col : b.col_stop]).any()
        ]
        for s in scenes
    ]
    total = sum(map(len, labelled))
    if total < 2:
        with pytest.raises(TrainingError, match=r"list \[\[data.validation\]\]"):
            kept_blocks(scenes, data)
        return
    kept = kept_blocks(scenes, data)
    assert kept == kept_blocks(scenes, data)
    for blocks, known in zip(kept, labelled, strict=True):
        assert set(blocks.windows) <= set(known)
        assert abs(len(blocks.windows) - split.share * len(known)) <= 1
    count = sum(len(blocks.windows) for blocks in kept)
    assert 0 < count < total
    assert abs(count - split.share * total) <= 1


@settings(max_examples=30, deadline=None)
@given(sizes=sizes, folds=st.integers(2, 7), seed=seeds)
def test_folds_keep_each_labelled_block_once(make_scene, sizes, folds, seed):
    scenes = [make_scene(labels_of(shape, seed)) for shape in sizes]
    split = SplitConfig(share=1 / folds, block_m=4.0, seed=seed)
    times = [np.zeros(s.levels[0].shape, int) for s in scenes]
    try:
        for fold in (*range(1, folds), 0):
            kept = kept_blocks(scenes, data_of(replace(split, fold=fold)))
            times = [count + inside(blocks) for count, blocks in zip(times, kept, strict=True)]
    except TrainingError:
        assert not any(count.any() for count in times), (
            "too few blocks are said at once, not after some folds"
        )
        return
    for count, scene in zip(times, scenes, strict=True):
        assert (count[is_labelled(scene.levels[0].labels)] == 1).all()
        assert count.max(initial=0) <= 1


def test_another_seed_keeps_other_blocks(make_scene):
    scene = make_scene(np.ones((80, 80)))
    kept = {
        kept_blocks([scene], data_of(SplitConfig(block_m=5.0, seed=seed)))[0].windows for seed in range(6)
    }
    assert len(kept) == 6


@pytest.fixture
def config(tables):
    tables["data"] |= {"crop": 16, "labelled": 0.5}
    tables["augment"] = {"scale": [0.5, 1.5], "elastic": 1.0}
    return TrainConfig.from_dict(tables)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return SceneCache(tmp_path_factory.mktemp("cache"), temporary=False)


BRIGHT, HEAVY = 65535, 2.0
"""What pixels of kept blocks are marked with."""


def marked(scene, blocks):
    """The scene at its own and two other GSDs, with every pixel that touches a kept block marked."""
    (level,) = scene.levels
    levels = []
    for shape in {level.shape, tuple(-(-n * 5 // 7) for n in level.shape), tuple(2 * n for n in level.shape)}:
        at = [np.minimum(np.arange(n) * m // n, m - 1) for n, m in zip(shape, level.shape, strict=True)]
        ends = [
            np.minimum(-(-np.arange(1, n + 1) * m // n) - 1, m - 1)
            for n, m in zip(shape, level.shape, strict=True)
        ]
        mask = inside(blocks)
        here = np.zeros(shape, np.bool_)
        for rows in (at[0], ends[0]):
            for cols in (at[1], ends[1]):
                here |= mask[np.ix_(rows, cols)]
        labels = level.labels[np.ix_(at[0], at[1])].copy()
        labels[here & (labels == 0)] = 1
        rows, cols = np.nonzero(is_labelled(labels))
        weights = np.where(labels == IGNORED, 0, np.where(here, HEAVY, 1)).astype(np.float32)
        image = np.where(here, BRIGHT, 1000).astype(np.uint16)[None]
        gsd = level.gsd_m * level.shape[0] / shape[0]
        levels.append(
            type(level)(gsd, image, labels, weights, np.stack([rows, cols], 1) + 0.5, labels[rows, cols])
        )
    return replace(scene, levels=tuple(levels))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=sizes, split=splits, seed=seeds, wanted=st.integers(0, 1000))
def test_no_crop_holds_anything_of_a_kept_block(make_scene, config, cache, sizes, split, seed, wanted):
    scenes = [make_scene(labels_of(shape, seed), name=str(n)) for n, shape in enumerate(sizes)]
    try:
        kept = kept_blocks(scenes, data_of(split))
    except TrainingError:
        return
    divided = [without(marked(s, b), b, cache) for s, b in zip(scenes, kept, strict=True)]
    for scene, blocks in zip(divided, kept, strict=True):
        for level in scene.levels:
            assert not (level.weights == HEAVY).any()
            assert (level.labels[level.weights == 0] == IGNORED).all()
            rows, cols = level.centres.astype(int).T
            assert (level.labels[rows, cols] != IGNORED).all()
        assert scene.blocks == blocks
    crops = Crops(divided, config)
    for crop in (crops[wanted + n] for n in range(6)):
        assert not (crop["image"] == 1).any()
        assert not (crop["weights"] == HEAVY).any()
        assert (crop["labels"][crop["weights"] == 0] == IGNORED).all()
        assert (crop["weights"] > 0).any()


def test_validation_counts_kept_blocks_alone_and_sees_what_lies_round_them(make_scene, cache):
    scene = make_scene(labels_of((60, 50), 4))
    (blocks,) = kept_blocks([scene], data_of(SplitConfig(share=0.3, block_m=5.0)))
    (level,) = only(scene, blocks, cache).levels
    (whole,) = scene.levels
    kept = inside(blocks)
    assert 0 < kept.sum() < kept.size
    np.testing.assert_array_equal(level.labels[kept], whole.labels[kept])
    assert (level.labels[~kept] == IGNORED).all()
    np.testing.assert_array_equal(level.weights, whole.weights)
    np.testing.assert_array_equal(level.image, whole.image)


def test_what_lies_on_disk_is_divided_on_disk(make_scene, tmp_path, monkeypatch):
    scene = make_scene(labels_of((60, 50), 9))
    maps = {}
    for name in ("labels", "weights"):
        np.save(tmp_path / f"{name}.npy", getattr(scene.levels[0], name))
        maps[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    mapped = replace(scene.levels[0], **maps)
    monkeypatch.setattr(split_module, "STRIP_ROWS", 7)
    (blocks,) = kept_blocks([scene], data_of(SplitConfig(share=0.3, block_m=5.0)))
    cache = SceneCache(tmp_path, temporary=False)
    for divide in (without, only):
        (found,) = divide(replace(scene, levels=(mapped,)), blocks, cache).levels
        (expected,) = divide(scene, blocks, cache).levels
        assert isinstance(found.labels, np.memmap)
        assert isinstance(found.weights, np.memmap)
        np.testing.assert_array_equal(found.labels, expected.labels)
        np.testing.assert_array_equal(found.weights, expected.weights)
        np.testing.assert_array_equal(found.centres, expected.centres)
