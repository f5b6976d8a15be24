"""The sets of U-Net's paper (Ronneberger et al. 2015), by cross-validation beside its published figures.

    python -m benchmarks.paper                          ClassicUnet in full, 10,000 steps a fold: for a GPU
    python -m benchmarks.paper --minutes 5              a quarter of its channels and 5 minutes a fold: for a CPU
    python -m benchmarks.paper --only em_isbi2012 --folder runs/paper --minutes 30 --channels 32

Images are those under `cells` of the folder that GEOUNET_DATA names. Networks, predictions and a sheet of pictures a set
are kept in `--folder`, and a run that was interrupted goes on from there; what is not asked for again is not run again.
docs/paper.md has the table and says what differs from the paper's protocol.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.lacking import require
from benchmarks.paper_cells import best_parting, cells_of
from benchmarks.paper_pictures import cell_picture, overlay, save, side_by_side, weight_picture
from benchmarks.paper_scores import LEVELS, StackScores, parts, predicted_levels, sequence_score, stack_scores
from benchmarks.paper_sets import Fold, Frame, folds, read_band, stack_frames, tracked_frames
from benchmarks.paper_training import Scale, fold_config, seen
from geounet.training import TrainReport, train
from geounet.training.run import REQUIRED

SMALL = 16
"""Channels of the first level where minutes are given and channels are not."""

FULL = 10_000
"""Steps of a fold."""

ENDLESS = 1_000_000
"""Steps of a run that the clock ends."""


@dataclass(frozen=True, slots=True)
class CellSet:
    """A set of the paper."""

    name: str
    title: str
    measure: str
    published: str
    """The paper's figures, in the order of ours."""
    frames: Callable[[Path], list[Frame]]
    stack: bool = False


SETS = (
    CellSet("phc_u373", "PhC-U373", "SEG (IoU)", "0.9203", tracked_frames),
    CellSet("dic_hela", "DIC-HeLa", "SEG (IoU)", "0.7756", tracked_frames),
    CellSet(
        "em_isbi2012", "EM stack", "Rand error, warping error", "0.0382, 0.000353", stack_frames, stack=True
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a fold came to."""

    fold: Fold
    report: TrainReport
    scores: tuple[float, ...]
    stack: StackScores | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A frame that a network has not seen, and what it finds there."""

    frame: Frame
    predicted: NDArray[Any]
    """Numbered cells; of a stack LEVELS of probability."""
    truth: NDArray[Any]
    """Numbered cells; of a stack 0 on membranes."""


def main() -> None:
    """Train, judge and print the table."""
    args = _arguments()
    require("skimage", *REQUIRED)
    data = Path(os.environ.get("GEOUNET_DATA", "../shared/data")) / "cells"
    chosen = [one for one in SETS if one.name in args.only.split(",")]
    print(
        "| set | measure | ours | by fold | U-Net's paper | steps and minutes of a fold |\n|---|---|---|---|---|---|"
    )
    for one in chosen:
        print(_row(one, list(_results(one, data / one.name, args))), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paper", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(one.name for one in SETS), help="which sets, with commas")
    parser.add_argument("--minutes", type=float, help="of training a fold, at most")
    parser.add_argument("--steps", type=int, help="of a fold, at most (10,000; with --minutes any)")
    parser.add_argument("--channels", type=int, help=f"of the first level (64; with --minutes {SMALL})")
    parser.add_argument("--depth", type=int, default=4, help="how often sides are halved")
    parser.add_argument(
        "--shrink", type=int, default=1, help="sides of what is a pixel to the network; of cells alone"
    )
    parser.add_argument(
        "--crop", type=int, default=256, help="sides of a crop, in what is a pixel to the network"
    )
    parser.add_argument("--batch", type=int, default=4, help="crops in a step")
    parser.add_argument("--rate", type=float, default=5e-4, help="learning rate at its highest")
    parser.add_argument("--device", default="auto", help="auto, cpu, gpu, mps")
    parser.add_argument("--folder", type=Path, default=Path("runs/paper"), help="what is kept of the runs")
    parser.add_argument(
        "--images", type=Path, help="where pictures of what networks find go, without the data's own"
    )
    return parser.parse_args()


def _scale(args: argparse.Namespace) -> Scale:
    return Scale(
        channels=args.channels or (64 if args.minutes is None else SMALL),
        depth=args.depth,
        steps=args.steps or (FULL if args.minutes is None else ENDLESS),
        minutes=args.minutes,
        shrink=args.shrink,
        crop=args.crop,
        batch=args.batch,
        rate=args.rate,
        device=args.device,
    )


def _results(cells: CellSet, data: Path, args: argparse.Namespace) -> Iterator[Result]:
    """A result a fold; each is written down too, and of the first fold's first frame pictures are drawn."""
    scale, folder = _scale(args), args.folder / cells.name
    for number, fold in enumerate(folds(cells.frames(data))):
        config = fold_config(fold, name=cells.name, stack=cells.stack, folder=folder, scale=scale)
        report = train(config, resume=True)
        (folder / fold.name / "predicted").mkdir(exist_ok=True)
        look = _slices if cells.stack else _cells
        judged = look(fold, report.bundle, folder / fold.name, shrink=scale.shrink)
        pairs = [(one.predicted, one.truth) for one in judged]
        stack = stack_scores(pairs) if cells.stack else None
        scores = (sequence_score(pairs),) if stack is None else stack.best()
        (folder / fold.name / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
        if not number:
            _draw(judged[0], folder, cells=cells, images=args.images)
        yield Result(fold, report, scores, stack)


def _cells(fold: Fold, bundle: Path, folder: Path, *, shrink: int) -> list[Judged]:
    """Cells of the frames that are judged, parted as is best on those that the weights were chosen on."""

    def levels(frame: Frame) -> NDArray[np.uint8]:
        image = seen(frame, folder.parent, shrink=shrink)
        return predicted_levels(image, bundle, folder / f"predicted/{frame.name}.tif", tta=False)

    known = [(levels(frame), read_band(frame.truth)) for frame in fold.chosen_on]
    parting = best_parting(known, shrink=shrink)
    (folder / "parting.json").write_text(json.dumps(asdict(parting)), encoding="utf-8")
    judged = []
    for frame in fold.judged:
        truth = read_band(frame.truth)
        found = cells_of(levels(frame), truth.shape, shrink=shrink, parting=parting)
        judged.append(Judged(frame, found, truth))
    return judged


def _slices(fold: Fold, bundle: Path, folder: Path, *, shrink: int) -> list[Judged]:
    """Probabilities of the slices that are judged."""
    del shrink  # of a membrane of a few pixels little would be left
    return [
        Judged(
            frame,
            predicted_levels(frame.image, bundle, folder / f"predicted/{frame.name}.tif", tta=True),
            read_band(frame.truth),
        )
        for frame in fold.judged
    ]


def _draw(judged: Judged, folder: Path, *, cells: CellSet, images: Path | None) -> None:
    """A frame with the edges of cells beside the border weights of its true cells.

    And, in `images`, what may be published: the predicted cells and the border weights of these, nothing of the data's.
    """
    predicted = parts(judged.predicted >= LEVELS // 2) if cells.stack else judged.predicted
    truth = parts(judged.truth > 0) if cells.stack else judged.truth
    shown = overlay(read_band(judged.frame.image), predicted, truth)
    save(side_by_side([shown, weight_picture(truth)]), folder / "sheet.png")
    if images is not None:
        own = [cell_picture(predicted), weight_picture(predicted)]
        save(side_by_side(own), images / f"paper_{cells.name}.png")


def _row(cells: CellSet, results: Sequence[Result]) -> str:
    """A line of the table: of sequences the mean over them; of a stack the mean over all its slices."""
    stacks = [one.stack for one in results if one.stack is not None]
    ours = StackScores.joined(stacks).best() if stacks else (float(np.mean([r.scores[0] for r in results])),)
    by_fold = "; ".join(f"{r.fold.name}: {_text(r.scores)}" for r in results)
    steps = ", ".join(f"{r.report.steps:,} in {r.report.seconds / 60:.1f}" for r in results)
    return f"| {cells.title} | {cells.measure} | {_text(ours)} | {by_fold} | {cells.published} | {steps} |"


def _text(scores: Sequence[float]) -> str:
    """SEG or Rand error with four digits, what comes after with six, as the paper has them."""
    return ", ".join(f"{value:.6f}" if n else f"{value:.4f}" for n, value in enumerate(scores))


if __name__ == "__main__":
    main()
