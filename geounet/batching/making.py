"""What is written of one job: a scene's layer and rasters, or the strips of one of its bands of rows."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from geounet.batching.bounds import degrees
from geounet.batching.job import Job, Outcome
from geounet.batching.setting import Setting
from geounet.batching.tile_layers import clip_to_tiles
from geounet.errors import LabelsError
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.extraction import layer_spec, write_extraction
from geounet.pipeline.labelling import Labelled
from geounet.pipeline.strip_files import read_strips, write_strips
from geounet.results import Extraction
from geounet.strip import NODATA

if TYPE_CHECKING:
    from geounet.inference.plan import Plan

PARTS = ".parts"
"""The folder, below the outputs, of the strips of scenes that were split; a scene's are gone once it is done."""

STRIPS = ".strips"


def part_name(scene: str, first_row: int) -> str:
    """What the strips of a scene's rows are called."""
    return f"{PARTS}/{scene}/{first_row:010d}"


def outputs_of(job: Job, setting: Setting) -> Outputs:
    """The files that a job is finished in, in a folder of its own; `forget_folder` removes it."""
    folder = setting.folder / job.key
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier try
    folder.mkdir(parents=True)
    stem, rasters = PurePosixPath(job.name).name, setting.options.rasters
    return Outputs(
        layer=folder / f"{stem}.{setting.options.format}",
        classes=folder / f"{stem}_class.tif" if "class" in rasters else None,
        probability=folder / f"{stem}_probability.tif" if "probability" in rasters else None,
        overwrite=True,
    )


def forget_folder(job: Job, setting: Setting) -> None:
    """Remove the folder that a job was finished in."""
    shutil.rmtree(setting.folder / job.key, ignore_errors=True)


def make_scene(
    job: Job, plan: "Plan", strips: Iterator[Labelled], *, setting: Setting, outputs: Outputs
) -> Outcome:
    """Write and publish a scene's layer and rasters."""
    extraction = write_extraction(plan, strips, options=setting.extract, outputs=outputs)
    finished = _finished(extraction)
    if setting.options.per_tile and len(job.items) > 1:
        spec = layer_spec(plan, setting.extract)
        finished = clip_to_tiles(job, finished, setting.folder / job.key, spec=spec)
    below = PurePosixPath(job.name).parent
    digests, sizes, written = {}, {}, {}
    for kind, (path, name) in finished.items():
        target = name or str(below / path.name)
        sizes[target] = path.stat().st_size
        digests[target] = setting.place.publish(path, target)
        written[kind] = target
    return Outcome(
        key=job.key,
        state="done",
        outputs=written,
        digests=digests,
        sizes=sizes,
        features=extraction.features,
        by_class=dict(extraction.by_class),
        pixels=extraction.pixels,
        valid_pixels=extraction.valid_pixels,
        bounds=degrees(plan.scene.grid),
    )


def make_part(job: Job, plan: "Plan", strips: Iterator[Labelled], *, setting: Setting) -> Outcome:
    """Write and publish the strips of some rows."""
    path = setting.folder / job.key / "part"
    write_strips(path, strips, first_row=plan.area.window.row)
    setting.place.publish(path, job.name + STRIPS)
    return Outcome(
        key=job.key,
        state="done",
        pixels=plan.tally.pixels,
        valid_pixels=plan.tally.valid_pixels,
        bounds=degrees(plan.scene.grid.window(plan.area.window)),
    )


def make_empty_part(job: Job, setting: Setting) -> Outcome:
    """Publish a part without strips: nothing of its rows is wanted."""
    path = setting.folder / job.key / "part"
    write_strips(path, (), first_row=0)
    setting.place.publish(path, job.name + STRIPS)
    return Outcome(key=job.key, state="done")


def check_parts(job: Job, setting: Setting) -> None:
    """Raise LabelsError unless all parts of a scene are there."""
    missing = [name for name in job.needs if not setting.place.exists(name + STRIPS)]
    if missing:
        raise LabelsError(
            f"{len(missing)} of its {len(job.needs)} bands of rows could not be done, {missing[0]} among them; "
            "see why, and try again with --retry failed"
        )


def joined_strips(job: Job, plan: "Plan", setting: Setting) -> Iterator[Labelled]:
    """The strips of a scene's parts, counted as the scene's own."""
    paths = [setting.place.fetch(name + STRIPS) for name in job.needs]
    for strip in read_strips(paths, first_row=plan.area.window.row):
        labels = strip.labels.labels[0]
        plan.tally.pixels += labels.size
        plan.tally.valid_pixels += int((labels != NODATA).sum())
        yield strip


def _finished(extraction: Extraction) -> Mapping[str, tuple[Path, str | None]]:
    """What an extraction wrote, by kind: each file, and its name below the outputs where that is not the job's."""
    kinds = {
        "layer": extraction.out, "class_raster": extraction.class_raster, "probability": extraction.probability,
    }  # fmt: skip
    return {kind: (path, None) for kind, path in kinds.items() if path is not None}
