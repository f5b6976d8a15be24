from types import SimpleNamespace

import torch

from geounet.training.fitting.steps import Steps
from geounet.training.validation.history import Validation

FOUND = Validation(
    step=20,
    loss=0.5,
    rate=1e-3,
    seconds=1.0,
    threshold=0.5,
    iou=0.7,
    nll=0.1,
    by_place={"a": 0.7},
    by_class={},
)


class Bar:
    done = 0

    def update(self, n):
        self.done += n

    def close(self):
        self.closed = True


class SpeakingBar(Bar):
    said = ""

    def set_postfix_str(self, text):
        self.said = text


def run(bar, *, accumulate: int = 1, first: int = 0, steps: int = 30) -> None:
    """Steps from `first` on, with a validation after the twentieth."""
    task = SimpleNamespace(
        config=SimpleNamespace(optimizer=SimpleNamespace(steps=steps, accumulate=accumulate)),
        step=first, history=[], losses=torch.tensor([3.0, 4.0]), trainer=SimpleNamespace(is_global_zero=True),
    )  # fmt: skip
    shown = Steps(task, lambda **_: bar)
    shown.on_train_start()
    for number in range((steps - first) * accumulate):
        shown.on_train_batch_end(None, None, None, None, number)
        if (number + 1) % accumulate == 0:
            task.step += 1
            if task.step == 20:
                task.history.append(FOUND)
                shown.on_validation_end()
    shown.on_train_end()


def test_a_bar_counts_steps_not_batches():
    bar = Bar()
    run(bar, accumulate=3)
    assert (bar.done, bar.closed) == (30, True)


def test_a_run_that_goes_on_has_the_earlier_steps_done():
    bar = Bar()
    run(bar, first=12)
    assert bar.done == 30


def test_a_bar_that_can_say_something_says_loss_and_iou(caplog):
    bar = SpeakingBar()
    with caplog.at_level("INFO", logger="geounet.training"):
        run(bar)
    assert bar.said == "loss 0.750, IoU 0.700"
    assert not caplog.text


def test_where_it_cannot_the_log_says_it(caplog):
    with caplog.at_level("INFO", logger="geounet.training"):
        run(Bar())
    assert "step 20: loss 0.500, IoU 0.700 (a 0.700), the best" in caplog.text
