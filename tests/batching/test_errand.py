import json
import os

import pytest

import geounet
from geounet.batching.machines.errand import name_of, perform


def test_a_task_goes_there_and_back_as_json():
    said = perform(name_of(os.path.split), '"folder/tile"', geounet.__version__)
    assert json.loads(said) == {"result": ["folder", "tile"]}
    assert json.loads(perform("absent:f", "{}", geounet.__version__))["error"].startswith(
        "ModuleNotFoundError"
    )
    assert json.loads(perform("absent:f", "{}", "another"))["version"] == geounet.__version__


def test_a_function_that_others_cannot_import_is_refused():
    with pytest.raises(ValueError, match="expected a function of a module"):
        name_of(lambda task: task)
