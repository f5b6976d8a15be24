"""What geounet is told to read of a layer: its address where there is one, else a copy in the right place."""

import math
import os
import subprocess
import threading
import time
import zipfile
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QCoreApplication, QVariant
from qgis.PyQt.QtGui import QColor, QImage

UTM37S = QgsCoordinateReferenceSystem("EPSG:32737")


def in_worker(work):
    """What `work()` gives in a thread of its own, as Processing runs it."""
    outcome = {}

    def run() -> None:
        try:
            outcome["value"] = work()
        except BaseException as error:  # noqa: BLE001 (raised again below)
            outcome["error"] = error

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():  # as the main thread of QGIS goes on meanwhile
        QCoreApplication.processEvents()
        thread.join(0.01)
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def values(path: str, band: int = 1) -> list[int]:
    dataset = gdal.Open(path)
    return list(dataset.GetRasterBand(band).ReadRaster(buf_type=gdal.GDT_Byte))


# Rasters that geounet opens by itself.


def test_a_file_is_passed_by_its_path(scene):
    from geounet_qgis.layers.source import Source
    from geounet_qgis.layers.sources import raster_source, refusal, take_raster

    layer = QgsRasterLayer(str(scene), "a scene")
    assert refusal(layer) is None
    taken = take_raster(layer)
    assert taken.is_direct
    assert taken.name == "a scene"
    assert raster_source(taken, Path(), None) == Source(str(scene))


def test_a_virtual_raster_is_passed_by_its_path(scene, tmp_path):
    from geounet_qgis.layers.sources import take_raster

    path = str(tmp_path / "mosaic.vrt")
    gdal.BuildVRT(path, [str(scene)]).FlushCache()
    assert take_raster(QgsRasterLayer(path, "v")).source.path == path


def test_a_part_of_a_file_is_passed_by_its_address(scene, tmp_path):
    from geounet_qgis.layers.sources import take_raster

    path = tmp_path / "two.gpkg"
    for name in ("first", "second"):
        options = [f"RASTER_TABLE={name}", "APPEND_SUBDATASET=YES"]
        gdal.Translate(str(path), str(scene), format="GPKG", creationOptions=options)
    address = f"GPKG:{path}:second"
    layer = QgsRasterLayer(address, "second")
    assert layer.isValid()
    assert take_raster(layer).source.path == address


def test_an_archive_is_passed_by_its_address(scene):
    from geounet_qgis.layers.sources import take_raster

    archive = scene.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(scene, "within/scene.tif")
    address = f"/vsizip/{archive}/within/scene.tif"
    layer = QgsRasterLayer(address, "part")
    assert layer.isValid()
    assert take_raster(layer).source.path == address


def test_open_options_go_along(scene, geounet_python, tmp_path):
    from geounet_qgis.layers.sources import take_raster

    gdal.Open(str(scene), gdal.GA_Update).BuildOverviews("NEAREST", [2])
    layer = QgsRasterLayer(f"{scene}|option:OVERVIEW_LEVEL=0", "coarse")
    assert layer.width() == 128
    assert take_raster(layer).source.path == f"vrt://{scene}?oo=OVERVIEW_LEVEL=0"
    assert shape_and_crs(geounet_python, take_raster(layer).source.path) == "128 128 EPSG:32737"


def test_a_crs_that_the_person_gave_a_file_without_one_is_assumed(make_raster):
    from geounet_qgis.layers.sources import take_raster

    layer = QgsRasterLayer(str(make_raster("n.tif", ground=(0,), things=(1,), epsg=None)), "n")
    layer.setCrs(UTM37S)
    assert take_raster(layer).source.assume_crs == "EPSG:32737"
    layer.setCrs(QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lat_0=1 +lon_0=39.5 +ellps=WGS84"))
    assert take_raster(layer).source.assume_crs.startswith(("PROJCRS", "BOUNDCRS"))
    layer.setCrs(QgsCoordinateReferenceSystem())
    assert take_raster(layer).source.assume_crs is None


def test_a_crs_that_the_person_gave_in_place_of_the_files_wins(scene, geounet_python):
    from geounet_qgis.layers.sources import take_raster

    layer = QgsRasterLayer(str(scene), "moved")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32736"))
    source = take_raster(layer).source
    assert source.assume_crs is None
    assert shape_and_crs(geounet_python, source.path) == "256 256 EPSG:32736"
    layer.setCrs(QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lat_0=1 +lon_0=39.5 +ellps=WGS84"))
    assert "39.5" in shape_and_crs(geounet_python, take_raster(layer).source.path)


def shape_and_crs(python: Path, address: str) -> str:
    """What the library's own rasterio says of an address."""
    from geounet_qgis.child.variables import clean

    code = "import sys, rasterio; d = rasterio.open(sys.argv[1]); print(d.height, d.width, d.crs)"
    words = [str(python), "-c", code, address]
    return subprocess.run(
        words, env=clean(os.environ), capture_output=True, text=True, check=True
    ).stdout.strip()


def test_for_verbs_that_know_no_addresses_all_but_a_file_is_written_out(scene, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    layer = QgsRasterLayer(str(scene), "here")
    assert take_raster(layer, plain_file=True).is_direct
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32736"))
    taken = take_raster(layer, plain_file=True)
    assert not taken.is_direct
    path = raster_source(taken, tmp_path, feedback).path
    written = gdal.Open(path)
    assert written.GetSpatialRef().GetAuthorityCode(None) == "32736"
    assert written.GetGeoTransform() == pytest.approx(gdal.Open(str(scene)).GetGeoTransform())
    assert values(path, 2) == values(str(scene), 2)


def test_credentials_are_never_passed(tmp_path, scene):
    from geounet_qgis.layers.addresses import raster_address, vector_address

    layer = QgsRasterLayer(str(scene), "secret")
    assert raster_address(layer) is not None
    for uri in (f"{scene} authcfg='a1b2c3d'", f"{scene}|credential:AWS_SECRET_ACCESS_KEY=x"):
        layer = QgsRasterLayer(str(scene), "secret")
        layer.source = lambda uri=uri: uri  # QGIS would ask for the master password
        assert raster_address(layer) is None
        layer.providerType = lambda: "ogr"
        assert vector_address(layer) is None


# Rasters that only QGIS has.


def test_a_raster_in_memory_is_written_out_whole_and_unchanged(scene, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    gdal.FileFromMemBuffer("/vsimem/held.tif", scene.read_bytes())
    layer = QgsRasterLayer("/vsimem/held.tif", "held: in memory/ünïcode")
    layer.dataProvider().setUserNoDataValue(1, [])
    taken = take_raster(layer)
    assert not taken.is_direct
    path = raster_source(taken, tmp_path, feedback).path
    assert Path(path).name == "held_ in memory_ünïcode.tif"
    written = gdal.Open(path)
    assert written.GetGeoTransform() == pytest.approx((500_000, 0.3, 0, 9_300_000, 0, -0.3))
    assert written.GetSpatialRef().GetAuthorityCode(None) == "32737"
    assert [values(path, band) for band in (1, 2, 3)] == [values(str(scene), band) for band in (1, 2, 3)]
    gdal.Unlink("/vsimem/held.tif")


def test_of_a_raster_in_memory_the_extent_and_a_little_round_it_is_written(make_raster, tmp_path, feedback):
    from geounet_qgis.layers.export_grid import CONTEXT
    from geounet_qgis.layers.sources import raster_source, take_raster

    path = make_raster("large.tif", ground=(1,), things=(2,), size=1024, rectangles=((500, 600, 9, 9),))
    gdal.FileFromMemBuffer("/vsimem/large.tif", path.read_bytes())
    layer = QgsRasterLayer("/vsimem/large.tif", "large")
    # columns 490 to 520, rows 590 to 620, and a bit
    extent = QgsRectangle(500_147.1, 9_299_814.1, 500_155.9, 9_299_822.9)
    written = gdal.Open(raster_source(take_raster(layer, extent=extent), tmp_path, feedback).path)
    left, size, _, top, _, _ = written.GetGeoTransform()
    col, row = (left - 500_000) / 0.3, (9_300_000 - top) / 0.3
    assert (round(col), round(row)) == (490 - CONTEXT, 590 - CONTEXT)
    assert (col, row) == pytest.approx((round(col), round(row)), abs=1e-3)
    assert (written.RasterXSize, written.RasterYSize, size) == (
        30 + 2 * CONTEXT,
        30 + 2 * CONTEXT,
        pytest.approx(0.3),
    )
    found = written.GetRasterBand(1).ReadRaster(500 - round(col), 600 - round(row), 9, 9)
    assert set(found) == {2}
    gdal.Unlink("/vsimem/large.tif")


def test_names_colours_and_nodata_survive(tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    made = gdal.GetDriverByName("GTiff").Create(
        "/vsimem/named.tif", 8, 8, 4, gdal.GDT_UInt16, ["PHOTOMETRIC=MINISBLACK"]
    )
    for number, name in enumerate(("blue", "green", "red", "nir"), 1):
        band = made.GetRasterBand(number)
        band.SetDescription(name)
        band.SetNoDataValue(7)
        band.Fill(1000 * number)
    made.GetRasterBand(2).SetColorInterpretation(gdal.GCI_GreenBand)
    made = None
    layer = QgsRasterLayer("/vsimem/named.tif", "named")
    written = gdal.Open(raster_source(take_raster(layer), tmp_path, feedback).path)
    bands = [written.GetRasterBand(number) for number in (1, 2, 3, 4)]
    assert [band.GetDescription() for band in bands] == ["blue", "green", "red", "nir"]
    assert [band.ComputeRasterMinMax() for band in bands] == [(1000 * n, 1000 * n) for n in (1, 2, 3, 4)]
    assert bands[1].GetColorInterpretation() == gdal.GCI_GreenBand
    assert {band.GetNoDataValue() for band in bands} == {7}
    gdal.Unlink("/vsimem/named.tif")


def test_the_xml_of_a_virtual_raster_becomes_a_file(scene, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    path = tmp_path / "x.vrt"
    gdal.BuildVRT(str(path), [str(scene)]).FlushCache()
    xml = path.read_text().replace('relativeToVRT="1">scene.tif', f'relativeToVRT="0">{scene}')
    layer = QgsRasterLayer(xml, "inline")
    assert layer.isValid()
    source = raster_source(take_raster(layer), tmp_path, feedback)
    assert Path(source.path).suffix == ".vrt"
    assert values(source.path) == values(str(scene))


# Map services: tiles on this machine's loopback.


def tile(zoom: int, col: int, row: int) -> bytes:
    """A tile whose left upper pixel is white, the others telling which tile it is."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(zoom, col % 256, row % 256))
    image.setPixelColor(0, 0, QColor(255, 255, 255))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(held)


class Tiles(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        zoom, col, row = (int(part) for part in self.path.strip("/").split(".")[0].split("/"))
        self.server.asked.append((zoom, col, row))
        body = tile(zoom, col, row)
        self.send_response(200 if self.server.serves else 404)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def tiles():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    server.asked, server.serves = [], True
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def xyz(tiles, qgis_app) -> QgsRasterLayer:
    url = f"http://127.0.0.1:{tiles.server_address[1]}/%7Bz%7D/%7Bx%7D/%7By%7D.png"
    layer = QgsRasterLayer(f"type=xyz&url={url}&zmin=0&zmax=19", "tiles", "wms")
    assert layer.isValid()
    return layer


WORLD = 20037508.342789244
ZANZIBAR = QgsRectangle(4_360_000, -700_030, 4_360_050, -699_990)  # at 6.3° S, EPSG:3857


def test_a_map_service_needs_an_extent_of_a_fair_size(xyz):
    from geounet_qgis.layers.sources import refusal, take_raster

    assert "choose an extent" in refusal(xyz, gsd_m=0.3)
    assert refusal(xyz, extent=ZANZIBAR, gsd_m=0.3) is None
    country = QgsRectangle(4_000_000, -1_000_000, 4_500_000, -500_000)
    assert "choose a smaller extent" in refusal(xyz, extent=country, gsd_m=0.3)
    with pytest.raises(QgsProcessingException, match="choose an extent"):
        take_raster(xyz, gsd_m=0.3)
    away = QgsRectangle(3e7, 0, 3.1e7, 1e6)
    assert "outside" in refusal(xyz, extent=away, gsd_m=0.3)


def test_tiles_are_written_out_pixel_for_pixel_where_they_lie(xyz, tiles, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    taken = take_raster(xyz, extent=ZANZIBAR, gsd_m=0.3)
    assert not taken.is_direct
    path = in_worker(lambda: raster_source(taken, tmp_path, feedback)).path
    dataset = gdal.Open(path)
    left, size, _, top, _, up = dataset.GetGeoTransform()
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "3857"
    # 0.2986 map units are 0.2968 m on the ground there: level 19 is fine enough, level 18 is not.
    assert (size, up) == pytest.approx((2 * WORLD / 256 / 2**19, -2 * WORLD / 256 / 2**19))
    assert {zoom for zoom, _, _ in tiles.asked} == {19}
    assert left <= ZANZIBAR.xMinimum()
    assert top >= ZANZIBAR.yMaximum()
    first_col, first_row = (left + WORLD) / size, (WORLD - top) / size
    assert (first_col, first_row) == pytest.approx((round(first_col), round(first_row)), abs=1e-3)
    red, green, blue, alpha = (dataset.GetRasterBand(band).ReadRaster() for band in (1, 2, 3, 4))
    assert set(alpha) == {255}
    for row in range(0, dataset.RasterYSize, 7):
        for col in range(0, dataset.RasterXSize, 7):
            x, y = round(first_col) + col, round(first_row) + row
            at = row * dataset.RasterXSize + col
            corner = x % 256 == 0 and y % 256 == 0
            expected = (255,) * 3 if corner else (19, x // 256 % 256, y // 256 % 256)
            assert (red[at], green[at], blue[at]) == expected
    whites = [at for at in range(len(red)) if red[at] == 255]
    assert whites
    for at in whites:
        row, col = divmod(at, dataset.RasterXSize)
        assert ((round(first_col) + col) % 256, (round(first_row) + row) % 256) == (0, 0)


def test_the_same_tiles_are_the_same_bytes_later(xyz, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    folders = [tmp_path / "first", tmp_path / "second"]
    paths = []
    for folder in folders:
        folder.mkdir()
        taken = take_raster(xyz, extent=ZANZIBAR, gsd_m=0.3)
        paths.append(
            Path(in_worker(lambda taken=taken, folder=folder: raster_source(taken, folder, feedback)).path)
        )
    assert paths[0].relative_to(folders[0]) == paths[1].relative_to(folders[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_extent_in_another_crs_is_the_same_place(xyz):
    from geounet_qgis.layers.sources import take_raster

    degrees = QgsRectangle(
        math.degrees(ZANZIBAR.xMinimum() / 6378137),
        math.degrees(math.atan(math.sinh(ZANZIBAR.yMinimum() / 6378137))),
        math.degrees(ZANZIBAR.xMaximum() / 6378137),
        math.degrees(math.atan(math.sinh(ZANZIBAR.yMaximum() / 6378137))),
    )
    wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
    there = take_raster(xyz, extent=degrees, extent_crs=wgs84, gsd_m=0.3).export.grid
    assert there == take_raster(xyz, extent=ZANZIBAR, gsd_m=0.3).export.grid


def test_coarser_pixels_are_taken_from_a_coarser_level(xyz):
    from geounet_qgis.layers.sources import take_raster

    grid = take_raster(xyz, extent=ZANZIBAR, gsd_m=1.0).export.grid
    assert grid.extent.width() / grid.cols == pytest.approx(2 * WORLD / 256 / 2**18)
    finest = take_raster(xyz, extent=ZANZIBAR, gsd_m=None).export.grid
    assert finest.extent.width() / finest.cols == pytest.approx(2 * WORLD / 256 / 2**19)


def test_a_service_that_gives_nothing_is_said(xyz, tiles, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    tiles.serves = False
    far = QgsRectangle(4_370_000, -700_030, 4_370_050, -699_990)  # not in QGIS's cache of tiles
    taken = take_raster(xyz, extent=far, gsd_m=0.3)
    with pytest.raises(QgsProcessingException, match="gave no picture"):
        in_worker(lambda: raster_source(taken, tmp_path, feedback))


def test_writing_out_ends_when_it_is_cancelled(xyz, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster

    large = QgsRectangle(4_360_000, -720_000, 4_368_000, -712_000)
    taken = take_raster(xyz, extent=large, gsd_m=0.3)
    threading.Timer(0.5, feedback.cancel).start()
    began = time.monotonic()
    in_worker(lambda: raster_source(taken, tmp_path, feedback))
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("epsg", "x", "y"), [(4326, 39.5, 60.0), (3857, 4_400_000, 8_400_000), (32737, 500_000, 9_300_000)]
)
def test_metres_are_metres_on_the_ground(qgis_app, epsg, x, y):
    from geounet_qgis.layers.export_grid import metres_per_unit

    extent = QgsRectangle(x, y, x + (0.01 if epsg == 4326 else 1000), y + (0.01 if epsg == 4326 else 1000))
    east, north = metres_per_unit(QgsCoordinateReferenceSystem(f"EPSG:{epsg}"), extent)
    latitude = y + 0.005 if epsg == 4326 else math.degrees(math.atan(math.sinh((y + 500) / 6378137)))
    if epsg == 32737:
        assert (east, north) == pytest.approx((1 / 0.9996,) * 2, rel=1e-4)
        return
    # radii of curvature of WGS 84
    squashed = 0.00669437999014
    sine = math.sin(math.radians(latitude))
    prime = 6378137 / math.sqrt(1 - squashed * sine**2)
    meridian = 6378137 * (1 - squashed) / (1 - squashed * sine**2) ** 1.5
    cosine = math.cos(math.radians(latitude))
    if epsg == 4326:
        expected = math.radians(1) * prime * cosine, math.radians(1) * meridian
    else:
        expected = prime * cosine / 6378137, meridian * cosine / 6378137
    assert (east, north) == pytest.approx(expected, rel=1e-5)


# Vectors.


@pytest.fixture
def memory(qgis_app) -> QgsVectorLayer:
    """Three squares of 10 m in memory, with a class and a number."""
    layer = QgsVectorLayer(
        "Polygon?crs=EPSG:32737&field=class:string&field=n:integer&field=fid:integer", "squares", "memory"
    )
    features = []
    for number in range(3):
        feature = QgsFeature(layer.fields())
        left = 500_000 + 20 * number
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(left, 9_000_000, left + 10, 9_000_010)))
        feature.setAttributes([f"klasse {number} ü", number, 7])
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def read(path: str) -> tuple[list[dict], str, list[float]]:
    """The fields, the CRS and the areas of a file, as OGR finds them."""
    dataset = ogr.Open(path)
    assert dataset.GetLayerCount() == 1
    layer = dataset.GetLayer(0)
    fields = [feature.items() for feature in layer]
    layer.ResetReading()
    areas = [feature.GetGeometryRef().GetArea() for feature in layer]
    return fields, layer.GetSpatialRef().GetAuthorityCode(None), areas


def written(layer: QgsVectorLayer, tmp_path, feedback, **more) -> str:
    from geounet_qgis.layers.sources import take_vector, vector_source

    taken = take_vector(layer, **more)
    assert not taken.is_direct
    return in_worker(lambda: vector_source(taken, tmp_path, feedback)).path


@pytest.fixture
def saved(memory, tmp_path):
    """The squares as a file, by its extension."""

    def save(name: str) -> Path:
        path = tmp_path / name
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[path.suffix]
        options.skipAttributesCreation = False
        options.attributes = [0, 1]
        QgsVectorFileWriter.writeAsVectorFormatV3(
            memory, str(path), QgsProject.instance().transformContext(), options
        )
        return path

    return save


@pytest.mark.parametrize("name", ["squares.gpkg", "squares.shp", "with spaces é.geojson"])
def test_a_plain_file_is_passed_by_its_path(saved, name):
    from geounet_qgis.layers.sources import take_vector

    path = saved(name)
    taken = take_vector(QgsVectorLayer(str(path), "plain", "ogr"))
    assert taken.is_direct
    assert taken.source.path == str(path)


def test_a_layer_in_memory_is_written_out(memory, tmp_path, feedback):
    fields, crs, areas = read(written(memory, tmp_path, feedback))
    assert fields == [{"class": f"klasse {n} ü", "n": n, "fid": 7} for n in range(3)]
    assert crs == "32737"
    assert areas == pytest.approx([100] * 3)


def test_the_same_features_are_the_same_bytes_later(memory, tmp_path, feedback):
    """A batch that goes on knows its area of interest by the file's bytes and its name."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    first, second = (Path(written(memory, folder, feedback)) for folder in folders)
    assert first.relative_to(folders[0]) == second.relative_to(folders[1])
    assert first.read_bytes() == second.read_bytes()


def test_what_is_written_says_not_how_often_it_was(memory, tmp_path, feedback):
    header = Path(written(memory, tmp_path, feedback)).read_bytes()[:100]
    assert header[24:28] == header[92:96] == bytes((0, 0, 0, 1))


def test_a_filtered_layer_is_written_out_as_it_is_filtered(saved, tmp_path, feedback):
    layer = QgsVectorLayer(f'{saved("squares.gpkg")}|subset="n" > 0', "two", "ogr")
    assert layer.isValid()
    assert [f["n"] for f in read(written(layer, tmp_path, feedback))[0]] == [1, 2]


def test_edits_that_are_not_saved_are_written_out(saved, tmp_path, feedback):
    layer = QgsVectorLayer(str(saved("squares.gpkg")), "edited", "ogr")
    layer.startEditing()
    first, second, _ = sorted(layer.allFeatureIds())
    layer.deleteFeature(first)
    layer.changeAttributeValue(second, layer.fields().indexOf("n"), 50)
    assert [f["n"] for f in read(written(layer, tmp_path, feedback))[0]] == [50, 2]
    layer.rollBack()


def test_of_a_file_with_several_layers_the_one_is_written_out(saved, tmp_path, feedback):
    path = saved("several.gpkg")
    dataset = ogr.Open(str(path), 1)
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    dataset.CreateLayer("other", system, ogr.wkbPoint)
    dataset = None
    layer = QgsVectorLayer(f"{path}|layername=several", "one", "ogr")
    assert layer.isValid()
    assert [f["n"] for f in read(written(layer, tmp_path, feedback))[0]] == [0, 1, 2]


def test_a_crs_given_in_qgis_is_the_copys(saved, tmp_path, feedback):
    layer = QgsVectorLayer(str(saved("squares.gpkg")), "moved", "ogr")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32736"))
    assert read(written(layer, tmp_path, feedback))[1] == "32736"


def test_the_selected_features_alone_are_taken(saved, tmp_path, feedback):
    from geounet_qgis.layers.sources import take_vector_parameter, vector_source

    class Probe(QgsProcessingAlgorithm):
        def initAlgorithm(self, configuration=None):
            self.addParameter(QgsProcessingParameterFeatureSource("AOI", "", optional=True))

    algorithm, context = Probe(), QgsProcessingContext()
    algorithm.initAlgorithm()
    context.setProject(QgsProject.instance())
    layer = QgsVectorLayer(str(saved("squares.gpkg")), "some", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByExpression('"n" = 1')
    selected = {"AOI": QgsProcessingFeatureSourceDefinition(layer.id(), True)}
    taken = take_vector_parameter(algorithm, selected, "AOI", context)
    layer.removeSelection()  # a person goes on while it runs
    path = in_worker(lambda: vector_source(taken, tmp_path, feedback)).path
    assert [f["n"] for f in read(path)[0]] == [1]
    whole = {"AOI": QgsProcessingFeatureSourceDefinition(layer.id(), False)}
    assert take_vector_parameter(algorithm, whole, "AOI", context).is_direct
    assert take_vector_parameter(algorithm, {}, "AOI", context) is None
    QgsProject.instance().removeMapLayer(layer)


def test_curves_become_straight(qgis_app, tmp_path, feedback):
    layer = QgsVectorLayer("CurvePolygon?crs=EPSG:32737", "round", "memory")
    layer.dataProvider().addAttributes([QgsField("m", QVariant.Map)])
    layer.updateFields()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt("CurvePolygon (CircularString (0 0, 10 10, 20 0, 10 -10, 0 0))"))
    layer.dataProvider().addFeatures([feature])
    path = written(layer, tmp_path, feedback)
    fields, _, (area,) = read(path)
    assert fields == [{}]
    assert area == pytest.approx(math.pi * 100, rel=1e-3)
    assert ogr.GeometryTypeToName(ogr.Open(path).GetLayer(0).GetGeomType()) == "Polygon"


def test_a_path_that_is_relative_is_told_whole(scene, saved, monkeypatch, tmp_path, feedback):
    from geounet_qgis.layers.sources import raster_source, take_raster, take_vector, vector_source

    squares = saved("squares.geojson")
    monkeypatch.chdir(scene.parent)
    raster = take_raster(QgsRasterLayer(scene.name, "here"))
    assert raster_source(raster, tmp_path, feedback).path == str(scene)
    monkeypatch.chdir(squares.parent)
    vector = take_vector(QgsVectorLayer(squares.name, "squares", "ogr"))
    assert vector_source(vector, tmp_path, feedback).path == str(squares)
