import ssl
from urllib.parse import unquote, urlsplit

import pytest

from geounet_qgis.managed import pip_settings
from geounet_qgis.managed.network import (
    Network,
    old_pip_certificates,
    pip_certificates,
    proxy_variables,
    without_bundled_certificates,
)
from geounet_qgis.managed.pip_settings import for_uv


def test_the_proxys_address_is_read_back_as_it_was_entered():
    network = Network(host="proxy.office", port=3128, user="DOM\\ann@b", password="a:b/c?d#e%41 ö")  # noqa: S106
    parts = urlsplit(network.proxy)
    assert (parts.hostname, parts.port) == ("proxy.office", 3128)
    assert unquote(parts.username) == "DOM\\ann@b"
    assert unquote(parts.password) == "a:b/c?d#e%41 ö"
    assert network.password not in repr(network)


def test_a_proxy_without_a_password_or_a_port():
    assert Network(host="p").proxy == "http://p"
    assert Network(scheme="socks5h", host="::1", port=1080, user="ann").proxy == "socks5h://ann@[::1]:1080"
    assert proxy_variables(Network()) == {}


def test_this_machine_is_never_reached_through_the_proxy():
    values = proxy_variables(Network(host="p", no_proxy=("intranet", "localhost")))
    assert values["NO_PROXY"].split(",") == ["localhost", "127.0.0.1", "::1", "intranet"]
    assert values["HTTPS_PROXY"] == values["HTTP_PROXY"] == "http://p"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ((22, 3), []),
        ((23, 2, 1), []),
        ((23, 3), ["--use-feature=truststore"]),
        ((24, 1, 2), ["--use-feature=truststore"]),
        ((24, 2), []),
        ((26, 3), []),
    ],
)
def test_truststore_by_the_version_of_pip(version, words):
    assert pip_certificates(Network(), version) == words
    assert pip_certificates(Network(system_certificates=False), version) == []


def test_an_old_pip_gets_the_systems_certificates_as_a_file(tmp_path):
    system = ssl.create_default_context().get_ca_certs(binary_form=True)
    given = old_pip_certificates(Network(), (23, 0, 1), folder=tmp_path)
    if not system:
        assert given == {}
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(given["PIP_CERT"])
    assert set(context.get_ca_certs(binary_form=True)) == set(system)
    assert old_pip_certificates(Network(), (24, 2), folder=tmp_path) == {}


def test_certificates_of_osgeo4w_do_not_hide_the_systems():
    environ = {
        "OSGEO4W_ROOT": "/osgeo",
        "SSL_CERT_FILE": "/osgeo/bin/curl-ca-bundle.crt",
        "PIP_CERT": "/office.pem",
    }
    assert without_bundled_certificates(environ) == {"OSGEO4W_ROOT": "/osgeo", "PIP_CERT": "/office.pem"}


@pytest.fixture
def files(monkeypatch, tmp_path):
    paths = [tmp_path / "all.conf", tmp_path / "mine.conf"]
    monkeypatch.setattr(pip_settings, "_files", lambda environ: iter(paths))
    return paths


def test_the_files_of_pip(files):
    files[0].write_text(
        "[global]\nindex-url = https://office/simple\nextra-index-url =\n  https://a/x\n  https://b/x\n"
    )
    files[1].write_text(
        "[install]\nfind-links = /my/wheels\n[global]\nindex-url = https://mine/100%/simple\n"
    )
    assert for_uv({}) == {
        "UV_DEFAULT_INDEX": "https://mine/100%/simple",
        "UV_INDEX": "https://a/x https://b/x",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/my/wheels",
    }


def test_a_persons_own_variables_win(files):
    files[0].write_text("[global]\nindex-url = https://office/simple\n")
    assert for_uv({"PIP_INDEX_URL": "https://variable"}) == {"UV_DEFAULT_INDEX": "https://variable"}
    assert for_uv({"UV_DEFAULT_INDEX": "https://uv"}) == {}


def test_a_broken_file_is_pips_own_affair(files):
    files[0].write_text("no section\n")
    files[1].write_bytes(b"\xff\xfe[global]")
    assert for_uv({}) == {}


def test_where_pip_is_told_to_read_nothing():
    assert list(pip_settings._files({"PIP_CONFIG_FILE": "/dev/null", "HOME": "/h"})) == []
