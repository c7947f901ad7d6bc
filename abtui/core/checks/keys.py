"""Findings about API keys of the config in an event, where they do not belong."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.config.model import Config
from abtui.core.events import Event
from abtui.core.findings import Finding, warning
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path, path_text
from abtui.core.text.secret import Secret, holds

KEY: Final = warning(
    "EVENT-KEY",
    "The event carries the API key",
    "The event contains an API key of the config or of one of its targets: plain, JSON-quoted, percent-encoded, HTML-escaped or inside base64. abtui masks it in everything it shows about the event, but the body keeps it, because that is what would be sent. abtui does not look for keys under 5 characters.",
)


class KeyCheck:
    """Looks for the keys of one config in events."""

    def __init__(self, config: Config) -> None:
        self._secrets = config.secrets
        self._searches = [secret.forms.stand_in for secret in self._secrets if secret.forms is not None]

    def may_be_in(self, text: bytes) -> bool:
        """Whether a text may contain a key. Without one, no event in it does."""
        return any(contains(text) for contains in self._searches)

    def check(self, event: Event, found: list[Finding]) -> None:
        """Append the finding about a key in the event, with its place."""
        if not self._searches:
            return
        # Searching a text is faster than walking a value. This runs for every event, so it is a plain loop.
        text = stringify(event.value) if event.text is None else event.text
        for contains in self._searches:
            if contains(text):
                break
        else:
            return
        path = key_path(event.value, self._secrets)
        if path is not None:
            message = "The event contains the API key of this config, so everybody who can read the event has the key."
            hint = "Remove it where the event is made, and create a new key in the web console."
            found.append(KEY.at(message, hint, event_path=path_text(path)))


def key_path(value: Any, secrets: tuple[Secret, ...]) -> Path | None:
    """The path of the first text or field name in a JSON value that contains a key; None if there is none."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, member = waiting.pop()
        if isinstance(member, str):
            if holds(member, secrets):
                return path
        elif isinstance(member, dict):
            for name in member:
                if holds(name, secrets):
                    return (*path, name)
            waiting.extend(((*path, name), inner) for name, inner in reversed(member.items()))
        elif isinstance(member, list):
            waiting.extend(((*path, index), member[index]) for index in range(len(member) - 1, -1, -1))
    return None
