import hashlib
import json
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import shape

from geounet.batching.collection import CollectionFacts, write_collection
from geounet.batching.collection.assets import multihash
from geounet.batching.collection.dates import period_of
from geounet.batching.item import Item
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.ledgers.ledger import JobRecord
from geounet.errors import MissingDependencyError
from geounet.models.card import ModelCard
from geounet.raster.address import RasterAddress

pystac = pytest.importorskip("pystac")
pytest.importorskip("rio_stac")

RUN = RunRecord(
    model="buildings 1.0.0",
    address="https://user:SECRET@x.org/m.zip?sig=SECRET",
    digest="ab" * 32,
    options={"aoi": "/home/somebody/area.geojson", "min_area": 4.0},
    version="1.2.3",
)
CARD = ModelCard.from_dict(
    {
        "format": 1, "name": "buildings", "version": "1.0.0", "description": "Roofs.", "task": "buildings",
        "architecture": {"name": "Unet", "encoder": "mobilenet_v2"}, "bands": ["red", "green", "blue"],
        "classes": ["background", "tall building"], "activation": "softmax", "gsd_m": 0.3,
        "normalization": {"range": "scene", "percentiles": [2, 98], "mean": [0, 0, 0], "std": [1, 1, 1]},
        "tile": 512, "margin": 64, "license": "ODbL-1.0", "sources": [], "attribution": "© Mappers",
    }
)  # fmt: skip
FACTS = CollectionFacts(card=CARD, extras={"merged layer": "all.parquet"})


def record(
    name: str, state: str = "done", *, dates: tuple[str | None, ...] = (None,), **outcome: object
) -> JobRecord:
    items = tuple(
        Item(
            name=name,
            raster=RasterAddress(address=f"/home/somebody/{name}.tif"),
            shown=f"{name}.tif",
            date=date,
        )
        for date in dates
    )
    job = Job(name=name, items=items)
    facts = {
        "bounds": (10.0, 50.0, 10.1, 50.2),
        "outputs": {"layer": f"{name}.gpkg"},
        "features": 3,
        "seconds": 1.0,
    }
    became = (
        None if state in ("pending", "running") else Outcome(key=job.key, state=state, **(facts | outcome))
    )
    return JobRecord(job=job, state=state, attempts=1, outcome=became, claimant=None)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def check_schema(value: dict) -> None:
    """Against STAC's own schemas, which pystac brings; those of extensions would need the network."""
    jsonschema = pytest.importorskip("jsonschema")
    from pystac.validation.local_validator import get_local_schema_cache
    from referencing import Registry, Resource

    cache = get_local_schema_cache()
    registry = Registry().with_resources((key, Resource.from_contents(each)) for key, each in cache.items())
    kind = "collection" if value["type"] == "Collection" else "item"
    schema = cache[f"https://schemas.stacspec.org/v1.1.0/{kind}-spec/json-schema/{kind}.json"]
    jsonschema.Draft7Validator(schema, registry=registry).validate(value)


def test_pystac_reads_what_was_written(tmp_path):
    records = [
        record("a", dates=("2024-05-06",)),
        record("deep/er/b", bounds=(11.0, 49.0, 12.0, 50.0), dates=("2024-05-07T10:00:00Z",)),
        record("c", "failed"),
        record("d", "pending"),
        record("e", "done", outputs={}),
    ]
    path = write_collection(tmp_path, RUN, iter(records), facts=FACTS)
    assert path == tmp_path / "collection.json"
    collection = pystac.Collection.from_file(str(path))
    assert collection.extent.spatial.bboxes == [[10.0, 49.0, 12.0, 50.2]]
    first, last = datetime(2024, 5, 6, tzinfo=UTC), datetime(2024, 5, 7, 10, tzinfo=UTC)
    assert collection.extent.temporal.intervals == [[first, last]]
    items = {item.id: item for item in collection.get_items()}
    assert set(items) == {"a", "deep_er_b"}
    for name, item in (("a", items["a"]), ("deep/er/b", items["deep_er_b"])):
        assert item.get_collection() is collection
        assert item.get_root() is collection
        assert item.assets["layer"].get_absolute_href() == str(tmp_path / f"{name}.gpkg")
        [model] = item.get_stac_objects("derived_from")
        assert model.properties["mlm:name"] == "buildings"
    assert items["a"].datetime == first
    assert collection.assets["merged-layer"].get_absolute_href() == str(tmp_path / "all.parquet")


def test_all_files_meet_stacs_own_schemas(tmp_path):
    records = [
        record("a", dates=("2024-05-06",)),
        record("b", bounds=(179.5, -1.0, -179.5, 1.0), left_out={"b_2": "cut short"}),
        record("c", bounds=None),
    ]
    write_collection(tmp_path, RUN, records, facts=FACTS)
    for path in tmp_path.rglob("*.json"):
        if path.name != "model_card.json":
            check_schema(read(path))
    write_collection(tmp_path / "empty", RUN, [])
    check_schema(read(tmp_path / "empty" / "collection.json"))


def test_the_same_jobs_give_the_same_bytes(tmp_path):
    records = [record("a"), record("b", dates=("2024-05-06",))]
    slower = [record("a", seconds=99.0), record("b", dates=("2024-05-06",), seconds=98.0)]
    write_collection(tmp_path / "one", RUN, records, facts=FACTS)
    write_collection(tmp_path / "two", RUN, iter(slower), facts=FACTS)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "one").rglob("*.json")}
    write_collection(tmp_path / "one", RUN, records, facts=FACTS)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "one").rglob("*.json")}


def test_no_folder_and_no_secret_is_told(tmp_path):
    write_collection(tmp_path, RUN, [record("a")], facts=FACTS)
    text = b"".join(files(tmp_path).values()).decode()
    assert "SECRET" not in text
    assert "somebody" not in text
    assert str(tmp_path) not in text
    assert "https://x.org/m.zip" in text


def test_a_scene_across_180_degrees_has_two_halves(tmp_path):
    records = [record("a", bounds=(179.5, -1.0, -179.5, 1.0)), record("b", bounds=(178.0, 0.0, 179.0, 2.0))]
    collection = read(write_collection(tmp_path, RUN, records))
    item = read(tmp_path / "items" / "a.json")
    assert item["bbox"] == [179.5, -1.0, -179.5, 1.0]
    assert shape(item["geometry"]).area == pytest.approx(2.0)
    assert collection["extent"]["spatial"]["bbox"] == [[178.0, -1.0, -179.5, 2.0]]


def test_a_layer_has_its_size_and_a_multihash(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"test")
    digest = hashlib.sha256(b"test").hexdigest()
    write_collection(tmp_path, RUN, [record("a", digests={"a.gpkg": digest})])
    layer = read(tmp_path / "items" / "a.json")["assets"]["layer"]
    assert layer["file:size"] == 4
    assert (
        layer["file:checksum"] == "12209f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )  # the spec's
    assert layer["type"] == pystac.MediaType.GEOPACKAGE
    assert multihash(digest) == layer["file:checksum"]


@pytest.mark.parametrize(
    ("end", "media"),
    [
        ("fgb", pystac.MediaType.FLATGEOBUF),
        ("parquet", pystac.MediaType.VND_APACHE_PARQUET),
        ("geojson", pystac.MediaType.GEOJSON),
        ("SHP", "application/vnd.shp"),
        ("xyz", "application/octet-stream"),
    ],
)
def test_media_types(tmp_path, end, media):
    write_collection(tmp_path, RUN, [record("a", outputs={"layer": f"a.{end}"})])
    assert read(tmp_path / "items" / "a.json")["assets"]["layer"]["type"] == media


def test_parts_of_a_shapefile_are_assets_too(tmp_path):
    digests = {f"a.{end}": "00" * 32 for end in ("shp", "dbf", "shx")}
    write_collection(tmp_path, RUN, [record("a", outputs={"layer": "a.shp"}, digests=digests)])
    assets = read(tmp_path / "items" / "a.json")["assets"]
    assert set(assets) == {"layer", "layer.dbf", "layer.shx"}
    assert assets["layer.dbf"]["href"] == "../a.dbf"


def test_layers_of_single_tiles_have_keys_of_their_own(tmp_path):
    outputs = {"layer:t/a": "t/a.shp", "layer:t_a": "t_a.shp"}
    digests = {f"{stem}.{end}": "00" * 32 for stem in ("t/a", "t_a") for end in ("shp", "dbf")}
    path = write_collection(tmp_path, RUN, [record("m", outputs=outputs, digests=digests)])
    assets = read(tmp_path / "items" / "m.json")["assets"]
    assert set(assets) == {"layer:t/a", "layer:t_a", "layer:t/a.dbf", "layer:t_a.dbf"}
    assert assets["layer:t/a.dbf"]["href"] == "../t/a.dbf"
    assert read(path)["item_assets"] == {}


def test_rasters_say_where_they_lie(tmp_path):
    grid = {
        "crs": "EPSG:32737",
        "transform": from_origin(500_000, 9_300_000, 0.5, 0.5),
        "width": 4,
        "height": 3,
    }
    profile = {"driver": "GTiff", "count": 1, "dtype": "uint8", "nodata": 255} | grid
    with rasterio.open(tmp_path / "a_class.tif", "w", **profile) as raster:
        raster.write(np.zeros((1, 3, 4), np.uint8))
        raster.update_tags(GEOUNET_CLASSES='["background", "tall building"]')
    outputs = {"layer": "a.gpkg", "class_raster": "a_class.tif"}
    write_collection(tmp_path, RUN, [record("a", outputs=outputs)])
    item = pystac.Item.from_file(str(tmp_path / "items" / "a.json"))
    projected = item.assets["class_raster"].ext.proj
    assert projected.code == "EPSG:32737"
    assert projected.shape == [3, 4]
    assert projected.transform == list(grid["transform"])[:6]
    assert projected.bbox == [500_000, 9_299_998.5, 500_002, 9_300_000]
    assert [each.name for each in item.assets["class_raster"].ext.classification.classes] == [
        "background", "tall_building", "nodata",
    ]  # fmt: skip


def test_items_of_like_names_have_ids_of_their_own(tmp_path):
    path = write_collection(tmp_path, RUN, [record("a/b"), record("a_b")])
    identifiers = [item.id for item in pystac.Collection.from_file(str(path)).get_items()]
    assert len(set(identifiers)) == 2
    assert identifiers[0] == "a_b"


def test_the_models_item_is_what_mlm_asks_for(tmp_path):
    write_collection(tmp_path, RUN, [record("a")], facts=FACTS)
    item = pystac.Item.from_file(str(tmp_path / "model.json"))
    known = item.ext.mlm
    assert (known.mlm_name, known.architecture, known.framework) == ("buildings", "Unet", "PyTorch")
    assert known.tasks == ["semantic-segmentation"]
    assert known.input[0].input.shape == [-1, 3, 512, 512]
    assert known.output[0].result.shape == [-1, 2, 512, 512]
    assert [each.name for each in known.output[0].classes] == ["background", "tall_building"]
    assert "mlm:model" in item.assets["card"].roles
    assert ModelCard.from_dict(read(tmp_path / "model_card.json")) == CARD


def test_licence_and_attribution_are_the_cards(tmp_path):
    collection = read(write_collection(tmp_path, RUN, [record("a")], facts=FACTS))
    assert collection["license"] == "ODbL-1.0"
    assert {"name": "© Mappers", "roles": ["licensor"]} in collection["providers"]
    assert read(write_collection(tmp_path, RUN, [record("a")]))["license"] == "other"


@pytest.mark.parametrize(
    ("dates", "start", "end"),
    [
        (("2024-05-06",), "2024-05-06T00:00:00", "2024-05-06T23:59:59"),
        (("20240506",), "2024-05-06T00:00:00", "2024-05-06T23:59:59"),
        (("2024-05-06T07:08:09Z", None), "2024-05-06T07:08:09", "2024-05-06T07:08:09"),
        (("2024-05-06T00:00:00+02:00",), "2024-05-05T22:00:00", "2024-05-05T22:00:00"),
        (("2024-05-06", "2024-05-04"), "2024-05-04T00:00:00", "2024-05-06T23:59:59"),
        (("2024-05-06/2024-06-01",), "2024-05-06T00:00:00", "2024-06-01T23:59:59"),
        (("2024-05-06/..",), "2024-05-06T00:00:00", "2024-05-06T23:59:59"),
    ],
)
def test_dates_are_periods(dates, start, end):
    period = period_of(dates)
    assert period.start == datetime.fromisoformat(f"{start}Z")
    assert period.end == datetime.fromisoformat(f"{end}Z")


def test_what_is_no_date_is_none(tmp_path):
    assert period_of([None, "", "spring", "2024-13-45"]) is None
    collection = read(write_collection(tmp_path, RUN, [record("a")]))
    assert collection["extent"]["temporal"]["interval"] == [[None, None]]
    properties = read(tmp_path / "items" / "a.json")["properties"]
    assert properties["datetime"] is None
    assert properties["start_datetime"] < properties["end_datetime"]


def test_without_pystac_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pystac", None)
    with pytest.raises(MissingDependencyError, match=r"geounet\[cloud\]"):
        write_collection(tmp_path, RUN, [record("a")])
