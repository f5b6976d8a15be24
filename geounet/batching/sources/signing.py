"""Addresses with their signatures, made when they are read: neither keys, logs nor items ever hold one.

An item says who signs it. `planetary-computer` asks the Planetary Computer for a token, one for each container, and again
shortly before it expires. `given` is what a person's own address held (a signed URL, a key, a password): it stays in the
memory of the process that was told (`keep`), and is handed to workers over the pipe that starts them (`given`, `receive`).
`tiles` and `tiles-given` are services of tiles, which this process asks in GDAL's place (`relay`), without and with a key.
"""

import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from geounet.batching.redaction import redact
from geounet.batching.sources.relay import relayed
from geounet.batching.sources.web import fetch
from geounet.errors import OptionsError, SceneError
from geounet.raster.address import RasterAddress
from geounet.raster.virtual_document import with_sources

PLANETARY_COMPUTER = "planetary-computer"
GIVEN = "given"
TILES, GIVEN_TILES = "tiles", "tiles-given"

ENDPOINT = "https://planetarycomputer.microsoft.com/api/sas/v1/token"
"""Where tokens are had; the variable PC_SDK_SAS_URL names another, as it does for Microsoft's own package."""

AZURE = ".blob.core.windows.net"
"""How the hosts of Azure's blobs end."""

PUBLIC = frozenset({"ai4edatasetspublicassets"})
"""Accounts of the Planetary Computer that need no token."""

MARGIN_S = 600.0
"""Seconds before its end at which a token is made anew: a large scene is read for minutes."""

_CATALOGUES = ("planetarycomputer.microsoft.com", "planetarycomputer-staging.microsoft.com")

_LOGGERS = tuple(
    f"rasterio.{name}"
    for name in ("_base", "_env", "_err", "_io", "_filepath", "_warp", "env", "io", "session")
)
"""Where rasterio hands on what GDAL says."""

_lock = threading.Lock()
_given: dict[str, str] = {}
_tokens: dict[tuple[str, str], tuple[str, float]] = {}


def sign(raster: RasterAddress, *, again: bool = False) -> str | None:
    """The raster's address, or its document, as signed for now; None where nobody must sign it.

    With `again` what is remembered is made anew: a server has refused it. Raises SceneError where there is no
    signature to be had, and OptionsError where nobody is called so.
    """
    if raster.signing is None:
        return None
    signer = _signer(raster.signing, stale=again)
    return signer(raster.address) if raster.document is None else with_sources(raster.document, signer)


def _signer(name: str, *, stale: bool) -> Callable[[str], str]:
    """What makes a signed address of one without."""
    moment = time.time() if stale else None
    signers: dict[str, Callable[[str], str]] = {
        PLANETARY_COMPUTER: lambda address: _with_token(address, stale=moment),
        GIVEN: _with_given,
        TILES: relayed,
        GIVEN_TILES: lambda template: relayed(_with_given(template)),
    }
    if name not in signers:
        raise OptionsError(f"an address is signed by {name!r}; expected one of {', '.join(signers)}")
    return signers[name]


def keep(address: str, given: str) -> None:
    """Remember what an address is with the secrets that it was given with; an address may be a URL or GDAL's."""
    _hush()
    with _lock:
        _given[address] = given


def given() -> dict[str, str]:
    """What this process was given, for a worker that it starts: to be handed on in memory, never written down."""
    with _lock:
        return dict(_given)


def receive(kept: Mapping[str, str]) -> None:
    """Remember what another process was given."""
    _hush()
    with _lock:
        _given.update(kept)


def signed_forms(address: str) -> list[str]:
    """The address as it may have been opened in this process: as it is, and with what is known of it."""
    with _lock:
        forms = [address, *([_given[address]] if address in _given else [])]
        token = _tokens.get(_container(address) or ("", ""))
    return [*forms, f"{address}?{token[0]}"] if token else forms


def signer_of(href: str, option: str, *, catalogue: str = "") -> str | None:
    """Who signs an asset: with `auto`, the Planetary Computer signs what its own catalogue names on Azure."""
    if option == "none" or _container(href) is None:
        return None
    own = option == PLANETARY_COMPUTER or urlsplit(catalogue).hostname in _CATALOGUES
    return PLANETARY_COMPUTER if own else None


def _with_given(address: str) -> str:
    with _lock:
        known = _given.get(address)
    if known is None:
        raise SceneError(
            f"{address} was given with a signature, which this process does not have; signatures are not written down: "
            "give the same inputs again"
        )
    return known


def _with_token(address: str, *, stale: float | None) -> str:
    """An address of a blob with a token; other addresses as they are."""
    place = _container(address)
    if place is None:
        return address
    with _lock:
        token, renewal = _tokens.get(place, ("", 0.0))
        if stale is not None or time.time() >= renewal:
            token, renewal = _new_token(*place)
            _tokens[place] = token, renewal
    return f"{address}{'&' if '?' in address else '?'}{token}"


def _new_token(account: str, container: str) -> tuple[str, float]:
    """A token for a container, and when it must be made anew."""
    _hush()
    endpoint = os.environ.get("PC_SDK_SAS_URL", ENDPOINT).rstrip("/")
    key = os.environ.get("PC_SDK_SUBSCRIPTION_KEY")
    headers = {"Ocp-Apim-Subscription-Key": key} if key else {}
    try:
        answer = _object(fetch(f"{endpoint}/{quote(account)}/{quote(container)}", headers=headers).body)
        token, expiry = str(answer["token"]), _seconds(str(answer["msft:expiry"]))
    except (SceneError, ValueError, KeyError, TypeError) as error:
        reason = str(error) if isinstance(error, SceneError) else type(error).__name__
        raise SceneError(
            f"the Planetary Computer gives no token for {account}/{container} ({reason}); expected a container of its own: "
            "pass --sign none where it is public"
        ) from None  # the cause may hold the answer
    now = time.time()
    return token, expiry - min(MARGIN_S, max(0.0, expiry - now) / 2)


def _hush() -> None:
    """From now on nothing that rasterio logs has a signature in it: GDAL names whole addresses when it asks again."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _without_secrets not in logger.filters:
            logger.addFilter(_without_secrets)


def _without_secrets(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True


def _object(body: bytes) -> dict[str, object]:
    """A JSON object; ValueError where it is something else."""
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 (what json raises for what it cannot read)
    return value


def _seconds(expiry: str) -> float:
    moment = datetime.fromisoformat(expiry)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _container(address: str) -> tuple[str, str] | None:
    """Account and container of a blob's address that needs a token; None of any other."""
    match = re.match(r"(?:/vsicurl/)?https?://([^/?#:]+)(?::\d+)?/([^/?#]+)/", address)
    if not match or not match[1].endswith(AZURE):
        return None
    account = match[1].partition(".")[0]
    return None if account in PUBLIC else (account, match[2])
