"""`geounet train`: scenes and labels become a model's bundle."""

import argparse
import dataclasses
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter
from geounet.cli.results import as_json
from geounet.errors import OptionsError

if TYPE_CHECKING:
    from geounet.training import TrainConfig, TrainReport
    from geounet.training.cross_validation import CrossValidation

HELP = "a model from scenes and labels"
USAGE = (
    "CONFIG.toml [-o FOLDER] [options]\n       geounet train --init CONFIG.toml SCENE… LABELS [--model NAME]"
)

_OVERRIDES = ("out", "device", "devices", "seed")
"""Arguments that stand in the place of the config's own values."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "config", metavar="CONFIG.toml", type=Path, nargs="?", help="what is trained on, and how"
    )
    _add_overrides(parser)
    instead = parser.add_argument_group("in the place of one run").add_mutually_exclusive_group()
    instead.add_argument(
        "--init", nargs="+", metavar=("CONFIG.toml", "FILE"),
        help="write a config for scenes and, last, their labels: its values are read from them",
    )  # fmt: skip
    instead.add_argument(
        "--preview", type=Path, metavar="PNG", help="draw augmented samples on a sheet, and train nothing"
    )
    instead.add_argument(
        "--find-rate",
        action="store_true",
        help="try growing learning rates over a short run, and suggest one",
    )
    instead.add_argument(
        "--folds", type=int, metavar="N", help="cross-validation: N runs, each judged by other places"
    )
    instead.add_argument("--seeds", type=int, metavar="N", help="N runs that differ in their seed alone")
    parser.add_argument(
        "--model", metavar="NAME", help="with --init: the model that the config's run goes on from"
    )
    parser.add_argument(
        "--beside", action="append", default=[], metavar="OLD=NEW",
        help="with --init: a file that is read with each scene as one: what to replace in a scene's path (_rgb=_height), or "
        "a file under all scenes; may be repeated",
    )  # fmt: skip
    add_common(parser)


def _add_overrides(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FOLDER", help="the bundle's folder; the config's own otherwise"
    )
    parser.add_argument(
        "--device", metavar="DEVICE", help="auto, cpu, gpu or mps; the config's own otherwise"
    )
    parser.add_argument(
        "--devices",
        type=int,
        metavar="N",
        help="how many devices share each step; the config's own otherwise",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the run's seed; the config's own otherwise")
    parser.add_argument(
        "--deterministic", action="store_true", help="only kernels that give the same bits every time"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from the run's checkpoint, to the same weights bit for bit",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle that exists")


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Train, and say how good the model is; or do what was asked for in its place."""
    if args.init is not None:
        return _write_config(args, report)
    config = _config(args)
    with _telling(report):
        if args.preview is not None:
            return _draw_samples(args, config, report)
        if args.find_rate:
            return _try_rates(config, report)
        if args.folds is not None or args.seeds is not None:
            return _train_several(args, config, report)
        return _train(args, config, report)


def _config(args: argparse.Namespace) -> "TrainConfig":
    """The file's config, with what the command line says over it."""
    from geounet.training import TrainConfig

    if args.config is None:
        raise OptionsError(
            "no config; expected CONFIG.toml: write one with geounet train --init CONFIG.toml SCENE… LABELS"
        )
    if args.model is not None:
        raise OptionsError("--model is for --init; set start in the config")
    if args.beside:
        raise OptionsError('--beside is for --init; in the config, scene = ["a.tif", "b.tif"] says it')
    chosen = {name: getattr(args, name) for name in _OVERRIDES if getattr(args, name) is not None}
    chosen |= {name: True for name in ("overwrite", "deterministic") if getattr(args, name)}
    return dataclasses.replace(TrainConfig.from_toml(args.config), **chosen)


def _train(args: argparse.Namespace, config: "TrainConfig", report: Reporter) -> dict[str, Any]:
    from geounet.training import train

    with _saying_how_to_go_on(config, report):
        trained = train(config, progress=report.progress, resume=args.resume)
    report.output(trained.bundle, "bundle")
    if trained.report is not None:
        report.output(trained.report, "report")
    report.log(_in_words(trained))
    return as_json(trained)


def _train_several(args: argparse.Namespace, config: "TrainConfig", report: Reporter) -> dict[str, Any]:
    from geounet.training import cross_validate, repeat

    several, number = (cross_validate, args.folds) if args.seeds is None else (repeat, args.seeds)
    with _saying_how_to_go_on(config, report):
        found: CrossValidation = several(config, number, progress=report.progress, resume=args.resume)
    report.output(found.table, "table")
    for one in found.runs:
        report.log(_in_words(one))
    report.log(f"{found.table}: IoU {found.mean:.3f} ± {found.deviation:.3f} over {number} {found.kind}s")
    return found.to_dict() | {"table": str(found.table)}


def _try_rates(config: "TrainConfig", report: Reporter) -> dict[str, Any]:
    from geounet.training.fitting.finder import find_rate

    found = find_rate(config, progress=report.progress)
    report.output(found.table, "table")
    report.output(found.chart, "chart")
    shown = range(0, len(found.rates), max(1, len(found.rates) // 12))
    lines = [f"{found.rates[i]:9.1e}  {found.smoothed[i]:.4f}" for i in shown]
    report.log("\n".join(["     rate  loss", *lines]))
    report.log(f"suggestion: optimizer.rate = {found.suggestion:.1e}; the curve is in {found.chart}")
    return {"suggestion": found.suggestion, "table": str(found.table), "chart": str(found.chart)}


def _draw_samples(args: argparse.Namespace, config: "TrainConfig", report: Reporter) -> dict[str, Any]:
    from geounet.training.augmentation.preview import preview

    sheet = preview(config, args.preview)
    report.output(sheet, "picture")
    report.log(f"{sheet}: samples as they are read, and augmented")
    return {"preview": str(sheet)}


def _write_config(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    from geounet.outputs import atomic_target, check_apart, check_target
    from geounet.training.proposal import propose

    target, *files = map(Path, args.init)
    if len(files) < 2 or args.config is not None:
        raise OptionsError(
            f"--init with {len(args.init)} names; expected CONFIG.toml, scenes and, last, their labels"
        )
    check_target(target, overwrite=args.overwrite)
    check_apart([target], files)
    text = propose(files[:-1], files[-1], out=target, model=args.model, beside=args.beside)
    with atomic_target(target, overwrite=args.overwrite) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    report.output(target, "config")
    report.log(f"{target}: look through it, then run geounet train {target}")
    return {"config": str(target)}


@contextmanager
def _telling(report: Reporter) -> Iterator[None]:
    """What training says in the meantime, as lines."""
    logger, handler = logging.getLogger("geounet.training"), _Lines(report)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


class _Lines(logging.Handler):
    """Hands log records to a reporter."""

    def __init__(self, report: Reporter) -> None:
        super().__init__(logging.INFO)
        self.report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Report the record as a line."""
        level = "warning" if record.levelno >= logging.WARNING else "info"
        self.report.log(record.getMessage(), level=level)


@contextmanager
def _saying_how_to_go_on(config: "TrainConfig", report: Reporter) -> Iterator[None]:
    """Say how an interrupted run goes on."""
    try:
        yield
    except KeyboardInterrupt:
        if any(config.run_folder.rglob("checkpoint.json")):
            report.log(
                f"interrupted: the best weights so far are in {config.out}; the same command with --resume goes on "
                f"from the last validation, in {config.run_folder}"
            )
        else:
            report.log("interrupted before the first validation: nothing is kept")
        raise


def _in_words(trained: "TrainReport") -> str:
    """One line about a run: how good its model is."""
    from geounet.training.report import gain_in_words

    metrics = ", ".join(f"{name} {value:.3f}" for name, value in trained.metrics.items())
    before = trained.start_iou
    gain = "" if before is None else f"; {gain_in_words(before, trained.metrics['mean'])}"
    return (
        f"{trained.bundle}: IoU {metrics} at threshold {trained.threshold:g}{gain}; "
        f"best of {trained.steps:,} steps is {trained.best_step:,}, {trained.seconds / 60:.1f} min"
    )
