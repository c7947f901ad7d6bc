"""The JSON of abtui's own files. It may contain names of files, which are any bytes; and a damaged file may contain anything."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

from abtui.core.text.json_depth import is_deeper

_Kind = TypeVar("_Kind")


def encode(value: object, indent: int = 0) -> bytes:
    """A value as JSON, on one line or, with `indent`, on several. A byte of a name that is no character (a lone surrogate in Python) becomes an escape of JSON."""
    try:
        text = msgspec.json.encode(value)
        return msgspec.json.format(text, indent=indent) if indent else text
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), indent=indent or None).encode()


def decode(data: bytes | str, kind: type[_Kind]) -> _Kind:
    """A value that `encode` wrote. Raises msgspec.DecodeError for any other text, however deeply it is nested."""
    if is_deeper(data):
        raise msgspec.DecodeError("It is nested too deeply.")
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeError):
        # The escape of a lone surrogate is not strict JSON.
        try:
            value = json.loads(data)
        except (ValueError, UnicodeError) as error:
            raise msgspec.DecodeError(str(error)) from error
        return msgspec.convert(value, kind)
