"""geoai's `semantic_inference_on_geotiff`."""

from benchmarks.peers.serving import Run, Setup, serve
from benchmarks.peers.torch_network import network


def _load(setup: Setup) -> Run:
    module = network(setup)
    from geoai.train import semantic_inference_on_geotiff  # type: ignore[import-not-found]  # in an environment of its own

    def run(scene: str, out: str) -> None:
        semantic_inference_on_geotiff(
            module, scene, out, window_size=setup.tile, overlap=setup.overlap, batch_size=setup.batch, num_channels=3,
            num_classes=2, device="cpu", quiet=True,
        )  # fmt: skip

    return run


if __name__ == "__main__":
    serve(_load, package="geoai-py")
