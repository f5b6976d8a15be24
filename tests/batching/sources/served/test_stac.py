"""STAC: items, collections of them, catalogues and searches; which asset is read, and what says that it is the same."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from geounet.batching.options import SourceOptions
from geounet.batching.sources import signing
from geounet.batching.sources.moments import meets, span
from geounet.batching.sources.stac import is_stac, stac_items
from geounet.errors import GeounetWarning, OptionsError, SceneError
from geounet.options import BBox

ALL = SourceOptions()
GEOTIFF = "image/tiff; application=geotiff; profile=cloud-optimized"
SECRET = "S3cr3tToken"  # noqa: S105


def an_item(
    name="a", *, assets=None, href="a.tif", when="2024-05-01T10:00:00Z", box=(39, -7, 40, -6), **more
):
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "bbox": list(box), "geometry": None,
        "collection": "aerial", "properties": {"datetime": when}, "links": [],
        "assets": assets or {"visual": {"href": href, "type": GEOTIFF, "roles": ["visual"]}}, **more,
    }  # fmt: skip


def a_catalogue(name, **links):
    every = [{"rel": relation, "href": href} for relation, hrefs in links.items() for href in hrefs]
    return {"type": "Catalog", "stac_version": "1.0.0", "id": name, "description": "", "links": every}


@pytest.fixture
def write(tmp_path):
    """Write JSON below the test's folder."""

    def make(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return str(path)

    return make


@pytest.fixture
def documents(serve, reply):
    """A server of JSON documents by path."""
    found = {}

    def answer(request):
        content = found.get(urlsplit(request.path).path)
        if callable(content):
            content = content(request)
        return (
            reply(status=404)
            if content is None
            else reply(body=content if isinstance(content, bytes) else json.dumps(content).encode())
        )

    server = serve(answer)
    server.found = found
    return server


def test_stac_is_known_without_a_request(write, tmp_path):
    assert is_stac(write("a.json", an_item()))
    assert is_stac(write("b.geojson", {"type": "FeatureCollection", "features": [an_item()]}))
    assert is_stac(write("c.json", a_catalogue("c")))
    assert not is_stac(
        write("d.json", {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None}]})
    )
    assert not is_stac(write("e.json", [1, 2]))
    assert not is_stac(write("f.tif", an_item()))
    assert not is_stac(str(tmp_path / "missing.json"))
    assert is_stac("https://h.org/a.json")
    assert is_stac("https://h.org/api/search?collections=x")
    assert is_stac("https://planetarycomputer.microsoft.com/api/stac/v1")
    assert is_stac("https://earth-search.aws.element84.com/v1/collections/naip/items/a")
    assert not is_stac("https://h.org/a.tif")
    assert not is_stac("https://h.org/{z}/{x}/{y}.png")


def test_an_item_beside_its_raster(write, tif, tmp_path, read_item):
    (tmp_path / "rasters").mkdir()
    (tmp_path / "rasters/a.tif").write_bytes(tif[0])
    path = write("items/a.json", an_item(href="../rasters/a.tif"))
    (item,) = stac_items(path, ALL)
    assert np.array_equal(read_item(item)[0], tif[1])
    assert (item.name, item.shown, item.date) == ("aerial/a", "aerial/a visual", "2024-05-01T10:00:00Z")
    assert item.identity["asset"] == "visual"


def test_an_item_on_a_server(documents, tif, read_item):
    documents.found |= {"/s/items/a.json": an_item(href="../a.tif"), "/s/a.tif": tif[0]}
    (item,) = stac_items(f"{documents.url}/s/items/a.json", ALL)
    assert np.array_equal(read_item(item)[0], tif[1])
    assert item.identity["href"] == f"{documents.url}/s/a.tif"
    assert ".json" not in item.raster.address


@pytest.mark.parametrize(
    ("assets", "wanted", "chosen"),
    [
        ({"image": {}, "visual": {}, "B04": {}}, (), "visual"),
        ({"B04": {}, "image": {}}, (), "image"),
        ({"data": {"roles": ["data"]}, "thumbnail": {}, "mask": {}}, (), "data"),
        ({"only": {}, "overview": {}, "preview": {}}, (), "only"),
        ({"x": {"roles": ["visual"]}, "y": {"roles": ["data"]}}, (), "x"),
        ({"data": {"roles": ["data"]}, "info": {"type": "application/json", "roles": ["data"]}}, (), "data"),
        ({"visual": {}, "B04": {}}, ("B08", "B04"), "B04"),
        ({"visual": {}, "a+b": {}}, ("a+b",), "a+b"),
    ],
)
def test_which_asset_is_read(write, assets, wanted, chosen):
    full = {name: {"href": f"{name}.tif", "type": GEOTIFF, **asset} for name, asset in assets.items()}
    (item,) = stac_items(write("a.json", an_item(assets=full)), SourceOptions(assets=wanted))
    assert item.identity["asset"] == chosen
    assert Path(item.raster.address).name == f"{chosen}.tif"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [((), "2 assets that may be meant"), (("B08",), "no asset B08; expected one of B03, B04")],
)
def test_an_item_without_the_asset_is_refused_alone(write, wanted, words):
    bands = {name: {"href": f"{name}.tif", "type": GEOTIFF} for name in ("B03", "B04")}
    features = [
        an_item("a", assets=bands),
        an_item(
            "b", assets={**bands, "visual": {"href": "v.tif", "type": GEOTIFF}, "B08": {"href": "v.tif"}}
        ),
    ]
    path = write("all.json", {"type": "FeatureCollection", "features": features})
    refused, good = stac_items(path, SourceOptions(assets=wanted))
    assert words in refused.identity["refused"]
    assert "refused" not in good.identity


def bands_of(make_raster, **values):
    for name, (array, profile) in values.items():
        make_raster(array, f"{name}.tif", **profile)
    names = {"B04": "red", "B03": "green", "B02": "blue"}
    return {
        name: {
            "href": f"{name}.tif",
            "type": GEOTIFF,
            "eo:bands": [{"name": name, "common_name": names.get(name, name)}],
        }
        for name in values
    }


def test_bands_become_one_raster(write, make_raster, opener):
    """The bands' names, values, type and nodata, and the finest grid."""
    from rasterio.transform import from_origin

    rng = np.random.default_rng(0)
    fine = [rng.integers(1, 4000, (20, 30), dtype=np.uint16) for _ in range(2)]
    coarse = rng.integers(1, 4000, (10, 15), dtype=np.uint16)
    fine[0][0, 0] = 0
    place = {"transform": from_origin(5e5, 9e6, 10, 10), "nodata": 0}
    assets = bands_of(
        make_raster,
        B04=(fine[0], place),
        B03=(fine[1], place),
        B02=(coarse, {"transform": from_origin(5e5, 9e6, 20, 20), "nodata": 0}),
    )
    (item,) = stac_items(write("a.json", an_item(assets=assets)), SourceOptions(assets=("B04+B03+B02",)))
    assert "refused" not in item.identity
    with opener(item) as dataset:
        assert dataset.descriptions == ("red", "green", "blue")
        assert [colour.name for colour in dataset.colorinterp] == ["red", "green", "blue"]
        assert dataset.transform == place["transform"]
        assert dataset.nodatavals == (0, 0, 0)
        red, green, blue = dataset.read()
        assert np.array_equal(red, fine[0])
        assert np.array_equal(green, fine[1])
        assert np.array_equal(blue, coarse.repeat(2, 0).repeat(2, 1))
        assert dataset.read_masks(1)[0, 0] == 0


def test_bands_with_a_mask_keep_it(write, make_raster, opener):
    valid = np.zeros((8, 8), bool)
    valid[2:5] = True
    assets = bands_of(
        make_raster,
        B04=(np.ones((8, 8), np.uint8), {"valid": valid}),
        B03=(np.ones((8, 8), np.uint8), {"valid": valid}),
    )
    (item,) = stac_items(write("a.json", an_item(assets=assets)), SourceOptions(assets=("B04+B03",)))
    with opener(item) as dataset:
        assert np.array_equal(dataset.read_masks(1) != 0, valid)


def test_bands_of_different_ground_are_refused(write, make_raster):
    assets = bands_of(make_raster, B04=(np.ones((8, 8), np.uint8), {}), B03=(np.ones((9, 8), np.uint8), {}))
    (item,) = stac_items(write("a.json", an_item(assets=assets)), SourceOptions(assets=("B04+B03",)))
    assert "same ground" in item.identity["refused"]


def test_bands_on_a_server_are_signed_each(serve, reply, make_raster, tmp_path, monkeypatch, opener):
    """The document holds no token; what `sign` gives does, for each file."""
    monkeypatch.setattr(signing, "AZURE", "127.0.0.1")
    monkeypatch.setattr(signing, "_CATALOGUES", ("127.0.0.1",))
    assets = bands_of(
        make_raster, B04=(np.full((8, 8), 4, np.uint8), {}), B03=(np.full((8, 8), 3, np.uint8), {})
    )
    token = json.dumps({"token": f"sig={SECRET}", "msft:expiry": "2999-01-01T00:00:00Z"}).encode()

    def answer(request):
        path = urlsplit(request.path).path
        if path.startswith("/token"):
            return token
        if path.endswith(".json"):
            return json.dumps(an_item(assets=assets)).encode()
        return (tmp_path / Path(path).name).read_bytes() if SECRET in request.path else reply(status=403)

    server = serve(answer)
    monkeypatch.setenv("PC_SDK_SAS_URL", f"{server.url}/token")
    (item,) = stac_items(f"{server.url}/c/a.json", SourceOptions(assets=("B04+B03",)))
    assert "refused" not in item.identity
    assert SECRET not in json.dumps(item.to_dict())
    with opener(item) as dataset:
        assert dataset.read()[:, 0, 0].tolist() == [4, 3]


def test_bands_on_a_server_are_opened_by_their_driver_alone(documents, make_raster, tmp_path, opener):
    assets = bands_of(
        make_raster, B04=(np.full((8, 8), 4, np.uint8), {}), B03=(np.full((8, 8), 3, np.uint8), {})
    )
    documents.found |= {f"/{name}.tif": (tmp_path / f"{name}.tif").read_bytes() for name in assets}
    documents.found["/a.json"] = an_item(assets=assets)
    (item,) = stac_items(f"{documents.url}/a.json", SourceOptions(assets=("B04+B03",)))
    assert item.raster.document.count("?if=GTiff") == 2
    with opener(item) as dataset:
        assert dataset.read()[:, 0, 0].tolist() == [4, 3]
        assert any("/vsicurl/" in name for name in dataset.files)


def test_a_static_catalogue_is_walked_lazily(documents):
    documents.found |= {
        "/root.json": a_catalogue("root", child=["one/c.json", "two/c.json"], item=["top.json"]),
        "/top.json": an_item("top"),
        "/one/c.json": a_catalogue("one", child=["../root.json"], item=["a.json", "./b.json"]),
        "/one/a.json": an_item("a"),
        "/one/b.json": an_item("b"),
        "/two/c.json": a_catalogue("two", item=["c.json"]),
    }
    items = stac_items(f"{documents.url}/root.json", ALL)
    assert next(items).name == "aerial/top"
    assert len(documents.log) == 2
    assert next(items).name == "aerial/a"
    assert [item.name for item in stac_items(f"{documents.url}/root.json", SourceOptions(limit=2))] == [
        "aerial/top",
        "aerial/a",
    ]
    documents.found["/two/c.json"] = a_catalogue("two", item=["../one/b.json", "x.json"])
    documents.found["/two/x.json"] = an_item("x")
    names = [item.name for item in stac_items(f"{documents.url}/root.json", ALL)]
    assert names == ["aerial/top", "aerial/a", "aerial/b", "aerial/x"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (SourceOptions(datetime="2024"), ["b", "c"]),
        (SourceOptions(datetime="2023-12-31/.."), ["b", "c"]),
        (SourceOptions(bbox=BBox(xmin=10, ymin=10, xmax=20, ymax=20)), ["c"]),
        (SourceOptions(collections=("other",)), []),
        (SourceOptions(limit=1), ["a"]),
    ],
)
def test_options_choose_items_of_a_file_too(write, options, names):
    features = [
        an_item("a", when="2023-06-01T00:00:00Z"),
        an_item("b", when=None),
        an_item("c", when="2024-06-01T00:00:00Z", box=(12, 12, 0, 13, 13, 9)),
    ]
    features[1]["properties"] |= {
        "start_datetime": "2024-02-01T00:00:00Z",
        "end_datetime": "2024-03-01T00:00:00Z",
    }
    path = write("all.json", {"type": "FeatureCollection", "features": features})
    if not names:
        with pytest.warns(GeounetWarning, match="no STAC item"):
            assert list(stac_items(path, options)) == []
        return
    found = list(stac_items(path, options))
    assert [item.name.rpartition("/")[2] for item in found] == names
    assert all(item.date for item in found)


def test_pages_of_a_search_are_followed(documents):
    def page(request):
        first = int(parse_qs(urlsplit(request.path).query).get("page", ["0"])[0])
        links = (
            [{"rel": "next", "href": f"{documents.url}/search?collections=aerial&page={first + 1}"}]
            if first < 2
            else []
        )
        return {"type": "FeatureCollection", "features": [an_item(f"i{first}")], "links": links}

    documents.found["/search"] = page
    names = [item.name for item in stac_items(f"{documents.url}/search?collections=aerial", ALL)]
    assert names == ["aerial/i0", "aerial/i1", "aerial/i2"]


def test_an_api_is_searched(documents):
    asked = []

    def page(request):
        asked.append(parse_qs(urlsplit(request.path).query))
        return {"type": "FeatureCollection", "features": [an_item("a"), an_item("b")], "links": []}

    root = a_catalogue("api", search=[f"{documents.url}/stac/search"]) | {
        "conformsTo": ["https://api.stacspec.org/v1.0.0/core"]
    }
    documents.found |= {"/stac": root, "/stac/search": page}
    options = SourceOptions(
        collections=("aerial",), bbox=BBox(xmin=39, ymin=-8, xmax=40, ymax=-6), datetime="2024", limit=1
    )
    assert [item.name for item in stac_items(f"{documents.url}/stac", options)] == ["aerial/a"]
    assert asked[0]["collections"] == ["aerial"]
    assert [float(value) for value in asked[0]["bbox"][0].split(",")] == [39, -8, 40, -6]
    with pytest.raises(OptionsError, match="is an API"):
        list(stac_items(f"{documents.url}/stac", ALL))


def test_identity_follows_the_item_and_not_its_signature(write):
    def identity(**changes):
        asset = {
            "href": f"https://h.org/a.tif?sig={SECRET}{changes.pop('signature', 1)}",
            "type": GEOTIFF,
            **changes.pop("asset", {}),
        }
        path = write("a.json", an_item(assets={"visual": asset}, **changes))
        return next(iter(stac_items(path, ALL))).identity

    first = identity()
    assert SECRET not in json.dumps(first)
    assert first == identity(signature=2)
    assert first != identity(asset={"file:checksum": "1220aa"})
    assert first != identity(name="b")
    assert first != identity(properties={"datetime": None, "updated": "2024-06-01T00:00:00Z"})


@pytest.mark.parametrize(
    "href", ["/etc/passwd", "file:///etc/passwd", "/vsizip/etc/a.zip/a.tif", "../../x.tif"]
)
def test_a_server_names_no_file_of_this_machine(documents, href):
    documents.found["/a.json"] = an_item(href=href)
    (item,) = stac_items(f"{documents.url}/a.json", ALL)
    assert "refused" in item.identity or item.raster.address.startswith(f"/vsicurl/{documents.url}/")


def test_what_is_no_stac(documents, write, tmp_path):
    documents.found["/list.json"] = [1]
    documents.found["/text.json"] = b"no json"
    for name, words in (("list", "no STAC document"), ("text", "no JSON"), ("missing", "HTTP 404")):
        with pytest.raises(SceneError, match=words):
            list(stac_items(f"{documents.url}/{name}.json", ALL))
    with pytest.raises(SceneError, match="cannot be read"):
        list(stac_items(str(tmp_path / "none.json"), ALL))


def test_spans_of_time():
    assert meets("2024-05-31T23:59:59Z", span("2024-05"))
    assert not meets("2024-06-01T00:00:00Z", span("2024-05"))
    assert meets("2024-01-01/2024-12-31", span("2024-05-05"))
    assert meets("2024-05-05T12:00:00+02:00", span("2024-05-05/.."))
    assert meets("2023-12-31T23:59:59Z", span("../2023-12-31"))
    with pytest.raises(OptionsError, match="datetime is"):
        span("yesterday")
