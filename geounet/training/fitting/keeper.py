"""What a run writes at each validation: kept weights, checkpoint, metrics, and the bundle of the best."""

import logging
from pathlib import Path
from typing import Any

from torch import Tensor

from geounet.training.config import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.fitting import checkpoint
from geounet.training.fitting.checkpoint import Checkpoint
from geounet.training.fitting.state import restore_optimizer, tensors_of
from geounet.training.fitting.task import SegmentationTask
from geounet.training.libraries import Callback
from geounet.training.reporting.export import keep
from geounet.training.validation.history import Validation, ranked, write_metrics
from geounet.training.validation.verdict import Verdict

METRICS = "metrics.csv"

_log = logging.getLogger(__name__)


class Keeper(Callback):
    """Writes a run down at each validation, on the first device alone; gives the optimizer its memory back."""

    def __init__(self, task: SegmentationTask, resumed: tuple[Checkpoint, dict[str, Tensor]] | None) -> None:
        self.task, self.resumed = task, resumed

    def on_train_start(self, *_: Any) -> None:  # noqa: ANN401 (Lightning's arguments)
        """Go on with the checkpoint's optimizer; a run that starts from a model judges that first, on every device."""
        if self.resumed is None:
            self._judge_start()
            return
        written, tensors = self.resumed
        restore_optimizer(self.task, tensors)
        self.task.trainer.precision_plugin.load_state_dict(dict(written.scaler))
        self.resumed = None

    def _judge_start(self) -> None:
        task = self.task
        if not task.config.start or task.history:
            return
        task.judge_start()
        self.on_validation_end()
        if task.trainer.is_global_zero:
            _log.info("step 0: IoU %.3f, of the model that the run starts from", task.history[0].iou)

    def on_validation_end(self, *_: Any) -> None:  # noqa: ANN401
        """Write the checkpoint, then the bundle: killed in between, the run writes the bundle when it goes on."""
        task, config = self.task, self.task.config
        if not task.trainer.is_global_zero:
            return
        folder = checkpoint_folder(config)
        kept = tuple(one.step for one in ranked(task.history)[: config.optimizer.soup])
        if task.step in kept:
            checkpoint.write_weights(folder, task.step, task.validated.state_dict())
        written = Checkpoint(
            config=to_toml(config),
            step=task.step,
            seconds=task.seconds,
            history=tuple(task.history),
            kept=kept,
            swa_from=task.average.swa_from if task.average is not None else None,
            scaler=task.trainer.precision_plugin.state_dict(),
        )
        checkpoint.write(folder, written, tensors_of(task))
        write_metrics(task.history, config.run_folder / METRICS)
        if kept[0] == task.step:
            keep(task.validated, config, verdict_of(task.history[-1]), task.step)


def checkpoint_folder(config: TrainConfig) -> Path:
    """Where a run's checkpoint lies."""
    return config.run_folder / "checkpoint"


def verdict_of(one: Validation) -> Verdict:
    """What a validation found, as it was judged."""
    names: Any = Verdict.__slots__
    return Verdict(**{name: getattr(one, name) for name in names})
