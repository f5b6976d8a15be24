import csv
import dataclasses

import torch
from hypothesis import given
from hypothesis import strategies as st

from geounet.training.validation.history import Validation, at_start, halvings, ranked, stale, write_metrics

IOUS = st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), min_size=1, max_size=20)


def history(ious) -> list[Validation]:
    return [
        Validation(
            step=10 * n, loss=1.0, rate=1e-3, seconds=float(n), threshold=0.5, iou=iou, nll=0.2,
            by_place={"a": iou, "b": iou}, by_class={"building": iou},
        )
        for n, iou in enumerate(ious, start=1)
    ]  # fmt: skip


@given(IOUS)
def test_a_plateau_is_torchs(ious):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    # torch reduces when more than `patience` have passed without gain.
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode="max", factor=0.5, patience=1, threshold=0, threshold_mode="abs", eps=0
    )
    for iou in ious:
        scheduler.step(iou)
    assert 0.5 ** halvings(history(ious)) == optimizer.param_groups[0]["lr"]


@given(IOUS)
def test_the_best_comes_first_and_patience_counts_from_it(ious):
    found = ranked(history(ious))
    assert [one.iou for one in found] == sorted(ious, reverse=True)
    assert found[0].step == 10 * (ious.index(max(ious)) + 1)
    assert stale(history(ious)) == len(ious) - 1 - ious.index(max(ious))


def test_before_the_first_validation_nothing_is_stale():
    assert stale([]) == halvings([]) == 0


def test_metrics_are_a_row_a_validation(tmp_path):
    path = tmp_path / "metrics.csv"
    write_metrics(history([0.1]), path)
    write_metrics(history([0.1, 0.3]), path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["iou"]) for row in rows] == [0.1, 0.3]
    assert [int(row["step"]) for row in rows] == [10, 20]
    assert rows[1]["iou/b"] == rows[1]["iou/building"] == "0.3"


def test_before_the_first_step_there_is_no_loss(tmp_path):
    first = dataclasses.replace(history([0.5])[0], step=0, loss=None)
    later = history([0.4])
    write_metrics([first, *later], tmp_path / "metrics.csv")
    with (tmp_path / "metrics.csv").open(newline="") as file:
        assert [(row["step"], row["loss"]) for row in csv.DictReader(file)] == [("0", ""), ("10", "1.0")]
    assert at_start([first, *later]) == first
    assert at_start(later) is at_start([]) is None
