"""MBTiles and PMTiles: pixels where their tiles are, on this machine and on a server."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geounet.batching.options import SourceOptions
from geounet.batching.sources import pyramids
from geounet.batching.sources.pyramids import is_pyramid, pyramid_items
from geounet.batching.sources.remote import forget_raster, reads_network
from geounet.errors import OptionsError, SceneError
from geounet.options import BBox

ZOOM, COL, ROW = 16, 40_000, 33_000
ALL = SourceOptions()


@pytest.fixture
def tiles(image):
    """Three tiles of a square of four, at (column, row)."""
    return {
        (COL, ROW): image([10, 20, 30]),
        (COL + 1, ROW): image([40, 50, 60]),
        (COL + 1, ROW + 1): image([70, 80, 90]),
    }


EXPECTED = [[10, 40], [0, 70]]
"""The first colour of each tile."""


@pytest.fixture
def make_mbtiles(tmp_path):
    def make(tiles, *, zoom=ZOOM, kind="png", more=None, bounds=None):
        path = tmp_path / "a.mbtiles"
        connection = sqlite3.connect(path)
        connection.execute("create table metadata (name text, value text)")
        connection.execute(
            "create table tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)"
        )
        names = {"name": "a", "format": kind, "minzoom": str(zoom - 1), "maxzoom": str(zoom)}
        names |= {"bounds": bounds} if bounds else {}
        connection.executemany("insert into metadata values (?, ?)", names.items())
        for (col, row), content in tiles.items():
            connection.execute(
                "insert into tiles values (?, ?, ?, ?)", (zoom, col, 2**zoom - 1 - row, content)
            )
        for (level, col, row), content in (more or {}).items():
            connection.execute(
                "insert into tiles values (?, ?, ?, ?)", (level, col, 2**level - 1 - row, content)
            )
        connection.commit()
        connection.close()
        return str(path)

    return make


@pytest.fixture
def make_pmtiles(tmp_path):
    def make(
        tiles,
        *,
        zoom=ZOOM,
        kind=TileType.PNG,
        more=None,
        name="a.pmtiles",
        bounds=(-1800000000, -850000000, 1800000000, 850000000),
    ):
        path = tmp_path / name
        every = {(zoom, *place): content for place, content in tiles.items()} | (more or {})
        with path.open("wb") as file:
            writer = Writer(file)
            for place in sorted(every, key=lambda place: zxy_to_tileid(*place)):
                writer.write_tile(zxy_to_tileid(*place), every[place])
            zooms = [place[0] for place in every]
            west, south, east, north = bounds
            writer.finalize(
                {
                    "tile_type": kind, "tile_compression": Compression.NONE, "min_zoom": min(zooms), "max_zoom": max(zooms),
                    "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
                    "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0,
                },
                {},
            )  # fmt: skip
        return str(path)

    return make


def around(corner, *, cols=(0.0, 2.0), rows=(0.0, 2.0)):
    (west, north), (east, south) = (corner(ZOOM, COL + c, ROW + r) for c, r in zip(cols, rows, strict=True))
    return BBox(xmin=west, ymin=south, xmax=east, ymax=north, crs="EPSG:3857")


def assert_placed(found, corner):
    pixels, valid, transform, crs = found
    assert pixels.shape[1:] == (512, 512)
    assert crs.to_epsg() == 3857
    assert (transform.c, transform.f) == pytest.approx(corner(ZOOM, COL, ROW), abs=1e-6)
    assert pixels[0, ::256, ::256].tolist() == EXPECTED
    assert (pixels[:3, :256, :256] == np.array([10, 20, 30])[:, None, None]).all()
    assert not valid[256:, :256].any()
    assert valid.sum() == 3 * 256 * 256


def test_pyramids_are_known_by_name():
    assert is_pyramid("a.MBTiles")
    assert is_pyramid("https://h/a.pmtiles?x=1")
    assert not is_pyramid("a.tif")
    assert not is_pyramid("https://h/a.tif?x=a.pmtiles")


@pytest.mark.parametrize("bounds", [None, "39.7266,-1.2743,39.7354,-1.2655"])
def test_mbtiles_lie_where_their_tiles_are(make_mbtiles, tiles, corner, read_item, bounds):
    """Also where the file's own `bounds` are rounded, or wrong."""
    (item,) = pyramid_items(make_mbtiles(tiles, bounds=bounds), ALL)
    assert_placed(read_item(item), corner)
    assert item.name == "a.mbtiles"
    assert item.identity["zoom"] == ZOOM


def test_pmtiles_lie_where_their_tiles_are(make_pmtiles, tiles, corner, read_item):
    (item,) = pyramid_items(make_pmtiles(tiles), SourceOptions(bbox=around(corner)))
    assert_placed(read_item(item), corner)


def test_pmtiles_without_a_rectangle_are_what_their_header_says(make_pmtiles, tiles, corner, read_item):
    west = COL / 2**ZOOM * 360 - 180
    bounds = tuple(round(1e7 * degrees) for degrees in (west + 1e-4, -1.285, west + 9e-3, -1.2745))
    (item,) = pyramid_items(make_pmtiles(tiles, bounds=bounds), ALL)
    assert_placed(read_item(item), corner)


def test_pmtiles_on_a_server_are_read_in_place(make_pmtiles, tiles, corner, read_item, serve, tmp_path):
    content = Path(make_pmtiles(tiles)).read_bytes()
    server = serve(lambda request: content)
    (item,) = pyramid_items(f"{server.url}/a.pmtiles", SourceOptions(bbox=around(corner)))
    assert_placed(read_item(item), corner)
    assert item.identity["url"] == f"{server.url}/a.pmtiles"


def test_what_failed_on_a_server_is_forgotten(make_pmtiles, tiles, corner, opener, serve, reply):
    content, well = Path(make_pmtiles(tiles)).read_bytes(), {"now": True}
    server = serve(lambda request: content if well["now"] else reply(status=404))
    (item,) = pyramid_items(f"{server.url}/gone.pmtiles", SourceOptions(bbox=around(corner)))
    well["now"] = False
    with pytest.raises(SceneError, match="cannot be read"), opener(item) as dataset:
        dataset.read()
    well["now"] = True
    assert reads_network(item.raster)
    forget_raster(item.raster)
    with opener(item) as dataset:
        assert dataset.read()[0, ::256, ::256].tolist() == EXPECTED


@pytest.mark.parametrize("make", ["make_mbtiles", "make_pmtiles"])
def test_a_rectangle_cuts_on_whole_pixels(make, request, tiles, corner, read_item):
    path = request.getfixturevalue(make)(tiles)
    (item,) = pyramid_items(path, SourceOptions(bbox=around(corner, cols=(0.5, 1.25), rows=(0.75, 1.5))))
    pixels, valid, transform, _ = read_item(item)
    assert pixels.shape[1:] == (192, 192)
    assert (transform.c, transform.f) == pytest.approx(corner(ZOOM, COL + 0.5, ROW + 0.75), abs=1e-6)
    assert pixels[0, [0, 0, -1, -1], [0, -1, 0, -1]].tolist() == [10, 40, 0, 70]
    assert valid[[0, 0, -1, -1], [0, -1, 0, -1]].tolist() == [True, True, False, True]


@pytest.mark.parametrize("make", ["make_mbtiles", "make_pmtiles"])
def test_a_zoom_is_chosen(make, request, tiles, image, corner, read_item):
    more = {(ZOOM - 1, COL // 2, ROW // 2): image([5, 6, 7])}
    path = request.getfixturevalue(make)(tiles, more=more)
    bbox = around(corner)
    (item,) = pyramid_items(path, SourceOptions(zoom=ZOOM - 1, bbox=bbox))
    pixels, valid, *_ = read_item(item)
    assert pixels.shape[1:] == (256, 256)
    assert pixels[:3, 0, 0].tolist() == [5, 6, 7]
    assert valid.all()
    (finest,) = pyramid_items(path, SourceOptions(bbox=bbox))
    assert finest.identity["zoom"] == ZOOM
    with pytest.raises(OptionsError, match="no zoom 3"):
        list(pyramid_items(path, SourceOptions(zoom=3)))


@pytest.mark.parametrize("make", ["make_mbtiles", "make_pmtiles"])
def test_tiles_of_512_pixels(make, request, image, corner, read_item):
    path = request.getfixturevalue(make)({(COL, ROW): image([1, 2, 3], size=512)})
    (item,) = pyramid_items(path, SourceOptions(bbox=around(corner, cols=(0, 1), rows=(0, 1))))
    pixels, valid, *_ = read_item(item)
    assert pixels.shape[1:] == (512, 512)
    assert valid.all()


@pytest.mark.parametrize("make", ["make_mbtiles", "make_pmtiles"])
def test_tiles_of_any_kind_become_colours_and_valid(make, request, image, corner, read_item):
    kinds = {
        (COL, ROW): image([40]),
        (COL + 1, ROW): image([3], palette={3: (50, 60, 70, 255), 0: (1, 1, 1, 0)}),
        (COL, ROW + 1): image([11, 21, 31, 0]),
        (COL + 1, ROW + 1): image([12, 22, 32]),
    }
    path = request.getfixturevalue(make)(kinds)
    (item,) = pyramid_items(path, SourceOptions(bbox=around(corner)))
    pixels, valid, *_ = read_item(item)
    assert pixels[:3, 0, 0].tolist() == [40, 40, 40]
    assert pixels[:3, 0, 256].tolist() == [50, 60, 70]
    assert pixels[:3, 256, 256].tolist() == [12, 22, 32]
    assert valid[::256, ::256].tolist() == [[True, True], [False, True]]


@pytest.mark.parametrize(("driver", "kind"), [("JPEG", TileType.JPEG), ("WEBP", TileType.WEBP)])
def test_jpeg_and_webp(make_pmtiles, image, corner, read_item, driver, kind):
    path = make_pmtiles({(COL, ROW): image([100, 100, 100], driver)}, kind=kind)
    (item,) = pyramid_items(path, SourceOptions(bbox=around(corner)))
    pixels, valid, *_ = read_item(item)
    assert (np.abs(pixels[:3, :256, :256].astype(int) - 100) <= 1).all()
    assert valid.sum() == 256 * 256


@pytest.mark.parametrize("make", ["make_mbtiles", "make_pmtiles"])
def test_a_tile_that_is_a_virtual_raster_is_not_opened(
    make, request, tiles, image, corner, opener, read_item, tmp_path
):
    """It could read any file; here one that lies beside it. Of MBTiles, what is no image is no tile."""
    (tmp_path / "secret.png").write_bytes(image([77]))
    evil = (
        '<VRTDataset rasterXSize="256" rasterYSize="256"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{tmp_path}/secret.png</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    path = request.getfixturevalue(make)(tiles | {(COL, ROW + 1): evil.encode()})
    (item,) = pyramid_items(path, SourceOptions(bbox=around(corner)))
    if make == "make_mbtiles":
        pixels, valid, *_ = read_item(item)
        assert 77 not in pixels
        assert not valid[256:, :256].any()
        return
    with pytest.raises(SceneError, match="cannot be read"), opener(item) as dataset:
        dataset.read()


def test_leaf_directories_are_followed(make_pmtiles, image, corner, read_item):
    """An archive of so many tiles that its directory does not fit the root."""
    content = [image([value, 1, 2], size=16) for value in range(200)]
    tiles = {(COL + k % 128, ROW + k // 128): content[k % 200] + bytes(k % 7) for k in range(128 * 128)}
    path = make_pmtiles(tiles)
    options = SourceOptions(bbox=around(corner, cols=(100, 104), rows=(90, 92)))
    (item,) = pyramid_items(path, options)
    pixels, valid, *_ = read_item(item)
    assert valid.all()
    expected = [[((90 + row) * 128 + 100 + col) % 200 for col in range(4)] for row in range(2)]
    assert pixels[0, ::16, ::16].tolist() == expected


def test_what_is_no_pyramid(tmp_path, make_pmtiles, make_mbtiles, tiles, image, corner, monkeypatch):
    (tmp_path / "x.pmtiles").write_bytes(b"nothing of the kind")
    (tmp_path / "x.mbtiles").write_bytes(b"nothing of the kind")
    for name in ("x.pmtiles", "x.mbtiles", "missing.pmtiles", "missing.mbtiles"):
        with pytest.raises(SceneError, match=name):
            list(pyramid_items(str(tmp_path / name), ALL))
    with pytest.raises(SceneError, match="vector tiles"):
        list(pyramid_items(make_pmtiles(tiles, kind=TileType.MVT), ALL))
    with pytest.raises(OptionsError, match="no tile there"):
        list(pyramid_items(make_pmtiles(tiles), SourceOptions(bbox=around(corner, cols=(50, 51)))))
    with pytest.raises(OptionsError, match="no tile there"):
        list(pyramid_items(make_mbtiles(tiles), SourceOptions(bbox=around(corner, cols=(50, 51)))))
    with pytest.raises(OptionsError, match="tiles at this zoom"):
        list(pyramid_items(make_pmtiles(tiles), ALL))
    with pytest.raises(SceneError, match="MBTiles on a server"):
        list(pyramid_items("https://h/a.mbtiles", ALL))


def test_an_address_with_a_query_is_refused(serve, make_pmtiles, tiles, corner):
    content = Path(make_pmtiles(tiles)).read_bytes()
    server = serve(lambda request: content)
    with pytest.raises(SceneError, match="query"):
        list(pyramid_items(f"{server.url}/a.pmtiles?sig=abc", SourceOptions(bbox=around(corner))))


def test_identity_follows_the_file_the_zoom_and_the_rectangle(make_pmtiles, tiles, corner):
    path = make_pmtiles(tiles)
    first, second, third = (
        next(iter(pyramid_items(path, SourceOptions(bbox=around(corner, rows=rows))))).identity
        for rows in ((0, 2), (0, 2), (0, 1))
    )
    assert first == second != third
    assert pyramids.MAX_PLACED >= 16_384
