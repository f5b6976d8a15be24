import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.batching.redaction import is_secret, redact

SECRET = "s3cr3tVALUE0123456789"  # noqa: S105 (an example)


@pytest.mark.parametrize(
    "text",
    [
        f"cannot open https://a.blob.core.windows.net/c/x.tif?sv=2020&sig={SECRET}%3D (403)",
        f"/vsicurl/https://x.org/a.tif?X-Amz-Signature={SECRET}&X-Amz-Date=1",
        f"HTTP 403 for 'https://user:{SECRET}@host/x.tif'",
        f"s3://key:{SECRET}@bucket/x",
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        f'{{"api_key": "{SECRET}"}}',
        f"Authorization: Bearer {SECRET}",
        f"header 'Bearer {SECRET}'",
        f"password: {SECRET}, user: me",
        f"token={SECRET}&x=1",
        f"AZURE_STORAGE_SAS_TOKEN='{SECRET} {SECRET}'",
        f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.{SECRET}",
    ],
)
def test_secrets_are_gone(text):
    assert SECRET not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "scene has 4 bands, model 'roads' expects 3 (red, green, blue); pass --bands 1,2,3",
        "cannot open tile_1.tif (not recognized as being in a supported file format); check the path",
        "https://x.org/a.tif",
        "s3://bucket/a/b.tif is not there",
        "signature of the file is wrong",
        "basic blocks",
        "C:\\scenes\\a.tif: no such file",
    ],
)
def test_other_words_are_left_alone(text):
    assert redact(text) == text


def test_the_rest_of_an_address_stays():
    assert redact("open https://h/a.tif?sig=x: 403") == "open https://h/a.tif 403"


@given(st.text(st.sampled_from("abc:/?&=@ '\"%signtoken.-_"), max_size=60))
def test_twice_is_once(text):
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    ("name", "secret"),
    [("sig", True), ("X-Amz-Signature", True), ("api_key", True), ("scene", False), ("sign", False)],
)
def test_names_of_secrets(name, secret):
    assert is_secret(name) == secret
