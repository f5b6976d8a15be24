"""The run itself: scenes, task and Lightning's Trainer put together."""

import logging
import sys
from collections.abc import Sequence

from torch import Tensor

from geounet.errors import OutputError
from geounet.progress import Progress
from geounet.training.augmentation.preview import draw_sheet
from geounet.training.config import TrainConfig
from geounet.training.fitting import checkpoint
from geounet.training.fitting.agreement import require_same, require_same_data
from geounet.training.fitting.checkpoint import Checkpoint
from geounet.training.fitting.devices import companions, rank
from geounet.training.fitting.ending import clear_ended, end, ended
from geounet.training.fitting.feeding import balanced_classes, crop_batches
from geounet.training.fitting.keeper import Keeper, checkpoint_folder
from geounet.training.fitting.occupied import occupied
from geounet.training.fitting.start import first_weights
from geounet.training.fitting.state import digest, restore
from geounet.training.fitting.steps import Steps
from geounet.training.fitting.task import SegmentationTask
from geounet.training.fitting.trainer import make_trainer, run_trainer
from geounet.training.libraries import seed_everything
from geounet.training.report import TrainReport
from geounet.training.reporting.run_folder import AUGMENTATION, DATA, begin
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.reading import training_scenes, validation_scenes
from geounet.training.scenes.scene import LabelledScene
from geounet.training.scenes.split import split_record

_log = logging.getLogger(__name__)

SAMPLES = 16
"""Augmented samples on the sheet in the run's folder."""

Resumed = tuple[Checkpoint, dict[str, Tensor]]


def fit(config: TrainConfig, *, progress: Progress | None, resume: bool) -> TrainReport:
    """Train as the config says; the best weights so far are in `config.out` from the first validation on.

    With `resume` it goes on from the run's checkpoint, where there is one. Raises OutputError where the bundle exists and
    is not to be replaced, or another training is at work in the run's folder, and TrainingError where a checkpoint is
    damaged, or of another config or other data.
    """
    with occupied(config):
        resumed = _resumed(config) if resume else None
        if resumed is None and config.out.exists() and not config.overwrite and not rank():
            raise OutputError(
                f"bundle {config.out} exists; set out to another folder, or overwrite = true, or go on with --resume"
            )
        if resumed is not None and (report := ended(config)) is not None:
            return report
        with companions(config, resume=resume):
            return _fit(config, progress, resumed)


def _fit(config: TrainConfig, progress: Progress | None, resumed: Resumed | None) -> TrainReport:
    cache = SceneCache.of(config.data)
    training, validation = training_scenes(config, cache), validation_scenes(config, cache)
    seed_everything(config.seed, verbose=False)
    task = SegmentationTask(config, validation, class_weights=balanced_classes(config, training))
    if resumed is not None:
        restore(task, *resumed)
    else:
        first_weights(task.network, config)
    if resumed is None and not rank():
        clear_ended(config)
        checkpoint.clear(checkpoint_folder(config))
        folder = begin(config, split_record(config, training, validation))
        draw_sheet(config, training, path=folder / AUGMENTATION, count=SAMPLES, overwrite=True)
    if not task.finished:
        _run(task, training, keeper=Keeper(task, resumed), progress=progress)
    if rank():
        _log.info("device %d is done; its weights are %s", rank(), digest(task.network))
        sys.exit(0)  # the first process goes on alone
    return end(task, checkpoint_folder(config))


def _resumed(config: TrainConfig) -> Resumed | None:
    """The run's checkpoint, if it has one."""
    folder = checkpoint_folder(config)
    found = checkpoint.read(folder)
    if found is None:
        _log.info("no checkpoint in %s: the run begins anew", folder)
        return None
    require_same(config, found.config, checkpoint=folder)
    if not rank():
        require_same_data(config, config.run_folder / DATA)
    _log.info("goes on from step %s of %s", f"{found.step:,}", folder)
    return found, checkpoint.read_state(folder, found)


def _run(
    task: SegmentationTask, training: Sequence[LabelledScene], *, keeper: Keeper, progress: Progress | None
) -> None:
    """Fit the task, from the step that it stands at."""
    steps = task.config.optimizer.steps - task.step
    trainer = make_trainer(task.config, [keeper, Steps(task, progress)], steps=steps)
    run_trainer(trainer, task, crop_batches(task, training, trainer), scenes=len(task.validation))
