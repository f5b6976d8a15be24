"""A graph is made once, kept by what it was made of, and made anew where what was kept is damaged."""

import shutil
from pathlib import Path

import pytest

from geounet.errors import DiskFullError, MissingDependencyError
from geounet.models import bundle
from geounet.models.bundle import CARD, GRAPH, WEIGHTS, Bundle
from geounet.models.engines import kept_graphs
from geounet.models.engines.kept_graphs import graph_of, ready_graph
from geounet.models.graph.bearing import KEY, Bearing, network_of


def content_of(found: Bundle) -> bytes:
    """A graph that says of what it is, and has no operators."""
    import onnx

    from geounet.digests import file_sha256

    model = onnx.ModelProto(ir_version=8)
    shape = onnx.helper.make_tensor_value_info("patches", 1, ["batch", 3, "rows", "cols"])
    model.graph.input.append(shape)
    bearing = Bearing(file_sha256(found.weights), network_of(found.card), 32)
    model.metadata_props.add(key=KEY, value=bearing.to_json())
    return model.SerializeToString()


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders in which graphs were made: torch takes seconds for one."""
    from geounet.models.graph import writing

    folders: list[Path] = []

    def write(folder: Path) -> Path:
        folders.append(folder)
        path = folder / GRAPH
        path.write_bytes(content_of(bundle.read(folder)))
        return path

    monkeypatch.setattr(writing, "write_graph", write)
    monkeypatch.setattr(kept_graphs, "_ASIDE", [])
    return folders


def test_a_graph_is_made_once(tiny: Bundle, cache: Path, made: list[Path]) -> None:
    assert ready_graph(tiny) is None
    first = graph_of(tiny)
    assert first.path.is_relative_to(cache / "graphs")
    assert {path.name for path in first.path.parent.iterdir()} == {CARD, GRAPH, WEIGHTS}
    assert graph_of(tiny) == ready_graph(tiny) == first
    assert len(made) == 1
    assert (first.side, first.card.stride) == (None, 32)
    assert not (tiny.folder / GRAPH).exists()


def test_a_bundles_own_graph_comes_first(tiny: Bundle, made: list[Path]) -> None:
    (tiny.folder / GRAPH).write_bytes(content_of(tiny))
    assert graph_of(tiny).path == tiny.folder / GRAPH
    assert made == []


def test_another_version_of_what_makes_it_makes_it_anew(
    tiny: Bundle, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph_of(tiny)
    monkeypatch.setattr(kept_graphs, "version_of", lambda name: f"{name} 99")
    assert ready_graph(tiny) is None
    graph_of(tiny)
    assert len(made) == 2


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, CARD])
def test_a_damaged_graph_is_made_anew(tiny: Bundle, made: list[Path], name: str) -> None:
    kept = graph_of(tiny).path.parent / name
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    assert ready_graph(tiny) is None
    assert graph_of(tiny) == ready_graph(tiny)
    assert len(made) == 2


def test_a_cache_that_cannot_be_written_is_no_failure(tiny: Bundle, cache: Path, made: list[Path]) -> None:
    cache.write_text("a file where the folder should be")
    found = graph_of(tiny)
    assert found.path.is_file()
    assert not found.path.is_relative_to(cache)
    assert ready_graph(tiny) is None
    assert graph_of(tiny) == found
    assert len(made) == 1
    kept_graphs._ASIDE[0].cleanup()


def test_a_cache_that_is_full_is_no_failure(
    tiny: Bundle, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = kept_graphs._write

    def fills(found: Bundle, folder: Path) -> None:
        if folder.is_relative_to(cache):
            raise DiskFullError("the disk is full")
        write(found, folder)

    monkeypatch.setattr(kept_graphs, "_write", fills)
    assert not graph_of(tiny).path.is_relative_to(cache)
    kept_graphs._ASIDE[0].cleanup()


def test_another_process_may_have_been_faster(
    tiny: Bundle, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = graph_of(tiny).path.parent
    aside = theirs.with_name("aside")
    shutil.copytree(theirs, aside)
    shutil.rmtree(theirs)

    def late(_bundle: Bundle, _folder: Path) -> None:
        shutil.copytree(aside, theirs)
        raise OSError(39, "Directory not empty")

    monkeypatch.setattr(kept_graphs, "_write", late)
    assert graph_of(tiny).path.parent == theirs
    assert len(made) == 1


def test_without_torch_its_remedy_is_not_torch(tiny: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_graphs, "find_spec", lambda _: None)
    with pytest.raises(
        MissingDependencyError, match=r"torch.*is not installed: have geounet models graph"
    ) as caught:
        graph_of(tiny)
    assert "--engine torch" not in str(caught.value)


def test_what_is_missing_is_named(tiny: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_graphs, "find_spec", lambda name: None if name == "onnxscript" else name)
    with pytest.raises(
        MissingDependencyError, match=r"onnxscript is not installed.*carries no graph.*'geounet\[onnx\]'"
    ):
        graph_of(tiny)
