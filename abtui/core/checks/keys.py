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
    "A key of the config, or of one of its targets, stands in the event: as it is, JSON-quoted, percent-encoded, HTML-escaped or inside base64. The body keeps it, as that is what would be sent; all that is said about the event has it masked. Keys under 5 characters are not looked for.",
)


class KeyCheck:
    """Looks for the keys of one config in events."""

    def __init__(self, config: Config) -> None:
        self._secrets = config.secrets
        self._searches = [secret.forms.stand_in for secret in self._secrets if secret.forms is not None]

    def check(self, event: Event, found: list[Finding]) -> None:
        """Append that the event carries a key, and where."""
        if not self._searches:
            return
        # A text is searched faster than a value is walked. A loop, as this is done for every event there is.
        text = stringify(event.value) if event.text is None else event.text
        for stands_in in self._searches:
            if stands_in(text):
                break
        else:
            return
        path = place_of(event.value, self._secrets)
        if path is not None:
            message = "The event carries the API key of this config: whoever may read the event has the key."
            hint = "Take it out of the event where it is made, and make a new key in the web console."
            found.append(KEY.at(message, hint, event_path=path_text(path)))


def place_of(value: Any, secrets: tuple[Secret, ...]) -> Path | None:
    """The first place in a JSON value where a key stands, in a text or in the name of a field; None for none."""
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
