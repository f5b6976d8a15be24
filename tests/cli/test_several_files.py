"""`geounet extract a.tif b.tif`: one file is a path, several are a list."""

import subprocess
from collections.abc import Callable

import pytest

BODY = """
from geounet.results import Extraction
print(repr(scene))
return Extraction(out=Path(out), features=0, by_class={}, pixels=1, valid_pixels=1, seconds=0.5)
"""


@pytest.mark.parametrize(
    ("words", "scene"),
    [
        (["a.tif", "-o", "x.gpkg"], "'a.tif'"),
        (["a.tif", "b.tif", "-o", "x.gpkg"], "['a.tif', 'b.tif']"),
        (["-o", "x.gpkg", "--quiet", "a.tif", "b.tif", "c.tif"], "['a.tif', 'b.tif', 'c.tif']"),
    ],
)
def test_files_are_one_scene(
    script: Callable[[str], list[str]], environment: dict[str, str], words: list[str], scene: str
) -> None:
    done = subprocess.run(
        [*script(BODY), "extract", *words], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.splitlines()[0] == scene
