"""The run itself: scenes, task and Lightning's Trainer put together."""

import logging
import time
import warnings
from typing import Any

import torch
from torch.utils.data import DataLoader

from geounet.errors import OutputError, TrainingError
from geounet.models.engines.devices import choose_device, choose_precision
from geounet.progress import Progress
from geounet.training.config import TrainConfig
from geounet.training.fitting.task import SegmentationTask
from geounet.training.libraries import Callback, CSVLogger, Trainer, seed_everything
from geounet.training.report import TrainReport
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.scene import training_scenes, validation_scenes


def fit(config: TrainConfig, progress: Progress | None) -> TrainReport:
    """Train as the config says; the best weights so far are in `config.out` from the first validation on."""
    started = time.monotonic()
    if config.out.exists() and not config.overwrite:
        raise OutputError(f"bundle {config.out} exists; set out to another folder, or overwrite = true")
    seed_everything(config.seed, verbose=False)
    validation = validation_scenes(config)
    task = SegmentationTask(config, validation)
    training: DataLoader[Any] = DataLoader(
        Crops(training_scenes(config), config), batch_size=config.optimizer.batch
    )
    steps = _run(task, training, progress)
    best = task.best
    if best is None:
        raise TrainingError(f"training ended at step {steps} before a validation; lower validate_every")
    metrics = dict(best.by_place) | {"mean": best.iou}
    return TrainReport(config.out, metrics, best.threshold, steps, best.step, time.monotonic() - started)


def _run(task: SegmentationTask, training: DataLoader[Any], progress: Progress | None) -> int:
    """Fit the task; returns the number of steps."""
    trainer = _trainer(task.config, [Steps(progress, task.config.optimizer.steps)] if progress else [])
    scenes: DataLoader[Any] = DataLoader(torch.arange(len(task.validation)))  # type: ignore[arg-type]  # indices
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*does not have many workers.*")  # crops are slices of memory
            warnings.filterwarnings("ignore", ".*treespec.*")  # Lightning's own use of torch
            trainer.fit(task, training, scenes)
    except SystemExit as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None  # Lightning ends the process in its stead
        raise
    return int(trainer.global_step)


def _trainer(config: TrainConfig, callbacks: list[Callback]) -> Trainer:
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    steps = config.optimizer.steps
    return Trainer(
        accelerator=config.device,
        devices=1,
        precision=precision(config),
        max_steps=steps,
        gradient_clip_val=config.optimizer.clip or None,
        val_check_interval=min(config.validate_every, steps),
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        logger=CSVLogger(config.out.parent, name=f"{config.out.name}-log"),
        log_every_n_steps=min(20, steps),
        callbacks=callbacks,
        enable_progress_bar=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )


class Steps(Callback):
    """Moves a progress bar on by a step."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.bar = progress(total=total, desc="training", unit="step")

    def on_train_batch_end(self, *_: Any) -> None:  # noqa: ANN401 (Lightning's arguments)
        """One step is done."""
        self.bar.update(1)

    def on_train_end(self, *_: Any) -> None:  # noqa: ANN401
        """All are done."""
        self.bar.close()

    def on_exception(self, *_: Any) -> None:  # noqa: ANN401
        """No more will be done."""
        self.bar.close()


def precision(config: TrainConfig) -> Any:  # noqa: ANN401 (Lightning's own union of names)
    """Lightning's precision: bfloat16 where the device has it in hardware, else float32 (on a CPU without, it crawls)."""
    asked = config.optimizer.precision
    if asked != "auto":
        return asked
    device = choose_device("cuda" if config.device == "gpu" else config.device)
    return "bf16-mixed" if choose_precision("auto", device) is torch.bfloat16 else "32-true"
