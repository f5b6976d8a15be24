"""Texts without the credentials in them: addresses, connection strings, options, headers, however they are quoted.

What is no credential stays as it is. Where a secret ends is sometimes a guess, and then rather too much goes.
"""

from __future__ import annotations

import re

MASK = "***"
"""What stands in the place of a credential."""

_KEY = (
    "(?:api|access|account|app|client|map|private|secret|shared|storage|subscription|swift)[_-]?key(?:_?id)?"
)

_SECRET = (
    r"[\w.-]{0,60}?(?:passw(?:or)?d|passwd|passphrase|userpwd|secret|token|bearer|cookie|authcfg"
    rf"|connection_string|{_KEY}|(?<![a-z])(?:pwd|sas))"
)
"""A name whose value is secret wherever it stands: GDAL_HTTP_USERPWD, AWS_SECRET_ACCESS_KEY, password, authcfg."""

_IN_ADDRESS = (
    rf"(?:{_SECRET}|x-amz-[\w-]+"
    r"|[\w.-]{0,60}?(?:signature|credential|authorization|(?<![a-z])(?:key|sig|jwt|auth)))"
)
"""A name whose value is secret in the query of an address, where `key` is no word of a person's."""

_HEADER = (
    r"(?:(?:proxy-)?authorization|(?:set-)?cookie|private-token|api-key|ocp-apim-subscription-key"
    r"|x-[\w-]{0,60}(?:token|key|secret|signature))"
)

_CLOSING = r"'(?=[],;\s)}]|$)"
"""An apostrophe that closes something; any other may belong to a password."""

_INFO = rf"(?:(?!{_CLOSING})[^\s/?#\"<>])+"
"""What stands between // and the path of an address."""

_ENCODED_INFO = r"(?:(?!%2F|%3F|%23|%40)[^\s&'\"<>])+"

_VALUE = rf"(?!\*\*\*)(?:(?!{_CLOSING})[^\s\"<>])+"
"""A value that nothing quotes."""

_QUERY_VALUE = r"[^\s&#'\"<>]+"

_ENCODED_VALUE = r"(?:(?!%26|%23)[^\s&#'\"<>])+"

_NESTED = "'\"'\"'"
"""A quotation mark inside a quoted word, as a shell's quoting writes it."""

_RULES = (
    # https://user:password@host, https://token@host, postgresql://user:password@host; but not ssh://git@host
    (rf"((?:https?|ftps?)(?::|%3A)//){_INFO}@", rf"\1{MASK}@"),
    (rf"([a-z][\w+.-]{{0,30}}://)(?=[^\s/@]*:){_INFO}@", rf"\1{MASK}@"),
    (rf"(%3A%2F%2F){_ENCODED_INFO}%40", rf"\1{MASK}%40"),
    # ?token=…, also where the address is itself part of a query
    (rf"((?:[?&#]|&amp;|%3F|%26|%23){_IN_ADDRESS}%3D){_ENCODED_VALUE}", rf"\1{MASK}"),
    (rf"((?:[?&#]|&amp;|%3F|%26|%23){_IN_ADDRESS}=){_QUERY_VALUE}", rf"\1{MASK}"),
    # 'NAME=value', one quoted word of a command line
    (rf"('{_SECRET}=)(?:{_NESTED}|[^'\r\n])+'", rf"\1{MASK}'"),
    (rf"(\"{_SECRET}=)(?:\\.|[^\"\\])+\"", rf'\1{MASK}"'),
    # password='…', and so within a quoted word; "password": "…"
    (rf"(?<![\w.-])({_SECRET}=){_NESTED}.*?{_NESTED}", rf"\1{_NESTED}{MASK}{_NESTED}"),
    (
        rf"(?<![\w.-])({_SECRET}[\"']?[ \t]*[:=][ \t]*)(?!{_NESTED})([\"'])(?:\\.|\2\2|(?!\2).)+(?:\2|$)",
        rf"\1\2{MASK}\2",
    ),
    # Authorization: Basic …
    (
        rf"(?<![\w-])({_HEADER}[\"']?[ \t]*[:=][ \t]*[\"']?)(?![ \t\"']|\*\*\*)(?:Digest [^\r\n]+|[^\r\n'\"]+)",
        rf"\1{MASK}",
    ),
    (r"\b(Bearer\s+)(?=\S{0,200}\d)[\w.~+/=-]{8,}", rf"\1{MASK}"),
    # password=… without quotation marks
    (rf"(?<![\w.-])({_SECRET}[ \t]*=[ \t]*)(?![ \t'\"]){_VALUE}", rf"\1{MASK}"),
    # Oracle's OCI:user/password@database
    (r"(?<!\w)((?:oci|geor|georaster):[^\s/,@:]*[/,])[^\s@,'\"]+", rf"\1{MASK}"),
)

_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.MULTILINE), mask) for pattern, mask in _RULES)


def redacted(text: str) -> str:
    """The text with each credential in it masked."""
    for pattern, mask in _COMPILED:
        text = pattern.sub(mask, text)
    return text
