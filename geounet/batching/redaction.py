"""Text without secrets: what a log, a page or a message may show of an address or of a library's words."""

import re

GONE = "…"
"""What stands where a secret was."""

_NAMES = (
    r"sig|signature|token|secret|password|passwd|pwd|credentials?|api[-_]?key|access[-_]?key(?:[-_]?id)?|"
    r"authorization|auth|sas"
)
"""Words that name a secret, alone or as the end of a longer name such as `X-Amz-Signature`."""

_NAMED = re.compile(rf"(?:[\w-]*[-_])?(?:{_NAMES})", re.IGNORECASE)
_QUERY = re.compile(r"(?P<address>\b[a-z][a-z0-9+.-]*://[^\s?#'\"<>]*)\?[^\s'\"<>)\]]*", re.IGNORECASE)
_USER = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/@'\"<>]+@", re.IGNORECASE)
_PAIR = re.compile(
    rf"(?P<name>\b(?:[\w-]*[-_])?(?:{_NAMES})\b['\"]?\s*[=:]\s*)(?!\s)(?:(?:bearer|basic)\s+)?"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\")\]}]+)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?P<name>\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_KNOWN = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
"""Amazon's key identifiers, and JSON web tokens."""


def is_secret(name: str) -> bool:
    """Whether what is called so is a secret, whatever it is."""
    return _NAMED.fullmatch(name) is not None


def redact(text: str) -> str:
    """The text without the queries of addresses, users and passwords in them, and what is named as a secret.

    Doing it twice changes nothing.
    """
    text = _QUERY.sub(r"\g<address>", text)
    text = _USER.sub(r"\g<scheme>", text)
    text = _PAIR.sub(rf"\g<name>{GONE}", text)
    text = _SCHEME.sub(rf"\g<name>{GONE}", text)
    return _KNOWN.sub(GONE, text)
