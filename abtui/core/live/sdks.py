"""The name and version of the SDK that posted an event, and the lines that point an SDK at a listener on this machine."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from abtui.core.text.plain import one_line

_WIDTH: Final = 60
_BROWSER: Final = "Mozilla"
UNKNOWN: Final = "unknown"


def sdk_of(event: dict[str, Any], user_agent: str = "") -> str:
    """The SDK as `analytics-python 2.4.0`: by the event's `context.library`, else by the request's User-Agent."""
    context = event.get("context")
    library = context.get("library") if isinstance(context, dict) else None
    if isinstance(library, dict):
        parts = [library.get("name"), library.get("version")]
        named = " ".join(part for part in parts if isinstance(part, str) and part)
        if named:
            return one_line(named, _WIDTH)
    product = user_agent.partition(" ")[0]
    name, _, version = product.partition("/")
    if name == _BROWSER:
        return "a browser"
    return one_line(f"{name} {version}".strip(), _WIDTH) or UNKNOWN


class Snippet(msgspec.Struct, frozen=True):
    """What to paste to point one SDK at a listener. `language` is that of the text, as a highlighter names it."""

    sdk: str
    language: str
    text: str


def snippets(port: int, write_key: str) -> tuple[Snippet, ...]:
    """The lines for each SDK, for a listener at `port`. Any write key does, unless requests are forwarded to Segment."""
    at, key = f"127.0.0.1:{port}", json.dumps(write_key)
    api = f'{{ integrations: {{ "Segment.io": {{ apiHost: "{at}/v1", protocol: "http" }} }} }}'
    known = f'{{ integrations: {{ "Segment.io": {{ apiKey: {key} }} }} }}'
    return (
        Snippet("Node", "javascript", f'new Analytics({{ writeKey: {key}, host: "http://{at}" }})'),
        Snippet("Python", "python", f'analytics.write_key = {key}\nanalytics.host = "http://{at}"'),
        Snippet("Browser, npm", "javascript", f'AnalyticsBrowser.load({{ writeKey: {key}, cdnURL: "http://{at}" }})'),
        Snippet(
            "Browser, npm, without a request for settings",
            "javascript",
            f"AnalyticsBrowser.load({{ writeKey: {key}, cdnSettings: {known} }}, {api})",
        ),
        Snippet("Browser, snippet", "javascript", f'analytics._cdn = "http://{at}";\nanalytics.load({key}, {api});'),
    )
