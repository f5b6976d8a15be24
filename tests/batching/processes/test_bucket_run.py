"""Runs whose outputs are a bucket: several at once, one of them killed, with what is made of all scenes in the end."""

import json
import logging
import uuid

import geopandas as gpd
import pytest

boto3 = pytest.importorskip("boto3")
pytest.importorskip("obstore")


@pytest.fixture(scope="module")
def s3():
    """The settings of an S3 that lives in this process, and a client of it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_REGION": "us-east-1",
    }
    client = boto3.client(
        "s3", endpoint_url=settings["AWS_ENDPOINT_URL"], region_name="us-east-1",
        aws_access_key_id="someone", aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )  # fmt: skip
    yield settings, client
    client.close()
    server.stop()


@pytest.fixture
def bucket(s3):
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    s3[1].create_bucket(Bucket=name)
    return name


def contents(client, bucket):
    """All objects, by their keys below the run's prefix."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="some/run/")
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
    return {
        key.removeprefix("some/run/"): client.get_object(Bucket=bucket, Key=key)["Body"].read()
        for key in keys
    }


def test_a_run_in_a_bucket_is_killed_and_two_go_on_with_it(start_run, tiles, unbroken, s3, bucket, tmp_path):
    settings, client = s3
    out, merged, scratch = f"s3://{bucket}/some/run", tmp_path / "all.fgb", tmp_path / "scratch"
    scratch.mkdir()
    words = ("--scratch", scratch, "--merge", merged, "--stac")
    first = start_run([tiles], out, *words, environment=settings, word_by_word=True).until(3).kill()
    assert list(scratch.iterdir()), "what a killed run leaves, to be removed by the next"
    two = [start_run([tiles], out, *words, environment=settings) for _ in range(2)]
    for run in two:
        run.until(1)
    for run in reversed(two):
        run.ended(0)
    told = [name for run in (first, *two) for name in run.names()]
    assert sorted(told) == sorted(set(told))
    found = contents(client, bucket)
    layers = {name.removesuffix(".fgb"): body for name, body in found.items() if name.endswith(".fgb")}
    assert layers == unbroken
    assert not [name for name in found if name.endswith((".sqlite", ".part")) or ".geounet-" in name]
    assert list(scratch.iterdir()) == []
    outcomes = [name for name in found if name.startswith("manifest/outcomes/")]
    assert len(outcomes) == len(unbroken)
    assert all(name.endswith(".done.json") for name in outcomes)
    assert b"t_23" in found["report.html"]
    links = [link for link in json.loads(found["collection.json"])["links"] if link["rel"] == "item"]
    assert len(links) >= len(unbroken)
    features = [run.result["features"] for run in two]
    assert len(gpd.read_file(merged)) == max(features) > len(unbroken)
