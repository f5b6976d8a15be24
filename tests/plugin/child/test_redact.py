import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet_qgis.child.redact import MASK, redacted

ROOT = Path(__file__).parents[3]

IN_ADDRESSES = [
    "token",
    "access_token",
    "api_key",
    "apikey",
    "apiKey",
    "key",
    "sig",
    "signature",
    "Signature",
    "password",
    "authcfg",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Goog-Signature",
    "AWSAccessKeyId",
    "client_secret",
    "subscription-key",
    "jwt",
    "pwd",
    "header.Authorization",
]

OPTIONS = [
    "GDAL_HTTP_USERPWD",
    "GDAL_HTTP_PROXYUSERPWD",
    "GDAL_HTTP_BEARER",
    "GDAL_HTTP_COOKIE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "GS_SECRET_ACCESS_KEY",
    "GS_OAUTH2_REFRESH_TOKEN",
    "GS_OAUTH2_PRIVATE_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_SAS",
    "AZURE_STORAGE_CONNECTION_STRING",
    "OSS_SECRET_ACCESS_KEY",
    "SWIFT_KEY",
    "PGPASSWORD",
    "PL_API_KEY",
    "HF_TOKEN",
    "gdal_http_userpwd",
]

SECRET = st.text("abcXYZ0189", min_size=6, max_size=20).map(lambda text: f"{text}7")
ODD = st.text("aZ9!$^*()-_=+[]{}|:.~`%", min_size=1, max_size=12).map(lambda text: f"s{text}q7Zx")


@given(SECRET, st.sampled_from(IN_ADDRESSES))
def test_a_querys_secret_goes_and_the_rest_stays(secret, name):
    before, after = "cannot open https://host:8080/a/b.tif?x=1&", "&y=2#page for https://host/c.tif"
    assert redacted(f"{before}{name}={secret}{after}") == f"{before}{name}={MASK}{after}"
    nested = "/vsicurl?url=https%3A%2F%2Fhost%2Fa%3Fx%3D1%26{0}%3D{1}%26y%3D2&pc=3"
    assert redacted(nested.format(name, secret)) == nested.format(name, MASK)
    qgis = "type=xyz&url=https://host/{{z}}?x%3D1%26{0}%3D{1}&zmax=19"
    assert redacted(qgis.format(name, secret)) == qgis.format(name, MASK)


@given(ODD, st.sampled_from(["https", "http", "ftp", "postgresql", "rtsp"]))
def test_an_addresss_user_and_password_go(secret, scheme):
    assert redacted(f"at {scheme}://me:{secret}@host:1/a?b=1 now") == f"at {scheme}://{MASK}@host:1/a?b=1 now"


def test_a_token_in_the_place_of_a_user_goes():
    assert redacted("https://ghp_123abc@host/a.git") == f"https://{MASK}@host/a.git"
    assert redacted("url=https%3A//me:pw@host/a") == f"url=https%3A//{MASK}@host/a"
    assert redacted("https%3A%2F%2Fme%3Apw%40host%2Fa") == f"https%3A%2F%2F{MASK}%40host%2Fa"


@given(ODD, st.sampled_from(OPTIONS))
def test_a_configuration_option_goes(secret, name):
    plain = f"--config {name}={secret} --tile 512"
    assert redacted(plain) == f"--config {name}={MASK} --tile 512"
    words = ["geounet", "extract", "a b.tif", "--config", f"{name}={secret}", "--tile", "512"]
    for shown in (shlex.join(words), str(words)):
        assert secret not in redacted(shown)
        assert "--tile" in redacted(shown)


@given(
    st.text("aZ9'\" \\!$&;,?/#@", min_size=1, max_size=12), st.sampled_from(["password", "authcfg", "PWD"])
)
def test_a_connection_strings_password_goes(text, name):
    secret = f"q7{text}q7"
    escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
    dsn = f"PG:host=db user='me' {name}='{escaped}' dbname=town"
    assert redacted(dsn) == f"PG:host=db user='me' {name}='{MASK}' dbname=town"


@given(st.text("aZ9 !$&;,?/#@", min_size=1, max_size=12))
def test_so_it_does_within_a_quoted_word(text):
    secret = f"q7{text}q7"
    shown = redacted(
        shlex.join(["geounet", "extract", f"PG:host=db password='{secret}' dbname=town", "-o", "b.gpkg"])
    )
    assert secret not in shown
    assert shlex.split(shown)[2:] == [f"PG:host=db password='{MASK}' dbname=town", "-o", "b.gpkg"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Basic bWU6cHc=", "Authorization: ***"),
        ('proxy-authorization: Digest username="me", response="5ccc"\nnext', "proxy-authorization: ***\nnext"),
        ("{'Authorization': 'Bearer abc.def', 'Accept': '*/*'}", "{'Authorization': '***', 'Accept': '*/*'}"),
        ("GDAL_HTTP_HEADERS=Authorization: Bearer abc", "GDAL_HTTP_HEADERS=Authorization: ***"),
        ("X-Api-Key: abc", "X-Api-Key: ***"),
        ("sent Bearer eyJhbGciOi1.abc-_9= to host", "sent Bearer *** to host"),
        ('{"user": "me", "password": "p w", "tile": 512}', '{"user": "me", "password": "***", "tile": 512}'),
        ("mssql:server=h;uid=me;pwd=x", "mssql:server=h;uid=me;pwd=***"),
        ("password='it was cut off he", "password='***'"),
        ("password = abc", "password = ***"),
        ("OCI:scott/tiger@db", "OCI:scott/***@db"),
        ("a.tif|credential:AWS_SECRET_ACCESS_KEY=x", "a.tif|credential:AWS_SECRET_ACCESS_KEY=***"),
        ("authcfg=a1b2c3d url='https://h'", "authcfg=*** url='https://h'"),
    ],
)  # fmt: skip
def test_others_that_people_have(text, shown):
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh://git@host/a.git",
        "https://host:80/tiles/a@2x.png",
        "https://host/?mail=me@host&monkey=1&keyboard=2",
        "/data/büro 東京/password list.tif",
        "C:\\Users\\me\\token.tif",
        "password='' user=me",
        "GDAL_PROXY_AUTH=NTLM kansas=3 key=4 sort_key=id",
        "wrong password; expected a token",
        "'geounet' isn't 'there'",
    ],
)
def test_what_has_no_credential_stays(text):
    assert redacted(text) == text


def test_the_projects_own_pages_have_none():
    code = [
        page for page in ROOT.glob("geounet/**/*.py") if page.parent.name != "sources"
    ]  # which names credentials
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *code]
    changed = [
        (page.name, line)
        for page in pages
        for line in page.read_text(encoding="utf-8").splitlines()
        if redacted(line) != line
    ]
    assert len(pages) > 50
    assert changed == []


@given(st.text("pasword=token'\"&?:/@ \\%3AD26kys;,*\n", max_size=80))
def test_twice_is_once(text):
    once = redacted(text)
    assert redacted(once) == once


LONG = ["a", "a.b-", "'", "http://a:", "password=", "'token=", "password='\\a", "x-", "%3A%2F%2Fa"]


@pytest.mark.parametrize("piece", LONG)
def test_no_text_takes_for_ever(piece):
    redacted(piece * (200_000 // len(piece)))  # what grows with the square would take minutes
