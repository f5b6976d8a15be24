import dataclasses
import importlib.util

import pytest

from geounet.errors import MissingDependencyError
from geounet.training import TrainConfig
from geounet.training.config.run import LOGGERS as NAMES
from geounet.training.fitting.loggers import LOGGERS, make_logger


def test_every_name_of_the_config_has_a_logger():
    assert set(NAMES) == {"csv", *LOGGERS}


def test_csv_is_written_by_the_run_itself(tables):
    assert make_logger(TrainConfig.from_dict(tables)) is False


@pytest.mark.parametrize("name", LOGGERS)
def test_what_is_missing_is_named_with_its_remedy(name, tables, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    config = dataclasses.replace(TrainConfig.from_dict(tables), logger=name)
    with pytest.raises(MissingDependencyError, match="pip install"):
        make_logger(config)
