"""`geounet train`: scenes and labels become a model's bundle."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter
from geounet.cli.results import as_json

HELP = "a model from scenes and labels"
USAGE = "CONFIG.toml [-o FOLDER] [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("config", metavar="CONFIG.toml", type=Path, help="what is trained on, and how")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FOLDER", help="the bundle's folder; the config's own otherwise"
    )
    parser.add_argument(
        "--device", metavar="DEVICE", help="auto, cpu, gpu or mps; the config's own otherwise"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the run's seed; the config's own otherwise")
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle that exists")
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Train, and say how good the model is."""
    from geounet.training import TrainConfig, train

    chosen = {
        name: getattr(args, name) for name in ("out", "device", "seed") if getattr(args, name) is not None
    }
    config = TrainConfig.from_toml(args.config)
    overwrite = args.overwrite or config.overwrite
    config = dataclasses.replace(config, overwrite=overwrite, **chosen)
    trained = train(config, progress=report.progress)
    report.output(trained.bundle, "bundle")
    metrics = ", ".join(f"{name} {value:.3f}" for name, value in trained.metrics.items())
    report.log(
        f"{trained.bundle}: IoU {metrics} at threshold {trained.threshold:g}; "
        f"best of {trained.steps:,} steps is {trained.best_step:,}, {trained.seconds / 60:.1f} min"
    )
    return as_json(trained)
