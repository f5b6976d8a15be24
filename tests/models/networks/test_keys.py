"""Keys of a card's architecture: read whole, checked, and refused with what is expected."""

from dataclasses import dataclass

import pytest

from geounet.errors import ModelError
from geounet.models.networks.keys import check_one_of, check_share, check_whole, read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    width: int = 4
    layers: tuple[int, ...] = (1, 2)


def test_what_the_card_says_is_taken_and_the_rest_left() -> None:
    assert read_keys(_Options, {"name": "X"}) == _Options()
    assert read_keys(_Options, {"name": "X", "layers": [3, 4]}) == _Options(layers=(3, 4))


def test_an_unknown_key_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="architecture X has key 'depht'; it takes width, layers"):
        read_keys(_Options, {"name": "X", "depht": 3})


@pytest.mark.parametrize("value", [0, 9, 2.0, True, "3", None, [3]])
def test_a_value_that_is_no_whole_number_in_range_is_refused(value: object) -> None:
    with pytest.raises(ModelError, match=r"width is .*; expected a whole number from 1 to 8"):
        check_whole("width", value, most=8)
    check_whole("width", 8, most=8)


def test_a_value_that_is_no_multiple_is_refused() -> None:
    with pytest.raises(ModelError, match="heads is 5; expected a multiple of 2 from 2 to 8"):
        check_whole("heads", 5, least=2, most=8, multiple=2)


@pytest.mark.parametrize("value", [-0.1, 1, 1.5, True, "0.5", None, float("nan")])
def test_a_value_that_is_no_share_is_refused(value: object) -> None:
    with pytest.raises(ModelError, match=r"dropout is .*; expected a number from 0 to below 1"):
        check_share("dropout", value)
    check_share("dropout", 0)


@pytest.mark.parametrize("value", ["zeros", None, ["mirror"]])
def test_a_value_that_is_none_of_those_known_is_refused(value: object) -> None:
    with pytest.raises(ModelError, match=r"padding is .*; expected one of mirror, valid"):
        check_one_of("padding", value, known=("mirror", "valid"))
