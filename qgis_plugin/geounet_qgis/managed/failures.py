"""What a tool printed before it failed, as one line and a hint."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass

from geounet_qgis.managed.errors import InstallError
from geounet_qgis.translation import tr

WINDOWS_DISK_FULL = 112
LONGEST = 300
CAUSE = r"^\s*(cause:|Caused by:|╰─▶)"


@dataclass(frozen=True)
class Kind:
    """A kind of failure, known by what pip, uv and the system say of it in English."""

    said: str
    """A regular expression, whatever the case."""
    message: str
    hint: str
    is_blocked: bool = False
    """Whether another address might be reached where this one is not."""

    def fits(self, text: str) -> bool:
        """Say whether this is what happened."""
        return re.search(self.said, text, re.IGNORECASE) is not None


def kinds() -> tuple[Kind, ...]:
    """Give the kinds, the most telling first: what follows from another comes after it."""
    return (*_of_the_disk(), *_of_the_network(), *_of_the_packages())


def _of_the_disk() -> tuple[Kind, ...]:
    return (
        Kind(
            r"no space left|errno 28\b|os error 28\b|not enough space|os error 112\b|disk quota|errno 122\b",
            tr("The disk is full."),
            tr(
                "Free some space, or choose a folder on another disk: the CPU build takes 3 GB, a CUDA build 10 GB."
            ),
        ),
        Kind(
            r"long path support|filename or extension is too long|file name too long|os error 206\b",
            tr("A path became too long."),
            tr("Choose a folder with a short path."),
        ),
    )


def _of_the_network() -> tuple[Kind, ...]:
    proxy = tr("Check the proxy in Settings ▸ Options ▸ Network.")
    return (
        Kind(
            r"407 proxy|proxy authentication required|(error|status|failed:) \(?407\b",
            tr("The proxy refuses the user or the password."),
            proxy,
        ),
        Kind(r"missing dependencies for socks", tr("pip cannot use a SOCKS proxy by itself."), proxy),
        Kind(
            r"certificate_verify_failed|invalid peer certificate|unknownissuer|self.signed certificate",
            tr("The certificate of the package index is not trusted."),
            tr(
                "If your office inspects connections, its root certificate must be among the system's: ask your IT."
            ),
        ),
        Kind(
            r"proxyerror|cannot connect to proxy|unsuccessful tunnel|tunnel connection failed|tunnel error"
            r"|\b403 forbidden",
            tr("The proxy cannot be reached, or refuses."),
            proxy,
            is_blocked=True,
        ),
        Kind(
            r"name or service not known|name resolution|getaddrinfo failed|nodename nor servname|dns error"
            r"|newconnectionerror|network is unreachable|connection refused|connecttimeout|failed to establish"
            r"|\(connect\)|could not connect",
            tr("The package index cannot be reached."),
            tr(
                "Check the connection and the proxy in Settings ▸ Options ▸ Network, or install from a folder of wheels."
            ),
            is_blocked=True,
        ),
        Kind(
            r"incompleteread|connection broken|connection reset|connection aborted|timed out|incomplete message"
            r"|error decoding response body|error sending request|http timeout",
            tr("The download broke off."),
            tr("Try again: what was downloaded is kept, and it goes on from there."),
        ),
    )


def _of_the_packages() -> tuple[Kind, ...]:
    return (
        Kind(
            r"no matching distribution found for geounet\b|because\s+geounet\S*\s+was\s+not\s+found"
            r"|no\s+versions?\s+of\s+geounet\b|only\s+geounet\S*\s+is\s+available\s+and\s+you\s+require\s+geounet\b",
            tr("geounet itself was not found."),
            tr(
                "The plugin's zip brings it along: install the plugin from that once more. Or put geounet's wheel into "
                "the folder of wheels, or name it under Advanced ▸ Requirement."
            ),
        ),
        Kind(
            r"no matching distribution|no solution found|could not find a version|not found in the provided"
            r"|unsatisfiable",
            tr("The packages that geounet needs were not all found."),
            tr(
                "Look into the log for their names: the package index, or the folder of wheels, must have all of them."
            ),
        ),
        Kind(
            r"permission denied|errno 13\b|os error 13\b|access is denied|os error 5\b|read-only file system",
            tr("A file could not be written."),
            tr("Choose a folder of your own; a virus scanner may also be holding a file: then try again."),
        ),
    )


def is_blocked(lines: Sequence[str]) -> bool:
    """Say whether a tool failed because an index could not be reached, while another might be."""
    kind = _known(lines)
    return kind is not None and kind.is_blocked


def from_tool(lines: Sequence[str], *, doing: str) -> InstallError:
    """Explain a tool's failure: what kind it is where that is known, and the tool's own last word."""
    kind = _known(lines)
    said = _last_word(lines)
    if kind is None:
        return InstallError(f"{doing}: {said}", hint=tr("The log says more."))
    return InstallError(f"{doing}: {kind.message} ({said})" if said else kind.message, hint=kind.hint)


def from_system(error: OSError) -> InstallError:
    """Explain what the system refused."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC)
    if full or getattr(error, "winerror", None) == WINDOWS_DISK_FULL:
        kind = kinds()[0]
        return InstallError(kind.message, hint=kind.hint)
    return InstallError(
        tr("{path} cannot be written: {error}.").format(
            path=error.filename or tr("The folder"), error=error.strerror or error
        ),
        hint=tr("Choose another folder."),
    )


def _known(lines: Sequence[str]) -> Kind | None:
    text = "\n".join(lines)
    return next((kind for kind in kinds() if kind.fits(text)), None)


def _last_word(lines: Sequence[str]) -> str:
    """Take the line that says most: pip's last `ERROR:`, uv's first `error:` or `×` with its cause; else the last."""
    errors = [line for line in lines if line.startswith("ERROR:")]
    start = next((at for at, line in enumerate(lines) if re.match(r"\s*(error:|×)", line)), None)
    if errors or start is None:
        said = (errors or lines or ("",))[-1:]
    else:
        said = (lines[start], *(line for line in lines[start + 1 : start + 2] if re.match(CAUSE, line)))
    words = (" ".join(re.sub(rf"^\s*(ERROR:|error:|×)|{CAUSE}", "", line).split()) for line in said)
    return ": ".join(word.rstrip(":") for word in words)[:LONGEST]
