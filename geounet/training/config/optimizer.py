"""How the weights move: the table `[optimizer]`."""

from dataclasses import dataclass

from geounet.errors import TrainingError
from geounet.training.config.checks import check_choice, check_finite, check_ranges

PLATEAU = 2
"""Validations without gain after which the schedule `plateau` halves the rate."""

SCHEDULES = ("cosine", "linear", "one-cycle", "constant", "plateau")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerConfig:
    """AdamW or SGD, its learning rate over the run, and what becomes of the weights on the way."""

    steps: int
    """Steps of the whole run."""
    batch: int = 8
    """Crops in a step, on each device."""
    accumulate: int = 1
    """Batches whose gradients are averaged into a step."""
    method: str = "adamw"
    """`adamw`, or `sgd` (Nesterov momentum 0.9)."""
    rate: float = 1e-3
    """Learning rate at its highest."""
    schedule: str = "cosine"
    """How the rate goes after the warm-up: `cosine` or `linear` to 0, `one-cycle` (Smith 2018: up for three tenths of the
    run, then down; it has no other warm-up), `constant`, or `plateau` (halved after two validations without gain)."""
    encoder_rate: float = 1.0
    """The encoder's learning rate, relative to the others': below 1 for a pretrained one."""
    freeze: int = 0
    """First steps in which the encoder stays as it is, its norms too: for fine-tuning."""
    warmup: int = 100
    """Steps in which the rate rises."""
    decay: float = 1e-2
    """Weight decay."""
    average: float = 0.0
    """Decay of the exponential moving average of the weights (EMA), which is what is validated and kept; 0 for none."""
    swa: float = 0.0
    """Share of the run, at its end, over which the weights are averaged equally (SWA, Izmailov et al. 2018), in the moving
    average's stead."""
    soup: int = 1
    """Best validated weights that are averaged into one at the end (Wortsman et al. 2022), where that is better."""
    patience: int = 0
    """Validations without gain after which the run ends; 0 for none."""
    clip: float = 1.0
    """Largest norm of the gradient; 0 for any."""
    max_minutes: float | None = None
    """Ends the run early: the rate then decays by the clock where that is ahead of the steps. Such a run cannot be repeated
    to the bit."""
    precision: str = "auto"
    """Lightning's name; `auto` takes bfloat16 where the device has it in hardware."""
    workers: int | None = None
    """Processes that cut crops; 0 for the training's own. None: 0 on a CPU, where a step takes all cores; for a GPU, which
    would wait, its share of the cores less one, 8 at most."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_choice(self, "schedule", SCHEDULES)
        check_choice(self, "method", ("adamw", "sgd"))
        check_ranges(
            self,
            average=(0, 1),
            swa=(0, 1),
            **dict.fromkeys(("steps", "batch", "accumulate", "soup"), (1, None)),
        )
        zero = ("encoder_rate", "freeze", "warmup", "decay", "clip", "patience")
        check_ranges(self, **dict.fromkeys(zero, (0, None)))
        if self.workers is not None:
            check_ranges(self, workers=(0, None))
        for name in ("rate", "max_minutes"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise TrainingError(f"optimizer.{name} is {value}; expected above 0")
