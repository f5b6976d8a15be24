"""A run's progress as a person sees it: a bar of steps, the loss and the last IoU beside it."""

import logging
from collections.abc import Callable
from typing import Any

from geounet.progress import Progress, ProgressBar
from geounet.training.fitting.task import SegmentationTask
from geounet.training.libraries import Callback
from geounet.training.validation.history import ranked

_log = logging.getLogger(__name__)

_SHOWN_EVERY = 20
"""Steps between two looks at the loss: each waits for the device."""


class Steps(Callback):
    """Moves a progress bar on by a step; a bar that can say something (tqdm's can) says loss and IoU, else the log does."""

    def __init__(self, task: SegmentationTask, progress: Progress | None) -> None:
        self.task, self.progress = task, progress
        self.bar: ProgressBar | None = None
        self.seen = 0
        self.says: Callable[[str], object] | None = None

    def on_train_start(self, *_: Any) -> None:  # noqa: ANN401 (Lightning's arguments)
        """Make the bar, as far as a resumed run is."""
        if self.progress is not None:
            self.bar = self.progress(total=self.task.config.optimizer.steps, desc="training", unit="step")
            self.says = getattr(self.bar, "set_postfix_str", None)
            self._move(self.task.step)

    def on_train_batch_end(self, *arguments: Any) -> None:  # noqa: ANN401
        """A batch is done, and perhaps a step; the task counts it after this."""
        task, number = self.task, arguments[-1]
        if (number + 1) % task.config.optimizer.accumulate:
            return
        self._move(task.step + 1)
        if self.says is not None and task.step % _SHOWN_EVERY == 0:
            total, count = task.losses.tolist()
            iou = f", IoU {task.history[-1].iou:.3f}" if task.history else ""
            self.says(f"loss {total / max(1, count):.3f}{iou}")

    def on_validation_end(self, *_: Any) -> None:  # noqa: ANN401
        """Say what was found, where the bar does not."""
        task = self.task
        if self.says is None and task.trainer.is_global_zero:
            last, best = task.history[-1], ranked(task.history)[0]
            places = ", ".join(f"{name} {iou:.3f}" for name, iou in last.by_place.items())
            which = "the best" if best.step == last.step else f"best {best.iou:.3f} at step {best.step:,}"
            _log.info(
                "step %s: loss %.3f, IoU %.3f (%s), %s", f"{last.step:,}", last.loss, last.iou, places, which
            )

    def on_train_end(self, *_: Any) -> None:  # noqa: ANN401
        """All are done."""
        self._close()

    def on_exception(self, *_: Any) -> None:  # noqa: ANN401
        """No more will be done."""
        self._close()

    def _move(self, step: int) -> None:
        if self.bar is not None and step > self.seen:
            done, self.seen = step - self.seen, step
            self.bar.update(done)

    def _close(self) -> None:
        if self.bar is not None:
            self.bar.close()
