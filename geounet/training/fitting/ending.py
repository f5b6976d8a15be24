"""How a run ends: its weights chosen, the bundle and the report written, and what there is to say of them."""

import json
import logging
from pathlib import Path

import torch
from torch import nn

from geounet.errors import TrainingError
from geounet.models.networks import build
from geounet.training.config import TrainConfig
from geounet.training.durable import write_durably
from geounet.training.fitting.checkpoint import read_step_weights
from geounet.training.fitting.soup import mean_weights
from geounet.training.fitting.task import SegmentationTask
from geounet.training.fitting.trainer import device_of
from geounet.training.report import TrainReport
from geounet.training.reporting.advice import start_advice
from geounet.training.reporting.conclude import conclude
from geounet.training.validation.history import Validation, ranked
from geounet.training.validation.judge import judge
from geounet.training.validation.verdict import verdict

ENDED = "ended.json"
"""What the run came to, in its folder: a run that goes on after its end gives it again."""

_log = logging.getLogger(__name__)


def end(task: SegmentationTask, folder: Path) -> TrainReport:
    """Choose the weights of a run that is over, write what is kept of it, and report."""
    config = task.config
    if not task.history:
        raise TrainingError(
            f"training ended at step {task.step} before a validation; lower validate_every ({config.validate_every})"
        )
    best = ranked(task.history)[0]
    network, step = _chosen(task, folder, best)
    found = conclude(network, config, task.validation, step=step, history=task.history)
    for words in start_advice(found.verdict, task.history, step=step):
        _log.warning("%s", words)
    report = TrainReport(
        bundle=config.out,
        metrics=dict(found.verdict.by_place) | {"mean": found.verdict.iou},
        threshold=found.verdict.threshold,
        temperature=found.calibration.temperature,
        steps=task.step,
        best_step=step,
        seconds=task.seconds,
        run_folder=config.run_folder,
        report=found.report,
        start_iou=found.start_iou,
    )
    write_durably(config.run_folder / ENDED, json.dumps(report.to_dict(), indent=2).encode())
    return report


def ended(config: TrainConfig) -> TrainReport | None:
    """What a run came to that is over already; None where it is not, or its bundle is gone."""
    path = config.run_folder / ENDED
    if not path.is_file() or not config.out.is_dir():
        return None
    return TrainReport.from_dict(json.loads(path.read_text(encoding="utf-8")))


def clear_ended(config: TrainConfig) -> None:
    """Forget what an earlier run in the same folder came to."""
    (config.run_folder / ENDED).unlink(missing_ok=True)


def _chosen(task: SegmentationTask, folder: Path, best: Validation) -> tuple[nn.Module, int]:
    """The network with its best weights, or with the mean of the best few where that is better; and their step.

    Of a mean that the starting weights lead it is that of the best that the run made.
    """
    network = build(task.config.card).requires_grad_(requires_grad=False).eval()
    network.to(device_of(task.config), memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
    members = [one.step for one in ranked(task.history)[: task.config.optimizer.soup]]
    states = [read_step_weights(folder, step) for step in members]
    network.load_state_dict(states[0])
    if len(states) > 1:
        network.load_state_dict(mean_weights(states))
        judged = [judge(network, scene, task.config.card) for scene in task.validation]
        iou = verdict(judged, task.config.card, task.config.threshold).iou
        taken = iou > best.iou
        _log.info(
            "mean of the weights of steps %s: IoU %.3f, the best alone %.3f: %s",
            ", ".join(f"{step:,}" for step in sorted(members)), iou, best.iou, "taken" if taken else "left",
        )  # fmt: skip
        if taken:
            return network, best.step or members[1]
        network.load_state_dict(states[0])
    return network, best.step
