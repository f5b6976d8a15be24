import pytest

from geounet.synthetic import Town, TownOptions, draw_town


@pytest.fixture(scope="session")
def town() -> Town:
    """A default town; what it shows is not to be written to."""
    return draw_town(TownOptions())
