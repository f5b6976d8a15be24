import errno
import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import shapely

from geounet.errors import OutputError
from geounet.vector.merging import layer_totals, merge_layers, order, sorted_parquet
from geounet.vector.merging.hilbert import hilbert_distance
from geounet.vector.merging.parts import PartSizes, row_groups

SMALL = PartSizes(rows=96, group_rows=32)


@pytest.fixture
def layers(make_layer):
    return [make_layer(f"{seed}.fgb", seed, shift=11.0 * seed) for seed in range(4)]


@pytest.fixture
def in_parts(monkeypatch):
    """Files of three row groups, of 32 features each."""
    monkeypatch.setattr(sorted_parquet, "PartSizes", lambda: SMALL)


@pytest.fixture
def spilled(monkeypatch):
    """Runs of a few records, some of which have to be merged twice."""
    monkeypatch.setattr(sorted_parquet, "Sorter", lambda folder: order.Sorter(folder, 20_000, 2_000, 3))


def merged(layers, out, **choices):
    return merge_layers(layers, out, **{"overwrite": False, "metadata": {"A": "b"}} | choices)


def geo(path):
    return json.loads(pq.read_metadata(path).metadata[b"geo"])["columns"]["geometry"]


def boxes(frame):
    return np.array([list(box.values()) for box in frame["bbox"]])


def test_features_follow_the_curve_and_have_their_bounds(layers, tmp_path):
    merged(layers, tmp_path / "all.parquet")
    frame = gpd.read_parquet(tmp_path / "all.parquet")
    distance = hilbert_distance(frame.bounds.to_numpy(), tuple(frame.total_bounds))
    steps = np.diff(distance.astype(np.int64))
    assert (steps >= 0).all()
    ids = frame["id"].to_numpy()
    assert (np.diff(ids)[steps == 0] > 0).all()
    assert sorted(ids) == list(range(1, len(frame) + 1))
    table = pq.read_table(tmp_path / "all.parquet", columns=["bbox"]).to_pandas()
    np.testing.assert_array_equal(boxes(table), frame.bounds.to_numpy())
    head = geo(tmp_path / "all.parquet")
    assert head["bbox"] == frame.total_bounds.tolist()
    assert head["covering"]["bbox"]["xmax"] == ["bbox", "xmax"]
    assert pq.read_metadata(tmp_path / "all.parquet").metadata[b"A"] == b"b"


def test_runs_on_disk_change_nothing(layers, tmp_path, request):
    merged(layers, tmp_path / "memory.parquet")
    request.getfixturevalue("spilled")
    merged(layers, tmp_path / "disk.parquet")
    assert (tmp_path / "memory.parquet").read_bytes() == (tmp_path / "disk.parquet").read_bytes()


@pytest.mark.parametrize("whole", [True, False])
def test_a_window_is_read_by_the_bounds(whole, layers, tmp_path, request):
    if not whole:
        request.getfixturevalue("in_parts")
    merged(layers, tmp_path / "all.parquet")
    assert (tmp_path / "all.parquet").is_file() == whole
    everything = gpd.read_parquet(tmp_path / "all.parquet")
    window = shapely.box(500_010, 4_599_990, 500_020, 4_599_996)
    found = gpd.read_parquet(tmp_path / "all.parquet", bbox=window.bounds)
    expected = everything[shapely.intersects(shapely.envelope(everything.geometry.to_numpy()), window)]
    assert 0 < len(found) < len(everything)
    assert sorted(found["id"]) == sorted(expected["id"])


def test_row_groups_that_lie_elsewhere_are_skipped(layers, in_parts, tmp_path):
    merged(layers, tmp_path / "all.parquet")
    near = (ds.field("bbox", "xmin") < 500_005) & (ds.field("bbox", "ymax") > 4_599_998)
    fragments = list(ds.dataset(tmp_path / "all.parquet").get_fragments())
    groups = [group for fragment in fragments for group in fragment.row_groups]
    taken = [group for fragment in fragments for group in fragment.subset(near).row_groups]
    assert 0 < len(taken) < len(groups) / 2
    for group in groups:
        assert set(group.statistics) >= {"id", "class", "area_m2"}
        assert "geometry" not in group.statistics


def test_a_large_layer_is_a_folder_of_parts(layers, in_parts, tmp_path):
    result = merged(layers, tmp_path / "all.parquet")
    files = sorted((tmp_path / "all.parquet").iterdir())
    assert [file.name for file in files] == [f"part-{number:05d}.parquet" for number in range(result.parts)]
    rows = [pq.read_metadata(file).num_rows for file in files]
    assert rows[:-1] == [96] * (len(rows) - 1)
    assert 0 < rows[-1] <= 96
    assert sum(rows) == result.features == layer_totals(tmp_path / "all.parquet").features
    for file in files:
        head = pq.read_metadata(file)
        assert [head.row_group(k).num_rows for k in range(head.num_row_groups)][:-1] == [32] * (
            head.num_row_groups - 1
        )
        assert geo(file)["bbox"] == gpd.read_parquet(file).total_bounds.tolist()
    merged(layers, tmp_path / "one.gpkg")
    found = gpd.read_parquet(tmp_path / "all.parquet").sort_values("id", ignore_index=True)
    assert found.geometry.geom_equals(gpd.read_file(tmp_path / "one.gpkg", layer="one").geometry).all()


def test_parts_are_merged_again(layers, in_parts, tmp_path):
    first = merged(layers, tmp_path / "all.parquet")
    assert first.parts > 1
    again = merged([tmp_path / "all.parquet"], tmp_path / "again.fgb")
    assert again.by_class == first.by_class


def test_files_and_folders_take_each_others_place(layers, tmp_path, monkeypatch):
    out = tmp_path / "all.parquet"
    for sizes in (PartSizes(), SMALL, SMALL, PartSizes()):
        monkeypatch.setattr(sorted_parquet, "PartSizes", lambda sizes=sizes: sizes)
        result = merged(layers, out, overwrite=True)
        assert out.is_dir() == (sizes is SMALL) == (result.parts > 1)
        assert len(gpd.read_parquet(out)) == result.features
        assert not list(tmp_path.glob(".geounet*"))
        with pytest.raises(OutputError, match="--overwrite"):
            merged(layers, out)


@pytest.mark.parametrize("sizes", [PartSizes(), SMALL])
def test_what_appeared_meanwhile_is_kept_and_so_is_the_layer(sizes, layers, tmp_path, monkeypatch):
    out = tmp_path / "all.parquet"

    def meanwhile():
        out.write_bytes(b"theirs")
        return sizes

    monkeypatch.setattr(sorted_parquet, "PartSizes", meanwhile)
    with pytest.raises(OutputError, match=r"another program .* kept as all-1\.parquet$"):
        merged(layers, out)
    assert out.read_bytes() == b"theirs"
    assert len(gpd.read_parquet(tmp_path / "all-1.parquet")) > 100
    assert not list(tmp_path.glob(".geounet*"))


def test_a_folder_that_is_held_open_keeps_its_parts(layers, in_parts, tmp_path, monkeypatch):
    out = tmp_path / "all.parquet"
    merged(layers[:2], out)
    before = {part.name: part.read_bytes() for part in out.iterdir()}
    rename = Path.rename

    def refuse(self, to):
        if self == out:
            raise PermissionError(errno.EACCES, "in use")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError, match=r"may hold it open; .* kept as all-1\.parquet$"):
        merged(layers, out, overwrite=True)
    assert {part.name: part.read_bytes() for part in out.iterdir()} == before
    assert (tmp_path / "all-1.parquet").is_dir()


def test_a_folder_of_other_things_is_kept(layers, tmp_path):
    (tmp_path / "all.parquet").mkdir()
    (tmp_path / "all.parquet" / "thesis.tex").touch()
    with pytest.raises(OutputError, match="holds more than parts"):
        merged(layers, tmp_path / "all.parquet", overwrite=True)


def test_files_end_where_they_are_large_enough(layers, tmp_path, monkeypatch):
    monkeypatch.setattr(sorted_parquet, "PartSizes", lambda: PartSizes(file_bytes=1, group_rows=100))
    result = merged(layers, tmp_path / "all.parquet")
    assert result.parts == -(-result.features // 100)


def test_row_groups_are_small_in_memory_too(layers, tmp_path):
    merged(layers, tmp_path / "all.parquet")
    table = pq.read_table(tmp_path / "all.parquet")
    groups = list(row_groups(iter([table.slice(0, 50), table.slice(50)]), PartSizes(group_bytes=5_000)))
    assert sum(group.num_rows for group in groups) == table.num_rows
    assert max(group.nbytes for group in groups) < 10_000
    assert len(groups) > 10


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from geounet.errors import OutputError
from geounet.vector.merging import merge_layers, order, sorted_parquet, write_pmtiles

layer, folder = Path(sys.argv[1]), Path(sys.argv[2])
small = order.Sorter
sorted_parquet.Sorter = lambda folder: small(folder, 20_000, 2_000, 3)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def write(name):
    if name.endswith("pmtiles"):
        write_pmtiles(layer, folder / name, overwrite=True, min_zoom=12)
    else:
        merge_layers([layer] * 4, folder / name, overwrite=True, metadata={})

for name in ("a.parquet", "a.fgb", "a.gpkg", "a.pmtiles"):
    write(name)
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    for share in (0, 0.01, 0.2, 0.5, 0.9, 0.99, 1):
        limit = max(0, int(share * len(whole)) - 1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            write(name)
        except OutputError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            assert "make room" in str(error) or "another format or folder" in str(error), error
            assert "\\n" not in str(error), error
            assert not list(folder.iterdir()), (name, share)
            continue
        raise SystemExit(f"{name}: {limit} of {len(whole)} bytes were taken for all")
print("noticed")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files by Linux's means")
def test_a_disk_that_fills_at_any_point_is_noticed(make_layer, tmp_path):
    layer, script, out = make_layer("a.fgb"), tmp_path / "full.py", tmp_path / "out"
    script.write_text(FULL_DISK)
    out.mkdir()
    run = subprocess.run(
        [sys.executable, script, layer, out], check=False, capture_output=True, text=True, timeout=120
    )
    assert run.stdout == "noticed\n", run.stderr
