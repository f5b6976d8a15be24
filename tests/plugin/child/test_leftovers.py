from geounet.outputs import HIDDEN
from geounet_qgis.child.leftovers import hidden_folders, remove_leftovers


def test_only_a_runs_own_new_folders_go(tmp_path):
    names = {
        "own": ".geounet-12-abc",
        "other": ".geounet-123-abc",
        "old": ".geounet-12-old",
        "shown": "geounet-12-x",
    }
    for key in ("old", "shown"):
        (tmp_path / names[key]).mkdir()
    before = hidden_folders([tmp_path])
    for key in ("own", "other"):
        (tmp_path / names[key]).mkdir()
        (tmp_path / names[key] / "half.gpkg").write_text("half")
    (tmp_path / ".geounet-12-file").write_text("a file")
    remove_leftovers([tmp_path, tmp_path / "missing"], [12], before=before)
    assert {path.name for path in tmp_path.iterdir()} == {*names.values(), ".geounet-12-file"} - {
        names["own"]
    }


def test_what_a_link_points_to_stays(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "layer.gpkg").write_text("whole")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / ".geounet-12-link").symlink_to(kept, target_is_directory=True)
    remove_leftovers([folder], [12], before=frozenset())
    assert (kept / "layer.gpkg").exists()


def test_the_library_names_its_folders_so(tmp_path):
    (tmp_path / f"{HIDDEN.format(4711)}x").mkdir()
    remove_leftovers([tmp_path], [4711], before=frozenset())
    assert list(tmp_path.iterdir()) == []
