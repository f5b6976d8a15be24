"""Jobs, claimants, and a bucket on this machine."""

import logging
import os
import urllib.request
import uuid
from collections.abc import Callable, Iterator

import pytest

from geounet.batching.item import Item
from geounet.batching.job import Job
from geounet.batching.ledgers.ledger import Claimant
from geounet.batching.ledgers.liveness import start_of, this_host
from geounet.raster.address import RasterAddress


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 that lives in this process."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a new bucket, with a prefix; who may write there is in the environment."""
    settings = {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_REGION": "us-east-1",
    }
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    request = urllib.request.Request(f"{s3_server}/{name}", method="PUT")  # noqa: S310 loopback
    with urllib.request.urlopen(request):  # noqa: S310 loopback
        return f"s3://{name}/some/outputs"


@pytest.fixture
def me() -> Claimant:
    """This process."""
    started = start_of(os.getpid())
    assert started is not None
    return Claimant(host=this_host(), pid=os.getpid(), started=started)


@pytest.fixture(scope="session")
def make_job() -> Callable[..., Job]:
    """A job of one item, by name; another `size` is another input."""

    def make(name: str, *, size: int = 1, **values: object) -> Job:
        raster = RasterAddress(address=f"/archive/{name}.tif")
        identity = {"path": raster.address, "size": size}
        item = Item(name=name, raster=raster, identity=identity, shown=f"{name}.tif")
        return Job(name=name, items=(item,), **values)

    return make
