"""Which tools are asked, how they are installed, and which of them cannot run these weights."""

from dataclasses import dataclass

from benchmarks.peers.environments import Environment

GEOAI = Environment("geoai", ("geoai-py==0.40.1",))
TORCHGEO = Environment("torchgeo", ("torchgeo==0.8.1", "requests", "segmentation-models-pytorch>=0.5"))
TERRATORCH = Environment("terratorch", ("terratorch==1.2.11",))
HABITAT_MAPPER = Environment("habitat-mapper", ("habitat-mapper==0.16.2",))
ORTHOSEG = Environment("orthoseg", ("orthoseg==0.7.1",))


MAIN = "geoai predict_geotiff"
"""What the goal is about."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A peer."""

    name: str
    module: str
    """Of this package; empty where it cannot run what the others run."""
    environment: Environment | None = None
    """None is this interpreter's."""
    precision: str = "auto"
    """Of geounet."""
    overlap: int | None = None
    """Where not the one of all."""
    remark: str = ""
    """What a reader of its row must know."""


OWN = (
    Tool("geounet", "geounet_predict"),
    Tool("geounet in float32", "geounet_predict", precision="float32"),
    Tool("geounet in float32, overlap 256", "geounet_predict", precision="float32", overlap=256),
)

TOOLS = (
    Tool(MAIN, "geoai_predict", GEOAI),
    Tool("geoai semantic_inference_on_geotiff", "geoai_semantic", GEOAI),
    Tool("torchgeo GridGeoSampler loop", "torchgeo_loop", TORCHGEO),
    Tool("terratorch tiled_inference", "terratorch_tiled", TERRATORCH),
    Tool(
        "habitat-mapper",
        "habitat_mapper_tiled",
        HABITAT_MAPPER,
        remark="ONNX Runtime; overlap always half a tile",
    ),
    Tool("orthoseg", "", ORTHOSEG, remark="runs Keras models that it trained itself: not these weights"),
)
