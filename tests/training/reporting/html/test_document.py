import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from geounet.models.networks import build
from geounet.training import TrainConfig
from geounet.training.reporting.conclusion import Calibration, Conclusion
from geounet.training.reporting.html.document import page
from geounet.training.reporting.pictures import MOST_PLACES, pictures, shown_places
from geounet.training.reporting.places import place_figures
from geounet.training.scenes.reading import validation_scenes
from geounet.training.validation.calibration import reliability
from geounet.training.validation.history import Validation
from geounet.training.validation.judge import Judged, judge
from geounet.training.validation.verdict import verdict

NASTY = "<b>&\"'place"


class Reader(HTMLParser):
    """Checks that tags are closed in order, and keeps what a browser would fetch, run and show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.shown: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.shown.append(data)


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


def conclusion(config: TrainConfig, folder: Path) -> Conclusion:
    """A conclusion about a place with a name that must be escaped."""
    (scene,) = validation_scenes(config)
    judged = (dataclasses.replace(judge(build(config.card), scene, config.card), name=NASTY),)
    sample = judged[0].sample
    even = reliability(sample.probabilities(), sample.labels)
    history = tuple(
        Validation(
            step=10 * k, loss=1 / k, rate=1e-3, seconds=9.0 * k, threshold=0.5, iou=0.1 * k, by_place={NASTY: 0.1 * k},
            by_class={"building": 0.1 * k}, nll=0.4,
        )
        for k in range(1, 5)
    )  # fmt: skip
    return Conclusion(
        bundle=config.out, report=folder / "report.html", step=30, verdict=verdict(judged, config.card, None),
        figures=place_figures(judged),
        calibration=Calibration(temperature=1.5, before=even, after=even, nll_before=0.4, nll=0.3),
        judged=judged, history=history, warnings=("Look <here>.",),
    )  # fmt: skip


@pytest.fixture
def found(config, tmp_path) -> Conclusion:
    return conclusion(config, tmp_path)


def test_the_page_is_whole_and_needs_nothing_else(config, found):
    scenes = validation_scenes(config)
    data = {"files": [{"path": f"a/{NASTY}.tif", "use": "train", "bytes": 12345, "sha256": "ab" * 32}]}
    text = page(config, config.card, found, pictures=pictures(scenes, found, card=config.card), data=data)
    read = Reader(text)
    assert not {"script", "link"} & set(read.tags)
    assert all(source.startswith("data:image/") for source in read.sources)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", text)
    shown = "".join(read.shown)
    wanted = (NASTY, "Look <here>.", f"{found.verdict.iou:.3f}", "kept 30", "12,345", "1.5", "[optimizer]")
    assert [words for words in wanted if words not in shown] == []
    assert NASTY not in text


def test_a_run_without_history_warnings_or_data_has_a_page(config, found):
    bare = dataclasses.replace(found, history=(), warnings=())
    drawn = dataclasses.replace(pictures(validation_scenes(config), found, card=config.card), rows=())
    shown = "".join(Reader(page(config, config.card, bare, pictures=drawn, data=None)).shown)
    assert "To know" not in shown
    assert "over the steps" not in shown


def test_the_augmentation_sheet_is_shown_where_there_is_one(config, found):
    scenes = validation_scenes(config)
    assert pictures(scenes, found, card=config.card).augmentation is None
    found.report.with_name("augmentation.png").write_bytes(b"png")
    drawn = pictures(scenes, found, card=config.card)
    assert drawn.augmentation == b"png"
    assert "Augmentation" in page(config, config.card, found, pictures=drawn, data=None)


def test_of_many_places_some_are_shown_from_the_worst_to_the_best(found):
    by_place = {f"p{k}": float(iou) for k, iou in enumerate(np.random.default_rng(2).permutation(40))}
    judged: tuple[Judged, ...] = tuple(dataclasses.replace(found.judged[0], name=name) for name in by_place)
    many = dataclasses.replace(
        found, judged=judged, verdict=dataclasses.replace(found.verdict, by_place=by_place)
    )
    shown = [by_place[judged[n].name] for n in shown_places(many)]
    assert shown == sorted(shown)
    assert len(shown) == MOST_PLACES
    assert (shown[0], shown[-1]) == (0, 39)


def test_a_page_of_several_classes_names_them_all(tables, tmp_path):
    """With an auxiliary class, which is nowhere to be seen, and one without a pixel."""
    tables["card"] |= {
        "classes": ["background", "edge", "building", "tree"], "task": "areas", "auxiliary": ["edge"],
    }  # fmt: skip
    tables["data"] |= {"boundary_m": 1.0}
    config = TrainConfig.from_dict(tables)
    found = conclusion(config, tmp_path)
    drawn = pictures(validation_scenes(config), found, card=config.card)
    shown = Reader(page(config, config.card, found, pictures=drawn, data=None)).shown
    assert {"background", "building", "tree"} <= set(shown)
    assert "edge" not in shown
    assert found.verdict.by_class.keys() == {"building"}
