"""habitat-mapper's tiled segmentation by ONNX Runtime; its overlap is always half a tile. Its median filter is off."""

from habitat_mapper.config import ModelConfig  # type: ignore[import-not-found]  # in an environment of its own
from habitat_mapper.model import ONNXModel  # type: ignore[import-not-found]  # in an environment of its own
from habitat_mapper.processing import ImageProcessor  # type: ignore[import-not-found]  # in an environment of its own

from benchmarks.peers.serving import Run, Setup, serve


def _load(setup: Setup) -> Run:
    config = ModelConfig(
        name="benchmark", revision="20260101", dependencies=[setup.onnx], model_filename=setup.onnx.rsplit("/", 1)[-1],
        input_channels=3, activation="softmax", normalization=None,
    )  # fmt: skip
    model = ONNXModel(config)

    def run(scene: str, out: str) -> None:
        processor = ImageProcessor.from_model(
            model, crop_size=setup.tile, batch_size=1, blur_kernel_size=1, quiet=True
        )
        processor.run(scene, out)

    return run


if __name__ == "__main__":
    serve(_load, package="habitat-mapper")
