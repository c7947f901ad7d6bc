"""What ajv takes for an address (its format `uri`): the grammar of RFC 3986, without its limits on the parts of an IPv4 address."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = r"[a-z0-9\-._~!$&'()*+,;=:]"
_CHARACTER: Final = r"(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})"
_NAME: Final = r"(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*"
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
_IPV4: Final = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_GROUP: Final = "[0-9a-f]{1,4}"
_LAST: Final = f"(?:{_GROUP}:{_GROUP}|{_IPV4})"


def _ipv6() -> str:
    """An IPv6 address: with `::` after up to n groups, the fewer of them may follow."""
    before = ["", f"(?:{_GROUP})?", *(f"(?:(?:{_GROUP}:){{0,{most}}}{_GROUP})?" for most in range(1, 7))]
    tails = [f"(?:{_GROUP}:){{{5 - at}}}{_LAST}" for at in range(5)] + [_LAST, _GROUP, ""]
    return "|".join(
        [f"(?:{_GROUP}:){{6}}{_LAST}", *(f"{start}::{tail}" for start, tail in zip(before, tails, strict=True))]
    )


_FUTURE: Final = rf"v[0-9a-f]+\.{_PLAIN}+"
_SEGMENTS: Final = f"(?:/{_CHARACTER}*)*"
_ROOTLESS: Final = f"{_CHARACTER}+{_SEGMENTS}"
_AUTHORITY: Final = (
    rf"(?:(?:{_PLAIN}|%[0-9a-f]{{2}})*@)?(?:\[(?:{_ipv6()}|{_FUTURE})\]|{_IPV4}|{_NAME})(?::[0-9]*)?{_SEGMENTS}"
)
_END: Final = rf"(?:{_CHARACTER}|[/?])*"
_URI: Final = re.compile(
    rf"[a-z][a-z0-9+\-.]*:(?:/?/{_AUTHORITY}|/(?:{_ROOTLESS})?|{_ROOTLESS})(?:\?{_END})?(?:#{_END})?",
    re.IGNORECASE | re.ASCII,
)


def is_uri(text: str) -> bool:
    """Whether ajv takes a text for an address."""
    return _URI.fullmatch(text) is not None
