"""How the tools reach the network: a proxy, and certificates of the system, as variables of their environment.

Never as arguments, which every process of the machine can read; and a certificate is always checked.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from geounet_qgis.managed.versions import Version

LOCAL = ("localhost", "127.0.0.1", "::1")

SYSTEM_CERTS_SINCE = (0, 11)
"""uv's UV_SYSTEM_CERTS; UV_NATIVE_TLS before (uv's changelog of 0.11)."""

TRUSTSTORE_SINCE, TRUSTSTORE_DEFAULT_SINCE = (23, 3), (24, 2)
"""pip has truststore inside since 23.3 (from 22.2 it had to be installed beside), and uses it unasked since 24.2."""


@dataclass(frozen=True)
class Network:
    """The proxy as a person entered it, its parts not encoded; without a host the environment's own settings hold."""

    scheme: str = "http"
    """How the proxy itself is spoken to: `http`, `https` or `socks5h`."""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    no_proxy: tuple[str, ...] = ()
    """Hosts that are reached directly, besides this machine."""
    system_certificates: bool = True
    """Trust whom the system trusts: a company's own certificate is among them."""

    @property
    def proxy(self) -> str:
        """The proxy's URL, user and password percent-encoded; empty where there is none."""
        if not self.host:
            return ""
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{login}{'@' if login else ''}{host}{f':{self.port}' if self.port else ''}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be written anywhere."""
        return tuple(secret for secret in {self.password, quote(self.password, safe="")} if secret)


def proxy_variables(network: Network) -> dict[str, str]:
    """Give the variables that pip, uv and Python's own urllib read; both cases, as the lower one wins in some."""
    if not network.proxy:
        return {}
    values = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), network.proxy)
    values["NO_PROXY"] = ",".join(dict.fromkeys((*LOCAL, *network.no_proxy)))
    if os.name != "nt":  # where a name's case does not count
        values.update({name.lower(): value for name, value in values.items()})
    return values


def uv_certificates(network: Network, version: Version) -> dict[str, str]:
    """Let uv trust whom the system trusts."""
    if not network.system_certificates:
        return {}
    return {"UV_SYSTEM_CERTS" if version >= SYSTEM_CERTS_SINCE else "UV_NATIVE_TLS": "1"}


def pip_certificates(network: Network, version: Version) -> list[str]:
    """Give the words that let pip trust whom the system trusts, where it does not anyway or cannot at all."""
    if network.system_certificates and TRUSTSTORE_SINCE <= version < TRUSTSTORE_DEFAULT_SINCE:
        return ["--use-feature=truststore"]
    return []


def old_pip_certificates(network: Network, version: Version, *, folder: Path) -> dict[str, str]:
    """Give a pip that knows no truststore the system's certificates as a file, written into `folder`.

    Python's own ssl reads them on Windows and Linux; where it finds none (macOS), pip keeps its own.
    """
    if not network.system_certificates or version >= TRUSTSTORE_SINCE:
        return {}
    certificates = ssl.create_default_context().get_ca_certs(binary_form=True)
    if not certificates:
        return {}
    path = folder / "certificates.pem"
    path.write_text("".join(map(ssl.DER_cert_to_PEM_cert, certificates)), encoding="ascii")
    return {"PIP_CERT": str(path)}


def without_bundled_certificates(environ: Mapping[str, str]) -> dict[str, str]:
    """Leave out the certificates of QGIS's own installer: OSGeo4W's variables would hide the system's."""
    root = os.path.normcase(environ.get("OSGEO4W_ROOT", ""))
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT")
    return {
        name: value
        for name, value in environ.items()
        if not (root and name in names and os.path.normcase(value).startswith(root))
    }
