"""Signatures: asked for once, made anew in time and after a refusal, and written nowhere."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from geounet.batching.sources import signing
from geounet.batching.sources.remote import forget, remote_raster
from geounet.errors import OptionsError, SceneError
from geounet.raster.address import RasterAddress, opened

BLOB = "https://naipeuwest.blob.core.windows.net/naip/v002/a.tif"
CATALOGUE = "https://planetarycomputer.microsoft.com/api/stac/v1/collections/naip/items/a"
SECRET = "S3cr3tToken"  # noqa: S105


@pytest.fixture
def tokens(serve, monkeypatch):
    """A server of tokens; `lives` is for how long one holds, and each has its number in it."""

    def answer(request):
        expiry = datetime.now(UTC) + timedelta(seconds=server.lives)
        token = f"st=1&se=2&sig={SECRET}{len(server.log)}"
        return json.dumps({"msft:expiry": expiry.strftime("%Y-%m-%dT%H:%M:%SZ"), "token": token}).encode()

    server = serve(answer)
    server.lives = 3600
    monkeypatch.setenv("PC_SDK_SAS_URL", f"{server.url}/token")
    return server


def signed_by_pc(url=BLOB):
    return RasterAddress(address=f"/vsicurl/{url}", signing="planetary-computer")


def test_who_needs_no_signature_has_none():
    assert signing.sign(RasterAddress(address="/data/a.tif")) is None


def test_one_token_is_for_a_container(tokens):
    first, second = signed_by_pc(), signed_by_pc(BLOB.replace("a.tif", "b.tif?x=1"))
    assert signing.sign(first) == f"/vsicurl/{BLOB}?st=1&se=2&sig={SECRET}1"
    assert signing.sign(second).endswith(f"b.tif?x=1&st=1&se=2&sig={SECRET}1")
    assert [path for _, path, _ in tokens.log] == ["/token/naipeuwest/naip"]
    signing.sign(signed_by_pc("https://naipeuwest.blob.core.windows.net/other/a.tif"))
    assert len(tokens.log) == 2


def test_a_token_is_made_anew_before_its_end_and_after_a_refusal(tokens):
    raster = signed_by_pc()
    assert signing.sign(raster).endswith("1")
    assert signing.sign(raster, again=True).endswith("2")
    assert signing.sign(raster).endswith("2")
    tokens.lives = 0
    signing.sign(raster, again=True)
    tokens.lives = 3600
    assert signing.sign(raster).endswith("4")


def test_a_token_is_renewed_ten_minutes_early(tokens, monkeypatch):
    raster, now = signed_by_pc(), datetime.now(UTC).timestamp()
    assert signing.sign(raster).endswith("1")
    monkeypatch.setattr(signing.time, "time", lambda: now + 2990)
    assert signing.sign(raster).endswith("1")
    monkeypatch.setattr(signing.time, "time", lambda: now + 3010)
    assert signing.sign(raster).endswith("2")


def test_files_of_a_document_are_signed_each(tokens):
    other = "https://example.org/b.tif?a=1&amp;b=2"
    document = "".join(
        f'<SimpleSource><SourceFilename relativeToVRT="0">/vsicurl/{url}</SourceFilename></SimpleSource>'
        for url in (BLOB, other)
    )
    signed = signing.sign(RasterAddress(address="a", document=document, signing="planetary-computer"))
    assert f">/vsicurl/{BLOB}?st=1&amp;se=2&amp;sig={SECRET}1<" in signed
    assert f">/vsicurl/{other}<" in signed


@pytest.mark.parametrize(
    ("href", "option", "catalogue", "signer"),
    [
        (BLOB, "auto", CATALOGUE, "planetary-computer"),
        (BLOB, "auto", "https://other.org/stac", None),
        (BLOB, "planetary-computer", "", "planetary-computer"),
        (BLOB, "none", CATALOGUE, None),
        ("https://example.org/a.tif", "planetary-computer", CATALOGUE, None),
        ("https://ai4edatasetspublicassets.blob.core.windows.net/x/a.tif", "auto", CATALOGUE, None),
        ("s3://bucket/a.tif", "auto", CATALOGUE, None),
    ],
)
def test_who_signs(href, option, catalogue, signer):
    assert signing.signer_of(href, option, catalogue=catalogue) == signer
    if "://" in href:
        assert remote_raster(href, sign=option, catalogue=catalogue).signing == signer


def test_no_token_is_an_error_without_what_was_sent(serve, reply, monkeypatch):
    server = serve(lambda request: reply(status=404, body=SECRET.encode()))
    monkeypatch.setenv("PC_SDK_SAS_URL", f"{server.url}/token?k={SECRET}")
    with pytest.raises(SceneError, match="no token for naipeuwest/naip") as failed:
        signing.sign(signed_by_pc())
    assert SECRET not in str(failed.value)
    with pytest.raises(OptionsError, match="signed by 'nobody'"):
        signing.sign(RasterAddress(address="a", signing="nobody"))


def test_after_a_refusal_a_new_token_opens_the_file(serve, tokens, reply, tif, monkeypatch, caplog):
    """A server that takes the second token alone; nothing that is said or kept has either."""
    caplog.set_level("DEBUG")
    monkeypatch.setattr(signing, "AZURE", "127.0.0.1")
    server = serve(lambda request: tif[0] if f"{SECRET}2" in request.path else reply(status=403))
    raster = remote_raster(f"{server.url}/container/a.tif", sign="planetary-computer")
    assert raster.signing == "planetary-computer"
    with pytest.raises(SceneError) as refused, opened(raster, signed=signing.sign(raster)):
        pass
    forget(raster.address)
    with opened(raster, signed=signing.sign(raster, again=True)) as dataset:
        assert np.array_equal(dataset.read(), tif[1])
    for text in (str(refused.value), caplog.text, json.dumps(raster.to_dict()), repr(raster)):
        assert SECRET not in text
