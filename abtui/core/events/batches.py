"""The body of a batch call: `{"batch": [...], "context": {}, "integrations": {}, "sentAt": "..."}` (Segment's HTTP API)."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.events.model import JSONObject
from abtui.core.findings import Finding, finding
from abtui.core.text.javascript import stringify
from abtui.core.text.json_text import skip_space, start_of

LIMIT_BYTES: Final = 500 * 1024
LIMIT_EVENTS: Final = 2500
MERGED: Final = ("context", "integrations")


def is_batch(value: JSONObject) -> bool:
    """Whether an object is the body of a batch call. An event that happens to have a `batch` has a `type` as well."""
    return "type" not in value and isinstance(value.get("batch"), list)


def merge(item: JSONObject, body: JSONObject) -> JSONObject:
    """`item` with what the batch says for all of its events; the very same object where that is nothing.

    The item's own `sentAt` wins, and so does each of its own keys in `context` and `integrations`.
    """
    added: JSONObject = {}
    for key in MERGED:
        shared = body.get(key)
        own = item.get(key, {})
        if isinstance(shared, dict) and isinstance(own, dict):
            if not shared.keys() <= own.keys():
                added[key] = {**shared, **own}
        elif shared is not None and key not in item:
            added[key] = shared
    if "sentAt" in body and "sentAt" not in item:
        added["sentAt"] = body["sentAt"]
    return {**item, **added} if added else item


def limit_finding(body: JSONObject, read: int, line: int, column: int) -> Finding | None:
    """A finding when the batch, read from `read` characters, is over one of Segment's limits."""
    items: list[Any] = body["batch"]
    if len(items) > LIMIT_EVENTS:
        message = f"The batch has {len(items):,} events; Segment rejects one of more than {LIMIT_EVENTS:,}."
    elif read * 3 > LIMIT_BYTES and (size := len(stringify(body))) > LIMIT_BYTES:
        message = f"The batch has {size:,} bytes; Segment answers 400 to one over {LIMIT_BYTES:,}."
    else:
        return None
    return finding("BATCH-LIMIT", message, "Send it in several batches, as the SDKs do.", line=line, column=column)


def open_batch(text: str) -> int | None:
    """The offset of the list of a batch whose JSON is broken, or None if `text` is no batch or ends with that bracket."""
    at = start_of(text, ("batch",))
    if at is None or text[at : at + 1] != "[" or skip_space(text, at + 1) >= len(text):
        return None
    return at
