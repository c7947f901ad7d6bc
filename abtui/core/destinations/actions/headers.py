"""The headers of a request, and the values that make Segment's HTTP client throw."""

from __future__ import annotations

import re
from typing import Final

from abtui.core.destinations.actions.javascript import SPACES

KEY_HEADER: Final = "X-API-Key"
_ILLEGAL: Final = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_GONE: Final = "undefined"
_MOST: Final = 500


class HeaderProblem(Exception):
    """A value cannot be sent as a header. Its text is the error's name and message."""


def _checked(value: str, shown: str) -> str:
    if _ILLEGAL.search(value):
        raise HeaderProblem(f"TypeError: {shown} is not a legal HTTP header value")
    return value


class Headers:
    """Makes the headers for one config. `shown` is the key as it may be shown, which is what the headers have."""

    def __init__(self, api_key: str, environment: str, shown: str) -> None:
        self._api_key = api_key
        self._environment = environment
        self._shown = shown
        self._made: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def check(self) -> None:
        """Raises HeaderProblem if the key or the environment cannot be sent: that happens before the action runs."""
        _checked(self._api_key, self._shown)
        _checked(self._environment, self._environment)

    def of(self, agent: str, application: str) -> tuple[tuple[str, str], ...]:
        """The headers for an agent and an application, "" for none. Raises HeaderProblem."""
        found = self._made.get((agent, application))
        if found is None:
            if len(self._made) >= _MOST:
                self._made.clear()
            found = self._made[agent, application] = self._make(agent.strip(SPACES) or "segment", application.strip(SPACES))
        return found

    def _make(self, agent: str, application: str) -> tuple[tuple[str, str], ...]:
        headers = {
            KEY_HEADER: self._shown,
            "X-Agent": _checked(agent, agent),
            "X-Environment": self._environment,
        }
        if application:
            headers |= {"X-Application": _checked(application, application), "X-Application-Version": "0"}
        headers["Content-Type"] = "application/json"
        # The client takes this text for a header to remove, where it merges those of the destination.
        gone = {KEY_HEADER: self._api_key, "X-Environment": self._environment}
        return tuple((name, value) for name, value in headers.items() if gone.get(name) != _GONE)
