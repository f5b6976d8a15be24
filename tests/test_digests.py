import hashlib
import sqlite3

import geopandas
import pytest
import shapely

from geounet.digests import both_sha256, content_sha256, file_sha256


@pytest.fixture
def layer(tmp_path):
    path = tmp_path / "roofs.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=32737).to_file(path)
    return path


@pytest.mark.parametrize("data", [b"", b"two", b"x" * 300, b"SQLite format"])
def test_the_content_of_a_plain_file_is_its_bytes(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert content_sha256(path) == file_sha256(path) == hashlib.sha256(data).hexdigest()
    assert both_sha256(path) == (file_sha256(path), content_sha256(path))


def test_both_are_had_at_once(layer):
    assert both_sha256(layer) == (file_sha256(layer), content_sha256(layer))


def test_a_geopackage_that_was_only_opened_says_the_same(layer):
    before, content = file_sha256(layer), content_sha256(layer)
    for mode in ("wal", "delete"):
        connection = sqlite3.connect(layer)
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.close()
    assert file_sha256(layer) != before
    assert content_sha256(layer) == content


def test_a_geopackage_that_was_edited_says_something_else(layer):
    content = content_sha256(layer)
    connection = sqlite3.connect(layer)
    with connection:
        connection.execute("UPDATE gpkg_contents SET description = 'edited'")
    connection.close()
    assert content_sha256(layer) != content
