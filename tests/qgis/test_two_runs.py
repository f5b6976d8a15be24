"""Two runs at once, as QGIS's task manager runs them, do not disturb each other."""

from pathlib import Path

import pytest
from osgeo import ogr
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer


class Run:
    """An algorithm in a task of its own."""

    def __init__(self, name: str, parameters: dict[str, str], done) -> None:
        algorithm = QgsApplication.processingRegistry().algorithmById(name)
        self.context, self.feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
        self.context.setProject(QgsProject.instance())
        self.results = None
        self._done = done
        self.task = QgsProcessingAlgRunnerTask(algorithm, parameters, self.context, self.feedback)
        self.task.executed.connect(self._on_executed)
        QgsApplication.taskManager().addTask(self.task)

    def _on_executed(self, worked: bool, results: dict) -> None:
        assert worked, self.feedback.textLog()
        self.results = results
        self._done()


@pytest.fixture
def both(provider):
    """Run two, and wait for both."""

    def run(name: str, *parameters: dict[str, str]) -> list[dict]:
        loop, runs = QEventLoop(), []

        def done() -> None:
            if all(each.results is not None for each in runs):
                loop.quit()

        QTimer.singleShot(120_000, loop.quit)
        runs += [Run(name, each, done) for each in parameters]
        loop.exec()
        return [each.results for each in runs]

    return run


def outlines(path: str) -> list[str]:
    source = ogr.Open(path)
    return [feature.GetGeometryRef().ExportToWkt() for feature in source.GetLayer(0)]


def test_two_extractions_at_once(both, make_raster, tmp_path: Path):
    colours = {"ground": (70, 95, 60), "things": (205, 200, 195)}
    one = make_raster("one/scene.tif", **colours)
    two = make_raster("two/scene.tif", rectangles=((30, 30, 60, 60),), **colours)
    alone = [tmp_path / f"alone {number}.gpkg" for number in (1, 2)]
    together = [tmp_path / f"together {number}.gpkg" for number in (1, 2)]
    for scene, out in zip((one, two), alone, strict=True):
        both("geounet:extract", {"INPUT": str(scene), "OUTPUT": str(out)})
    results = both(
        "geounet:extract",
        {"INPUT": str(one), "OUTPUT": str(together[0])},
        {"INPUT": str(two), "OUTPUT": str(together[1])},
    )
    assert [result["OUTPUT"] for result in results] == [str(path) for path in together]
    assert [result["FEATURES"] for result in results] == [4, 1]
    assert [outlines(str(path)) for path in together] == [outlines(str(path)) for path in alone]
