"""Lightning's Trainer, told what a config says."""

import logging
import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.data import DataLoader

from geounet.models.engines.devices import choose_device, choose_precision
from geounet.training.config import TrainConfig
from geounet.training.fitting.loggers import make_logger
from geounet.training.libraries import Callback, LightningEnvironment, LightningModule, Trainer

_log = logging.getLogger(__name__)


def make_trainer(config: TrainConfig, callbacks: Sequence[Callback], *, steps: int, **more: Any) -> Trainer:  # noqa: ANN401
    """A Trainer for so many steps; `more` is the Trainer's own."""
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    o = config.optimizer
    told: dict[str, Any] = {
        "accelerator": config.device,
        "devices": config.devices,
        "strategy": _strategy(config),
        "plugins": [LightningEnvironment()] if config.devices > 1 else None,
        "precision": precision(config),
        "deterministic": config.deterministic,
        "max_steps": steps,
        "accumulate_grad_batches": o.accumulate,
        "gradient_clip_val": o.clip or None,
        "val_check_interval": min(config.validate_every, steps) * o.accumulate,
        "check_val_every_n_epoch": None,
        "num_sanity_val_steps": 0,
        "logger": make_logger(config),
        "callbacks": list(callbacks),
        "use_distributed_sampler": False,
        "enable_progress_bar": False,
        "enable_checkpointing": False,
        "enable_model_summary": False,
    }
    return Trainer(**told | more)


def run_trainer(trainer: Trainer, task: LightningModule, batches: DataLoader[Any], *, scenes: int) -> None:
    """Fit a task; `scenes` is how many it is validated on.

    An interrupt is KeyboardInterrupt, as everywhere: Lightning ends the process in its stead.
    """
    numbers: DataLoader[Any] = DataLoader(torch.arange(scenes))  # type: ignore[arg-type]  # a tensor has items and a length
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*does not have many workers.*")  # crops are slices of memory
            warnings.filterwarnings("ignore", ".*treespec.*")  # Lightning's own use of torch
            trainer.fit(task, batches, numbers)
    except SystemExit as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    finally:
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()


def precision(config: TrainConfig) -> Any:  # noqa: ANN401 (Lightning's own union of names)
    """Lightning's precision: bfloat16 where the device has it in hardware, else float32 (on a CPU without, it crawls).

    Networks of volumes are trained in float32 on a CPU: in bfloat16, oneDNN's gradient of a 3 × 3 × 3 kernel over two
    dates is partly memory that nothing was written to (3.12 in torch 2.13, `jit_bf16:avx512_core_bf16`).
    """
    asked = config.optimizer.precision
    if asked != "auto":
        return asked
    device = device_of(config)
    if choose_precision("auto", device) is not torch.bfloat16:
        return "32-true"
    if device.type == "cpu" and config.card.axes is not None:
        _log.info("a network of volumes is trained in float32 on a CPU: its gradients in bfloat16 are wrong")
        return "32-true"
    return "bf16-mixed"


def device_of(config: TrainConfig) -> torch.device:
    """The device that Lightning's name stands for; the first of several."""
    return choose_device("cuda" if config.device == "gpu" else config.device)


def _strategy(config: TrainConfig) -> str:
    """One process a device. Not every weight has a gradient: of a frozen encoder, or in stages that a U-Net leaves out."""
    return "auto" if config.devices == 1 else "ddp_find_unused_parameters_true"
