"""Tile services: pixels where their tiles are, no land where there is none, and no more requests than needed."""

import json
import random
import re
import time

import numpy as np
import pytest
from rasterio.windows import Window

from geounet.batching.options import SourceOptions
from geounet.batching.sources import signing
from geounet.batching.sources.quadtree import HALF, Level
from geounet.batching.sources.tiles import is_tile_service, tile_items
from geounet.errors import OptionsError, SceneError
from geounet.options import BBox
from geounet.raster.address import RasterAddress

ZOOM, COL, ROW = 17, 80_000, 66_000
SECRET = "S3cr3tKey"  # noqa: S105


def over(corner, *, cols=(0.0, 3.0), rows=(0.0, 2.0), zoom=ZOOM):
    """A rectangle over some tiles beside (COL, ROW), in metres of the map, and options with it."""
    (west, north), (east, south) = (corner(zoom, COL + c, ROW + r) for c, r in zip(cols, rows, strict=True))
    bbox = BBox(xmin=west, ymin=south, xmax=east, ymax=north, crs="EPSG:3857")
    return SourceOptions(bbox=bbox, zoom=zoom)


@pytest.fixture
def numbered(serve, image, reply):
    """A service whose tiles say their column and row; every third has none."""

    def answer(request):
        zoom, col, row = map(int, re.match(r"/(\d+)/(-?\d+)/(-?\d+)\.png", request.path).groups())
        if (col + row) % 3 == 0:
            return reply(status=404, body=b"no tile")
        time.sleep(0.01)  # others ask meanwhile
        return image([col % 256, row % 256, zoom])

    return serve(answer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://h/{z}/{x}/{y}.png", True),
        ("https://{s}.h/{z}/{x}/{-y}@2x.png?key=1", True),
        ("http://h/{q}.jpg", True),
        ("https://h/{z}/{x}.png", False),
        ("https://h/a.tif", False),
        ("data/{z}/{x}/{y}.png", False),
    ],
)
def test_a_template_is_known(text, said):
    assert is_tile_service(text) is said


def test_tiles_lie_where_the_scheme_has_them(numbered, corner, read_item):
    (item,) = tile_items(numbered.url + "/{z}/{x}/{y}.png", over(corner))
    pixels, valid, transform, crs = read_item(item)
    assert pixels.shape == (4, 2 * 256, 3 * 256)
    assert crs.to_epsg() == 3857
    assert (transform.c, transform.f) == pytest.approx(corner(ZOOM, COL, ROW), abs=1e-6)
    assert transform.a == pytest.approx(2 * HALF / (256 * 2**ZOOM), rel=1e-15)
    for row in range(2):
        for col in range(3):
            block = slice(256 * row, 256 * (row + 1)), slice(256 * col, 256 * (col + 1))
            there = (COL + col + ROW + row) % 3 != 0
            assert valid[block].all() == valid[block].any() == there
            if there:
                assert (
                    pixels[:3, *block]
                    == np.array([(COL + col) % 256, (ROW + row) % 256, ZOOM])[:, None, None]
                ).all()


def test_a_rectangle_is_cut_on_whole_pixels(numbered, corner, read_item):
    options = over(corner, cols=(1.25, 1.5), rows=(0.5, 1.75))
    (item,) = tile_items(numbered.url + "/{z}/{x}/{y}.png", options)
    pixels, _, transform, _ = read_item(item)
    assert pixels.shape == (4, 320, 64)
    assert (transform.c, transform.f) == pytest.approx(corner(ZOOM, COL + 1.25, ROW + 0.5), abs=1e-6)


def test_each_tile_is_asked_for_once_by_few_at_a_time(numbered, corner, opener):
    (item,) = tile_items(numbered.url + "/{z}/{x}/{y}.png", over(corner, cols=(0, 5), rows=(0, 4)))
    with opener(item) as dataset:
        dataset.read()
        dataset.read(window=Window(0, 0, 300, 300))
    assert sorted(path for _, path, _ in numbered.log) == sorted({path for _, path, _ in numbered.log})
    assert len(numbered.log) == 20
    assert 1 < numbered.peak <= 4
    assert {headers["User-Agent"] for *_, headers in numbered.log} == {"geounet"}


def test_rows_from_the_south_and_quadkeys(serve, image, corner, read_item):
    server = serve(lambda request: image([1, 2, 3]))
    (south,) = tile_items(server.url + "/{z}/{x}/{-y}.png", over(corner, cols=(0, 1), rows=(0, 1)))
    read_item(south)
    assert server.log[-1][1] == f"/{ZOOM}/{COL}/{2**ZOOM - 1 - ROW}.png"
    (keyed,) = tile_items(server.url + "/{q}.png", over(corner, cols=(0, 1), rows=(0, 1)))
    read_item(keyed)
    digits = "".join(str((COL >> k & 1) + 2 * (ROW >> k & 1)) for k in range(ZOOM - 1, -1, -1))
    assert server.log[-1][1] == f"/{digits}.png"


def test_tiles_of_any_kind_become_colours_and_valid(serve, image, corner, read_item):
    kinds = [
        image([40]),
        image([1, 2, 3, 0]),
        image([3], palette={3: (50, 60, 70, 255), 0: (1, 1, 1, 0)}),
        image([12, 22, 32], "WEBP", LOSSLESS="YES"),
    ]
    server = serve(lambda request: kinds[int(request.path.split("/")[2]) - COL])
    (item,) = tile_items(server.url + "/{z}/{x}/{y}.png", over(corner, cols=(0, 4), rows=(0, 1)))
    pixels, valid, *_ = read_item(item)
    assert pixels[:3, 0, ::256].T.tolist()[::2] == [[40, 40, 40], [50, 60, 70]]
    assert pixels[:3, 0, -1].tolist() == [12, 22, 32]
    assert valid[0, ::256].tolist() == [True, False, True, True]


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_failure_is_no_missing_tile(serve, reply, corner, opener, status):
    server = serve(lambda request: reply(status=status))
    (item,) = tile_items(server.url + "/{z}/{x}/{y}.png", over(corner))
    with opener(item) as dataset, pytest.raises(Exception, match="Read failed"):
        dataset.read()


@pytest.mark.parametrize("share", [0.05, 0.1])
def test_tiles_end_complete_on_a_server_that_fails_now_and_then(serve, image, reply, corner, opener, share):
    """Answers that are 500, or break off, are asked for again; GDAL's own client repeats none of them."""
    chance = random.Random(3)  # noqa: S311
    content = image([5, 6, 7])

    def answer(request):
        fails = chance.random() < share
        if fails and chance.random() < 0.5:
            return reply(body=content, cut=chance.choice([0, 10, 60, 300]))
        return reply(status=500 if fails else 200, body=content)

    server = serve(answer)
    (item,) = tile_items(server.url + "/{z}/{x}/{y}.png", over(corner, cols=(0, 16), rows=(0, 8)))
    with opener(item) as dataset:
        for col in range(0, 16 * 256, 512):
            assert (
                dataset.read(window=Window(col, 0, 512, 2048)) == np.array([5, 6, 7, 255])[:, None, None]
            ).all()
    assert len(server.log) < 2 * 128


def test_a_proxy_is_not_asked_for_this_process(serve, image, corner, opener, monkeypatch):
    server = serve(lambda request: image([1, 2, 3]))
    (item,) = tile_items(server.url + "/{z}/{x}/{y}.png", over(corner))
    with opener(item) as dataset:
        dataset.read()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with opener(item) as dataset:
        assert dataset.read()[0].all()
    assert len(server.log) == 6


def test_a_tile_that_is_a_virtual_raster_is_not_opened(serve, image, corner, opener, tmp_path):
    (tmp_path / "secret.png").write_bytes(image([77]))
    evil = (
        '<VRTDataset rasterXSize="256" rasterYSize="256"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{tmp_path}/secret.png</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    server = serve(lambda request: evil.encode())
    (item,) = tile_items(server.url + "/{z}/{x}/{y}.png", over(corner))
    with opener(item) as dataset, pytest.raises(Exception, match="Read failed"):
        dataset.read()


def test_tiles_of_512_pixels(serve, image, corner, read_item):
    server = serve(lambda request: image([9, 9, 9], size=512))
    (item,) = tile_items(server.url + "/{z}/{x}/{y}@2x.png", over(corner, cols=(0, 1), rows=(0, 1)))
    pixels, valid, transform, _ = read_item(item)
    assert pixels.shape == (4, 512, 512)
    assert valid.all()
    assert transform.a == pytest.approx(2 * HALF / (512 * 2**ZOOM), rel=1e-15)


def test_a_key_is_used_and_kept_nowhere(serve, image, reply, corner, opener, caplog):
    caplog.set_level("DEBUG")
    server = serve(lambda request: image([7, 8, 9]) if f"key={SECRET}" in request.path else reply(status=401))
    (item,) = tile_items(server.url + f"/{{z}}/{{x}}/{{y}}.png?style=a&key={SECRET}", over(corner))
    assert SECRET not in json.dumps(item.to_dict())
    restored = RasterAddress.from_dict(json.loads(json.dumps(item.raster.to_dict())))
    assert SECRET not in signing.sign(restored)
    assert item.identity["url"].endswith("?style=a")
    with opener(item) as dataset:
        assert dataset.read()[:3, 0, 0].tolist() == [7, 8, 9]
    assert SECRET not in caplog.text
    signing._given.clear()
    with pytest.raises(SceneError, match="give the same inputs again"):
        signing.sign(restored)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"zoom": None}, "no zoom"), ({"bbox": None}, "no bbox"), ({"zoom": 23}, "at most 22")],
)
def test_what_a_service_needs(corner, changes, words):
    given = over(corner)
    values = {"bbox": given.bbox, "zoom": given.zoom} | changes
    with pytest.raises(OptionsError, match=words):
        tile_items("https://h/{z}/{x}/{y}.png", SourceOptions(**values))


def test_too_many_tiles_and_unknown_words(corner):
    with pytest.raises(OptionsError, match="tiles at this zoom"):
        tile_items("https://h/{z}/{x}/{y}.png", over(corner, cols=(0, 101), rows=(0, 100)))
    with pytest.raises(OptionsError, match=r"asks for \{apikey\}"):
        tile_items("https://h/{z}/{x}/{y}.png?k={apikey}", over(corner))


def test_degrees_become_the_pixels_that_they_touch():
    level = Level(zoom=3)
    quarter = level.window(BBox(xmin=0, ymin=0, xmax=180, ymax=89))
    assert (quarter.row, quarter.col, quarter.height, quarter.width) == (0, 1024, 1024, 1024)
    assert level.tile_window(quarter).width == 4
    with pytest.raises(OptionsError, match="outside the map"):
        level.window(BBox(xmin=181, ymin=0, xmax=182, ymax=1))
    with pytest.raises(OptionsError, match="outside the map"):
        level.window(BBox(xmin=0, ymin=86, xmax=1, ymax=87))
