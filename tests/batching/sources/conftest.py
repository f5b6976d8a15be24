"""Small rasters as bytes, archives of them, and a finder that asks no service."""

import io
import tarfile
import zipfile

import numpy as np
import pytest
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from geounet.batching.options import SourceOptions
from geounet.batching.sources import find
from geounet.batching.sources.files import found_file


def raster_bytes(driver="GTiff", value=7, bands=3):
    """A raster of 16 × 16 pixels, all of one value."""
    georeferenced = {"crs": "EPSG:32737", "transform": from_origin(500_000, 9_300_000, 0.3, 0.3)}
    more = georeferenced if driver == "GTiff" else {}
    with MemoryFile() as memory:
        with memory.open(driver=driver, width=16, height=16, count=bands, dtype="uint8", **more) as dataset:
            dataset.write(np.full((bands, 16, 16), value, np.uint8))
        return memory.read()


@pytest.fixture(scope="session")
def tif():
    return raster_bytes()


@pytest.fixture
def make_zip(tmp_path):
    """Write a zip of (name or ZipInfo, bytes) pairs and give it as a found file."""

    def make(members, name="a.zip", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", compression) as file:
            for member, content in members:
                file.writestr(member, content, compression if isinstance(member, str) else None)
        return found_file(path)

    return make


@pytest.fixture
def make_tar(tmp_path):
    """Write a tar of (name or TarInfo, bytes) pairs and give it as a found file."""

    def make(members, name="a.tar", tar_format=tarfile.PAX_FORMAT):
        path = tmp_path / name
        kind = {"tar": "w", "tgz": "w:gz", "gz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}[
            name.rpartition(".")[2]
        ]
        with tarfile.open(path, kind, format=tar_format) as file:
            for member, content in members:
                info = tarfile.TarInfo(member) if isinstance(member, str) else member
                if info.isreg():
                    info.size = len(content)
                file.addfile(info, io.BytesIO(content))
        return found_file(path)

    return make


@pytest.fixture
def find_local(monkeypatch):
    """Items of inputs on this machine, as a list."""
    monkeypatch.setattr(find, "_services", list)

    def items(*inputs, **options):
        return list(find.find_items(inputs, SourceOptions(**options)))

    return items
