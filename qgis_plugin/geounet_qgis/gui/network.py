"""QGIS's own proxy, as the installer takes it."""

from __future__ import annotations

from urllib.parse import urlsplit

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtNetwork import QNetworkProxy

from geounet_qgis.managed.network import Network
from geounet_qgis.translation import tr


def qgis_network() -> Network:
    """Read the proxy of QGIS's options, with what its authentication adds; call it in the window's thread."""
    manager = QgsNetworkAccessManager.instance()
    proxy = manager.fallbackProxy()
    if (
        proxy.type() in (QNetworkProxy.ProxyType.NoProxy, QNetworkProxy.ProxyType.DefaultProxy)
        or not proxy.hostName()
    ):
        return Network()
    excluded = [*manager.excludeList(), *manager.noProxyList()]
    return Network(
        scheme="socks5h" if proxy.type() == QNetworkProxy.ProxyType.Socks5Proxy else "http",
        host=proxy.hostName(),
        port=proxy.port(),
        user=proxy.user(),
        password=proxy.password(),
        no_proxy=tuple(filter(None, map(_host, excluded))),
    )


def described(network: Network) -> str:
    """Say how downloads go, without what is secret."""
    if not network.host:
        return tr("Downloads use the system's proxy, if there is one, and the system's certificates.")
    where = f"{network.host}:{network.port}" if network.port else network.host
    return tr("Downloads use QGIS's proxy ({}) and the system's certificates.").format(where)


def _host(address: str) -> str:
    """Take the host of a URL, or of the beginning of one."""
    return urlsplit(address if "//" in address else f"//{address}").hostname or ""
