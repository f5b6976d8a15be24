import csv
from statistics import mean, stdev

import pytest

from geounet.errors import OutputError, TrainingError
from geounet.training import TrainConfig, cross_validate, cross_validation, repeat
from geounet.training.report import TrainReport


@pytest.fixture
def runs(monkeypatch):
    """Runs that are not run: what each was told, and a figure that follows from it."""
    told = []

    def train(config, *, progress, resume):
        told.append((config, resume))
        iou = 0.5 + 0.1 * len(told)
        return TrainReport(
            bundle=config.out, metrics={f"place{len(told) % 2}": iou, "mean": iou}, threshold=0.5, steps=9,
            best_step=len(told), seconds=1.0, run_folder=config.run,
        )  # fmt: skip

    monkeypatch.setattr(cross_validation, "train", train)
    return told


def rows(path) -> dict[str, dict[str, str]]:
    with path.open(newline="") as file:
        return {row["run"]: row for row in csv.DictReader(file)}


def test_folds_have_folders_and_a_table_of_their_own(tables, runs):
    config = TrainConfig.from_dict(tables)
    found = cross_validate(tables, folds=2)
    assert [one.run for one, _ in runs] == [config.run_folder / "fold-1", config.run_folder / "fold-2"]
    assert [one.out for one, _ in runs] == [config.run_folder / f"fold-{n}" / "model" for n in (1, 2)]
    held = [scene.scene.name for one, _ in runs for scene in one.data.validation]
    assert sorted(held) == ["here.tif", "there.tif"]
    ious = [0.6, 0.7]
    assert (found.mean, found.deviation) == (pytest.approx(mean(ious)), pytest.approx(stdev(ious)))
    table = rows(found.table)
    assert list(table) == ["fold-1", "fold-2", "mean", "deviation"]
    assert float(table["mean"]["mean"]) == pytest.approx(0.65)
    assert float(table["deviation"]["mean"]) == pytest.approx(stdev(ious))
    assert table["mean"]["place0"] == ""  # known of one fold alone


def test_seeds_count_on(tables, runs):
    found = repeat(tables, seeds=3)
    assert [one.seed for one, _ in runs] == [3, 4, 5]
    assert list(rows(found.table)) == ["seed-3", "seed-4", "seed-5", "mean", "deviation"]
    assert found.table.name == "seeds.csv"


def test_a_bundle_that_is_there_is_kept_before_anything_runs(tables, runs):
    config = TrainConfig.from_dict(tables)
    (config.run_folder / "seed-4" / "model").mkdir(parents=True)
    with pytest.raises(OutputError, match="resume"):
        repeat(tables, seeds=2)
    assert not runs
    repeat(tables, seeds=2, resume=True)
    assert all(resume for _, resume in runs)


@pytest.mark.parametrize("several", [cross_validate, repeat])
def test_one_run_is_not_several(tables, several):
    with pytest.raises(TrainingError, match="expected 2 at least"):
        several(tables, 1)
