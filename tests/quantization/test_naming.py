"""Names of scenes: no two alike, and nothing in them but the file's."""

from hypothesis import given
from hypothesis import strategies as st

from geounet.quantization.naming import names_of


def test_the_second_of_a_name_has_a_number():
    scenes = ["a/x.tif", "b/x.tif", "x (2).tif", "c/x.jp2", "y.tif"]
    assert names_of(scenes) == ("x", "x (2)", "x (2) (2)", "x (3)", "y")


def test_no_signature_is_in_one():
    assert names_of(["https://server/x.tif?key=se.cret"]) == ("x",)


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "b"]), max_size=12))
def test_no_two_are_alike(stems):
    assert len(set(names_of([f"{stem}.tif" for stem in stems]))) == len(stems)
