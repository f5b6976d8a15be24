"""Several runs of one config: over folds of the places (cross-validation), or over seeds."""

import csv
import dataclasses
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from geounet.errors import OutputError, TrainingError
from geounet.training.config import TrainConfig
from geounet.training.report import TrainReport
from geounet.training.run import Config, as_config, train

if TYPE_CHECKING:
    from geounet.progress import Progress

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """What several runs came to."""

    kind: str
    """`fold` or `seed`: what the runs differ in."""
    runs: tuple[TrainReport, ...]
    table: Path
    """Their figures as CSV."""

    @property
    def mean(self) -> float:
        """Mean IoU: over the runs, of each one's mean over its places."""
        return fmean(one.metrics["mean"] for one in self.runs)

    @property
    def deviation(self) -> float:
        """Its sample standard deviation over the runs."""
        return stdev(one.metrics["mean"] for one in self.runs)

    def to_dict(self) -> dict[str, object]:
        """The figures as JSON."""
        runs = [one.to_dict() for one in self.runs]
        return {"kind": self.kind, "mean": self.mean, "deviation": self.deviation, "runs": runs}


def cross_validate(
    config: Config, folds: int = 5, *, progress: "Progress | None" = None, resume: bool = False
) -> CrossValidation:
    """Train `folds` times, each judged by another part of the places (see scenes/folds.py).

    Run i is in `fold-i` of the run's folder, its bundle in `fold-i/model`; folds.csv has a row a fold, their mean and
    their sample standard deviation. With `resume`, folds that are over are not run again, and the one that was
    interrupted goes on. Raises what `train` raises.
    """
    from geounet.training.scenes.folds import fold_configs

    config = as_config(config)
    return _several(config, fold_configs(config, folds), kind="fold", progress=progress, resume=resume)


def repeat(
    config: Config, seeds: int = 5, *, progress: "Progress | None" = None, resume: bool = False
) -> CrossValidation:
    """Train `seeds` times, the seed counted on each time, in `seed-N` of the run's folder; see `cross_validate`."""
    config = as_config(config)
    if seeds < 2:
        raise TrainingError(f"{seeds} seeds; expected 2 at least")
    configs = [dataclasses.replace(config, seed=config.seed + n) for n in range(seeds)]
    return _several(config, configs, kind="seed", progress=progress, resume=resume)


def _several(
    config: TrainConfig,
    configs: Sequence[TrainConfig],
    *,
    kind: str,
    progress: "Progress | None",
    resume: bool,
) -> CrossValidation:
    folder = config.run_folder
    names = [f"{kind}-{n if kind == 'fold' else one.seed}" for n, one in enumerate(configs, start=1)]
    placed = [
        dataclasses.replace(one, out=folder / name / "model", run=folder / name)
        for name, one in zip(names, configs, strict=True)
    ]
    for one in placed:
        if one.out.exists() and not one.overwrite and not resume:
            raise OutputError(f"{one.out} exists; go on with --resume, or set overwrite = true")
    runs: list[TrainReport] = []
    for name, one in zip(names, placed, strict=True):
        _log.info("%s (%d of %d)", name, len(runs) + 1, len(placed))
        runs.append(train(one, progress=progress, resume=resume))
    found = CrossValidation(kind=kind, runs=tuple(runs), table=folder / f"{kind}s.csv")
    _write_table(found, names)
    return found


def _write_table(found: CrossValidation, names: Sequence[str]) -> None:
    """A row a run, then mean and sample deviation of each figure that two runs have at least."""
    from geounet.training.durable import write_durably

    figures = sorted({name for one in found.runs for name in one.metrics} - {"mean"})
    columns = ["mean", *figures, "threshold", "temperature", "best_step", "steps"]
    rows = [_row(one) for one in found.runs]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["run", *columns])
    for name, row in zip(names, rows, strict=True):
        table.writerow([name, *(row.get(column) for column in columns)])
    for name, of in (("mean", fmean), ("deviation", stdev)):
        known = {c: [row[c] for row in rows if c in row] for c in columns}
        table.writerow([name, *(of(known[c]) if len(known[c]) > 1 else None for c in columns)])
    write_durably(found.table, text.getvalue().encode())


def _row(run: TrainReport) -> Mapping[str, float]:
    own = ("threshold", "temperature", "best_step", "steps")
    return dict(run.metrics) | {name: getattr(run, name) for name in own}
