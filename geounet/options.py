"""What a person can choose: frozen, and validated when it is made.

`None` means the model card's own choice, or what the design names where the card has none. The three option
values share their fields by inheritance from several bases, which Python does not allow with slots.
"""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from geounet.errors import OptionsError

WINDOWS = ("taper", "core")
OUTPUTS = ("probability", "class", "both")
DTYPES = ("uint8", "float32")
ENGINES = ("auto", "torch", "compile", "onnx", "openvino")
PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8")
REFINEMENTS = ("crf", "guided")
CONNECTIVITIES = (4, 8)
KINDS = ("buildings", "roads", "areas")
COMPARISONS = ("auto", "labels", "objects", "lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class BBox:
    """A rectangle in a coordinate reference system, to limit what is written."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float
    crs: str | None = None
    """Any CRS that pyproj reads; None is the scene's own."""

    def __post_init__(self) -> None:
        if not (self.xmin < self.xmax and self.ymin < self.ymax):
            raise OptionsError(
                f"bbox is {self.xmin},{self.ymin},{self.xmax},{self.ymax}; expected xmin,ymin,xmax,ymax with min < max"
            )


@dataclass(frozen=True, kw_only=True)
class _SceneOptions:
    """How a scene is read, and how a raster is written."""

    bands: tuple[int, ...] | None = None
    """Band numbers (from 1) to use, in the model's order; None matches them by name."""
    gsd: float | Literal["native"] | None = None
    """Metres per pixel to work at; None is the card's, `native` never resamples."""
    aoi: str | Path | None = None
    """A vector file whose areas limit what is written."""
    bbox: BBox | None = None
    """A rectangle that limits what is written."""
    assume_crs: str | None = None
    """The CRS of a scene that names none."""
    stats: str | Path | None = None
    """A JSON file with scene statistics to normalise by, from elsewhere (`low` and `high`, one value a band)."""
    creation: tuple[tuple[str, str], ...] = ()
    """GDAL creation options for raster outputs, as (name, value)."""
    overwrite: bool = False
    """Replace an existing output."""


@dataclass(frozen=True, kw_only=True)
class _ModelOptions:
    """How a model is run over a scene."""

    tile: int | None = None
    """Side of the square that the network sees, in pixels."""
    overlap: int | None = None
    """Pixels that neighbouring tiles share: even, less than the tile."""
    batch_size: int | None = None
    """Tiles that the model runs at once; None finds one that fits."""
    window: Literal["taper", "core"] = "taper"
    """How overlapping tiles are joined: blended, or cut at the core."""
    engine: Literal["auto", "torch", "compile", "onnx", "openvino"] = "auto"
    """What runs the network; `auto` is torch on a GPU, and on a CPU what is fastest on this machine."""
    device: str = "auto"
    """`auto`, `cpu`, `cuda`, `cuda:1`, `mps` …"""
    precision: Literal["auto", "float32", "bfloat16", "float16", "int8"] = "auto"
    """Arithmetic of the network; `auto` takes half precision where the device has it in hardware."""
    threads: int | None = None
    """Threads of the network on a CPU; None is the machine's choice."""
    tta: bool = False
    """Test-time augmentation: the mean over the eight flips and right-angle rotations."""
    refine: Literal["crf", "guided"] | None = None
    """Have scores follow the edges of the picture: mean field of a dense CRF, or guided filter; None leaves them."""
    threshold: float | None = None
    """Score from which a pixel of two classes, or of classes that may overlap, is in the class."""


@dataclass(frozen=True, kw_only=True)
class _VectorOptions:
    """How labels become features: traced exactly, then cleaned as their kind asks."""

    kind: Literal["buildings", "roads", "areas"] | None = None
    """What the labels are, which picks the finishing; None is the card's task, of a label raster its tag's, else areas."""
    strip_rows: int | None = None
    """Rows that are traced at once when labels are read from a file; changes nothing in the result."""
    connectivity: Literal[4, 8] = 4
    """Whether pixels that meet at a corner only belong to one object (8) or not (4)."""
    min_area: float | None = None
    """Smallest object in m²; None is the card's choice, else 0."""
    fill_holes: float | None = None
    """Largest hole in m² that is filled; None is the card's choice, else 0."""
    simplify: float | None = None
    """Tolerance of simplification in metres; edges that neighbours share stay shared; None is the card's choice, else 0;
    of centrelines, how far from the middle a smoothed line may run, where None is about a pixel."""
    min_confidence: float = 0.0
    """Smallest mean probability of an object that is kept."""
    separate: bool | None = None
    """Buildings: split what touches at its necks, or at the card's boundary class; None is the card's choice, else no."""
    regularize: bool | None = None
    """Buildings: right angles and parallel walls; None is the card's choice, else no."""
    regularize_iou: float = 0.9
    """Least overlap (intersection over union) with the exact outline at which a regularised one is kept."""
    centerlines: bool | None = None
    """Roads: lines along the middle in place of areas; None is yes for the kind roads, else no."""
    max_gap: float | None = None
    """Longest gap, in metres, that a centreline bridges; None is the default of `RoadOptions`."""
    min_length: float | None = None
    """Shortest line of its own, in metres, that is kept; None is the default of `RoadOptions`."""
    graph: str | Path | None = None
    """Where to write the roads as a graph for routing, as GraphML."""
    review: bool = False
    """Give the layer an empty field `review`, for a person's verdict on each feature: accepted or rejected."""


_WHOLE = ("tile", "overlap", "batch_size", "threads", "strip_rows", "boundary_px", "relax_px")
_NUMBERS = (
    "threshold", "min_area", "fill_holes", "simplify", "min_confidence", "regularize_iou", "max_gap", "min_length",
    "iou", "buffer_m", "snap_m",
)  # fmt: skip


def _check_kinds(options: Any) -> None:  # noqa: ANN401 (any of the option values below)
    for f in fields(options):
        value = getattr(options, f.name)
        kinds = int if f.name in _WHOLE else int | float if f.name in _NUMBERS else object
        if value is not None and (
            not isinstance(value, kinds) or (kinds is not object and isinstance(value, bool))
        ):
            raise OptionsError(
                f"{f.name} is {value!r}; expected a {'whole number' if kinds is int else 'number'}"
            )


def _validate(options: Any) -> None:  # noqa: ANN401 (any of the option values below)
    """Check what the options have; each check looks at one field."""
    _check_kinds(options)
    ranges = {
        "tile": (1, None), "overlap": (0, None), "batch_size": (1, None), "threads": (1, 1024),
        "strip_rows": (1, None), "threshold": (0, 1), "min_area": (0, None), "fill_holes": (0, None),
        "simplify": (0, None), "min_confidence": (0, 1), "regularize_iou": (0, 1), "max_gap": (0, None),
        "min_length": (0, None), "iou": (0, 1), "buffer_m": (0, None), "snap_m": (0, None), "boundary_px": (1, 1024),
        "relax_px": (0, 1024),
    }  # fmt: skip
    choices = {
        "window": WINDOWS, "output": OUTPUTS, "dtype": DTYPES, "engine": ENGINES, "precision": PRECISIONS,
        "connectivity": CONNECTIVITIES,
        "kind": COMPARISONS if isinstance(options, EvaluateOptions) else (None, *KINDS), "refine": (None, *REFINEMENTS),
    }  # fmt: skip
    for f in fields(options):
        value = getattr(options, f.name)
        low, high = ranges.get(f.name, (None, None))
        if value is not None and low is not None and not (low <= value and (high is None or value <= high)):
            raise OptionsError(
                f"{f.name} is {value}; it must be at least {low}{'' if high is None else f' and at most {high}'}"
            )
        if f.name in choices and value not in choices[f.name]:
            raise OptionsError(f"{f.name} is {value!r}; choose one of {', '.join(map(str, choices[f.name]))}")
    gsd = getattr(options, "gsd", None)
    if (
        gsd not in (None, "native") and not (isinstance(gsd, float | int) and 0 < gsd < math.inf)
    ) or gsd is True:
        raise OptionsError(f"gsd is {gsd!r}; expected metres per pixel above 0, or 'native'")
    bands = getattr(options, "bands", None)
    if bands is not None and not (
        bands and isinstance(bands, tuple) and all(type(b) is int and b > 0 for b in bands)
    ):
        raise OptionsError(f"bands are {bands!r}; expected a tuple of band numbers from 1 on")
    classes = getattr(options, "classes", None)
    if classes is not None and not (isinstance(classes, tuple) and all(isinstance(c, str) for c in classes)):
        raise OptionsError(f"classes are {classes!r}; expected a tuple of names")


@dataclass(frozen=True, kw_only=True)
class PredictOptions(_ModelOptions, _SceneOptions):
    """What `predict` takes: how the scene is read, the model run, and the raster written."""

    output: Literal["probability", "class", "both"] = "probability"
    """What is written; with `both`, the class raster lies beside `out` as `<stem>_class.tif`."""
    dtype: Literal["uint8", "float32"] = "uint8"
    """How probabilities are stored: uint8 at 1/250, or float32."""

    def __post_init__(self) -> None:
        _validate(self)


@dataclass(frozen=True, kw_only=True)
class VectorizeOptions(_VectorOptions):
    """What `vectorize` takes: how labels become features."""

    assume_crs: str | None = None
    """The CRS of a label raster that names none."""
    overwrite: bool = False
    """Replace an existing output."""

    def __post_init__(self) -> None:
        _validate(self)


@dataclass(frozen=True, kw_only=True)
class ExtractOptions(_VectorOptions, _ModelOptions, _SceneOptions):
    """What `extract` takes: everything that predict and vectorize take, and the rasters to keep."""

    dtype: Literal["uint8", "float32"] = "uint8"
    """How probabilities are stored: uint8 at 1/250, or float32."""
    class_raster: str | Path | None = None
    """Where to keep the labels, as a COG."""
    probability: str | Path | None = None
    """Where to keep the probabilities, as a COG."""

    def __post_init__(self) -> None:
        _validate(self)


@dataclass(frozen=True, kw_only=True)
class EvaluateOptions:
    """What `evaluate` takes: what is compared, where, and at which tolerances."""

    kind: Literal["auto", "labels", "objects", "lines"] = "auto"
    """What is compared: pixels, areas one to one, or lines; auto looks at the files."""
    aoi: str | Path | None = None
    """A vector file whose areas limit what counts."""
    valid: str | Path | None = None
    """A scene: what is not valid in it does not count, and the report's picture is drawn over it."""
    report: str | Path | None = None
    """Where to write the report as one HTML file."""
    json: str | Path | None = None
    """Where to write the figures as JSON."""
    threshold: float | None = None
    """Probability from which a pixel is in the class; None is 0.5. The best one is told beside it."""
    iou: float = 0.5
    """Intersection over union from which two areas are the same object."""
    buffer_m: float = 4.0
    """Metres by which a line may lie beside its counterpart."""
    snap_m: float = 4.0
    """Metres within which the nodes of one network are found on the other (APLS)."""
    boundary_px: int = 2
    """Pixels along contours that the boundary IoU looks at."""
    relax_px: int = 3
    """Pixels by which a pixel may lie beside its counterpart in relaxed precision and recall."""
    classes: tuple[str, ...] | None = None
    """Names of the classes that count (of a raster without names, their numbers); all others are background on either
    side; None takes all."""
    assume_crs: str | None = None
    """The CRS of an input that names none."""
    overwrite: bool = False
    """Replace existing outputs."""

    def __post_init__(self) -> None:
        _validate(self)
