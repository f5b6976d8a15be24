"""Rasters on servers: their addresses, identities and secrets, and reads that outlive a server's failures."""

import json
import random
import time
import traceback
from dataclasses import replace

import numpy as np
import pytest
import rasterio
from moto.server import ThreadedMotoServer

from geounet.batching.options import SourceOptions
from geounet.batching.sources import remote, signing
from geounet.batching.sources.addresses import gdal_address, shown, unsigned
from geounet.errors import OptionsError, SceneError
from geounet.raster import network
from geounet.raster.address import RasterAddress, opened
from geounet.raster.network import read_again

SECRET = "S3cr3tSignature"  # noqa: S105
OPTIONS = SourceOptions()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://h.org/a b/é.tif?x=1", "/vsicurl/https://h.org/a%20b/%C3%A9.tif?x=1"),
        ("s3://bucket/a b.tif", "/vsis3/bucket/a b.tif"),
        ("gs://bucket/a.tif", "/vsigs/bucket/a.tif"),
        ("az://container/a.tif", "/vsiaz/container/a.tif"),
        ("abfs://container@account.dfs.core.windows.net/a.tif", "/vsiaz/container/a.tif"),
        ("/vsis3/bucket/a.tif", "/vsis3/bucket/a.tif"),
    ],
)
def test_an_address_is_gdals(url, address):
    assert gdal_address(url) == address
    assert remote.is_remote(url)
    assert remote.is_remote(address)


def test_a_path_is_not_remote():
    assert not any(
        map(
            remote.is_remote,
            ["a.tif", "/data/a.tif", "C:/a.tif", "http", "file:///a.tif", "/vsizip/a.zip/a.tif"],
        )
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"https://h/a.tif?sv=2021&st=1&se=2&sp=r&sig={SECRET}", "https://h/a.tif"),
        (
            f"https://h/a.tif?X-Amz-Algorithm=A&X-Amz-Signature={SECRET}&versionId=3",
            "https://h/a.tif?versionId=3",
        ),
        (f"https://h/a.tif?Expires=1&Signature={SECRET}&Key-Pair-Id=K", "https://h/a.tif"),
        (f"https://h/a.tif?AWSAccessKeyId=AK&Signature={SECRET}&Expires=9", "https://h/a.tif"),
        (f"https://h/get?id=7&access_token={SECRET}", "https://h/get?id=7"),
        (f"https://h/get?id=7&api_key={SECRET}&APIKEY={SECRET}", "https://h/get?id=7"),
        (f"https://user:{SECRET}@h:8080/a.tif", "https://h:8080/a.tif"),
        ("https://h/get?key=17&st=4&sp=5", "https://h/get?key=17&st=4&sp=5"),
        (f"/vsicurl/https://h/a.tif?sig={SECRET}", "/vsicurl/https://h/a.tif"),
        ("s3://bucket/odd?name=1.tif", "s3://bucket/odd?name=1.tif"),
    ],
)
def test_secrets_leave_an_address_and_the_rest_stays(given, kept):
    assert unsigned(given) == kept
    assert SECRET not in shown(given)


def test_an_item_reads_what_the_server_has(serve, tif, read_item):
    content, pixels = tif
    server = serve(lambda request: content)
    (item,) = remote.remote_items(f"{server.url}/a/scene.tif", OPTIONS)
    assert np.array_equal(read_item(item)[0], pixels)
    assert item.name == "scene.tif"
    assert item.identity == {"url": f"{server.url}/a/scene.tif", "size": len(content)}


def test_identity_changes_with_the_servers_etag(serve, tif, reply):
    etags = iter(["a", "a", "b"])
    server = serve(lambda request: reply(body=tif[0], headers={"ETag": next(etags)}))
    first, second, third = (
        next(remote.remote_items(f"{server.url}/a.tif", OPTIONS)).identity for _ in range(3)
    )
    assert first == second != third
    assert [method for method, *_ in server.log] == ["GET"] * 3  # a signature for GET is none for HEAD


def test_a_server_that_does_not_answer_leaves_the_address(serve, reply):
    server = serve(lambda request: reply(status=404))
    (item,) = remote.remote_items(f"{server.url}/a.tif", OPTIONS)
    assert item.identity == {"url": f"{server.url}/a.tif"}


def test_many_addresses_keep_their_order(serve, tif):
    server = serve(lambda request: (time.sleep(0.005 * (1 + hash(request.path) % 3)), tif[0])[1])
    urls = [f"{server.url}/{k}.tif" for k in range(40)]
    assert [item.identity["url"] for item in remote.remote_items_of(urls, OPTIONS)] == urls
    assert 1 < server.peak <= remote.ASKED_AT_ONCE


def test_a_virtual_raster_on_a_server_is_refused(serve, tif):
    server = serve(lambda request: b"<VRTDataset/>")
    (item,) = remote.remote_items(f"{server.url}/a.vrt", OPTIONS)
    assert "virtual raster" in item.identity["refused"]


def test_a_virtual_raster_under_another_name_is_not_opened(serve, tif, tmp_path, opener):
    (tmp_path / "secret.tif").write_bytes(tif[0])
    document = (
        '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{tmp_path}/secret.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    server = serve(lambda request: document.encode())
    (item,) = remote.remote_items(f"{server.url}/a.tif", OPTIONS)
    with pytest.raises(SceneError, match=r"cannot open a\.tif"), opener(item):
        pass


def test_a_web_folder_is_refused():
    with pytest.raises(OptionsError, match="cannot be listed"):
        list(remote.remote_items(["https://h.org/folder/", "token=x"][0], OPTIONS))


def test_a_signed_address_is_read_and_its_signature_is_nowhere(serve, tif, reply, opener, caplog):
    """The law of signed URLs: it works, in another process too, and nothing that is kept or said holds it."""
    caplog.set_level("DEBUG")
    content, pixels = tif
    server = serve(lambda request: content if f"sig={SECRET}" in request.path else reply(status=403))
    given = f"{server.url}/a.tif?sv=1&sig={SECRET}&part=2"
    (item,) = remote.remote_items(given, OPTIONS)
    with opener(item) as dataset:
        assert np.array_equal(dataset.read(), pixels)
    for text in (json.dumps(item.to_dict()), repr(item)):
        assert SECRET not in text
    assert item.identity["url"] == f"{server.url}/a.tif?part=2"
    handed = signing.given()
    signing._given.clear()
    with pytest.raises(SceneError, match="give the same inputs again") as lost:
        signing.sign(item.raster)
    assert SECRET not in str(lost.value)
    signing.receive(handed)
    assert SECRET in signing.sign(item.raster)


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_after_forgetting_a_failure_the_server_is_asked_again(serve, tif, reply, status):
    replies = {"status": status}
    server = serve(lambda request: reply(status=replies["status"], body=tif[0]))
    raster = remote.remote_raster(f"{server.url}/{status}.tif")
    raster = RasterAddress(address=raster.address, config=(("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"),))
    assert not opens(raster)
    replies["status"] = 200
    before = len(server.log)
    assert not opens(raster)  # GDAL remembers
    assert len(server.log) == before
    remote.forget(raster.address)
    assert opens(raster)


def test_a_signed_address_is_forgotten_too(serve, tif, reply):
    replies = {"status": 403}
    server = serve(lambda request: reply(status=replies["status"], body=tif[0]))
    raster = remote.remote_raster(f"{server.url}/s.tif?sig={SECRET}")
    assert not opens(raster)
    replies["status"] = 200
    remote.forget(raster.address)
    assert opens(raster)


@pytest.mark.parametrize("failure", [403, 404, 500, "cut"])
def test_no_failure_says_a_signature(serve, tif, reply, opener, caplog, failure):
    caplog.set_level("DEBUG")
    cut = reply(body=tif[0], cut=50)
    server = serve(lambda request: cut if failure == "cut" else reply(status=failure))
    (item,) = remote.remote_items(f"{server.url}/f{failure}.tif?sig={SECRET}", OPTIONS)
    quick = (*item.raster.config, ("GDAL_HTTP_RETRY_DELAY", "0.01"), ("GDAL_HTTP_MAX_RETRY", "2"))
    with (
        pytest.raises(SceneError) as failed,
        opener(replace(item, raster=replace(item.raster, config=quick))),
    ):
        pass
    assert SECRET not in "".join(traceback.format_exception(failed.value)[-1:])
    assert SECRET not in caplog.text


def opens(raster):
    try:
        with opened(raster, signed=signing.sign(raster)) as dataset:
            dataset.read(1)
    except (SceneError, rasterio.errors.RasterioError):
        return False
    return True


@pytest.mark.parametrize("share", [0.05, 0.15])
def test_reads_end_complete_on_a_server_that_fails_now_and_then(serve, tif, reply, share):
    """5 % of answers are 500, 503 or break off in their middle, some are slow; the pixels are those of the file."""
    content, pixels = tif
    chance = random.Random(7)  # noqa: S311

    def answer(request):
        if chance.random() > share or request.command != "GET":
            return content
        kind = chance.choice(["500", "503", "cut", "slow"])
        if kind == "slow":
            time.sleep(0.2)
            return content
        return reply(body=content, cut=100) if kind == "cut" else reply(status=int(kind))

    server = serve(answer)
    raster = remote.remote_raster(f"{server.url}/flaky{share}.tif")
    quick = (("GDAL_HTTP_RETRY_DELAY", "0.01"), ("CPL_VSIL_CURL_CACHE_SIZE", "65536"))
    raster = RasterAddress(address=raster.address, config=(*raster.config, *quick))
    for _ in range(3):
        if opens(raster):
            break
        remote.forget(raster.address)
    order = [(row, col) for row in range(0, 1024, 64) for col in range(0, 1024, 64)]
    chance.shuffle(order)
    with opened(raster) as dataset:
        for row, col in order:
            window = rasterio.windows.Window(col, row, 64, 64)
            found = read_again(
                lambda window=window: dataset.read(window=window), dataset.files, pause=no_pause
            )
            assert np.array_equal(found, pixels[:, row : row + 64, col : col + 64])
    assert len(server.log) > 100


def no_pause(seconds):
    pass


@pytest.mark.parametrize("library", [True, False])
def test_half_an_answer_is_no_end_of_a_file(serve, tif, reply, monkeypatch, library):
    """With GDAL's own function, and where it cannot be found."""
    if not library:
        monkeypatch.setattr(network, "_clear", lambda: None)
    content, pixels = tif
    cut = {"now": False}
    server = serve(lambda request: reply(body=content, cut=100 if cut["now"] else None))
    window = rasterio.windows.Window(512, 512, 64, 64)
    with opened(remote.remote_raster(f"{server.url}/half{library}.tif")) as dataset:
        cut["now"] = True
        with pytest.raises(rasterio.errors.RasterioError):
            dataset.read(window=window)
        cut["now"] = False
        with pytest.raises(rasterio.errors.RasterioError):
            dataset.read(window=window)  # the part that came is taken for all
        network.forget(dataset.name)
        assert np.array_equal(dataset.read(window=window), pixels[:, 512:576, 512:576])


def test_reading_again_is_for_servers_alone():
    calls = []

    def fail():
        calls.append(1)
        raise rasterio.errors.RasterioIOError("broken")

    with pytest.raises(rasterio.errors.RasterioIOError):
        read_again(fail, ["/data/a.tif"], pause=no_pause)
    assert len(calls) == 1
    with pytest.raises(rasterio.errors.RasterioIOError):
        read_again(fail, ["/vsicurl/http://127.0.0.1:9/a.tif"], pause=no_pause)
    assert len(calls) == 1 + 1 + network.RETRIES


@pytest.mark.parametrize(
    "query", ["X-Amz-Signature=abc", "Signature=abc&Expires=1&AWSAccessKeyId=A", "X-Goog-Signature=a"]
)
def test_an_address_that_is_signed_for_reading_alone(serve, tif, reply, opener, query):
    """Its server refuses to say anything else of the file."""
    server = serve(lambda request: reply(status=403) if request.command == "HEAD" else tif[0])
    (item,) = remote.remote_items(f"{server.url}/{len(query)}.tif?{query}", OPTIONS)
    with opener(item) as dataset:
        assert np.array_equal(dataset.read(), tif[1])


@pytest.fixture(scope="module")
def bucket():
    """A loopback S3 with a bucket."""
    import boto3

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=url, **keys)
    client.create_bucket(Bucket="archive")
    yield url, client
    server.stop()


def test_a_buckets_prefix_is_listed_and_read(bucket, tif, monkeypatch, read_item):
    url, client = bucket
    environment = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_REGION": "us-east-1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for key in ("p/one.tif", "p/deep/two.tif", "p/note.txt", "p/evil.vrt", "q/three.tif"):
        client.put_object(Bucket="archive", Key=key, Body=tif[0])
    items = list(remote.remote_items("s3://archive/p/", OPTIONS))
    assert sorted(item.name for item in items) == ["deep/two.tif", "one.tif"]
    assert all(np.array_equal(read_item(item)[0], tif[1]) for item in items)
    one = next(item for item in items if item.name == "one.tif")
    (alone,) = remote.remote_items("s3://archive/p/one.tif", OPTIONS)
    assert alone.identity == one.identity
    assert alone.identity["size"] == len(tif[0])
    with pytest.raises(SceneError, match="no raster"):
        list(remote.remote_items("s3://archive/none/", OPTIONS))
