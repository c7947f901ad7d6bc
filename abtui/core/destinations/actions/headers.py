"""The headers of a request, and the values that make Segment's HTTP client throw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destinations.actions.javascript import SPACES
from abtui.core.destinations.actions.problems import Thrown

ENVIRONMENT_HEADER: Final = "X-Environment"
_ILLEGAL: Final = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_GONE: Final = "undefined"
_MOST: Final = 500


def _problem(value: str, shown: str) -> str:
    return f"TypeError: {shown} is not a legal HTTP header value" if _ILLEGAL.search(value) else ""


def _checked(value: str) -> str:
    if problem := _problem(value, value):
        raise Thrown(problem)
    return value


def without_gone(headers: Mapping[str, str], api_key: str) -> dict[str, str]:
    """The headers that are sent. A key or an environment of the text `undefined` makes Segment's client remove its header."""
    values = {KEY_HEADER: api_key, ENVIRONMENT_HEADER: headers.get(ENVIRONMENT_HEADER, "")}
    return {name: value for name, value in headers.items() if values.get(name) != _GONE}


class Headers:
    """Makes the headers that depend on the event. `shown` is the API key as it may be shown."""

    def __init__(self, api_key: str, environment: str, shown: str) -> None:
        self._problem = _problem(api_key, shown) or _problem(environment, environment)
        self._made: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def check(self) -> None:
        """Raises Thrown if the key or the environment cannot be sent: that happens before the action runs."""
        if self._problem:
            raise Thrown(self._problem)

    def of(self, agent: str, application: str) -> tuple[tuple[str, str], ...]:
        """The headers for an agent and an application, "" for none. Raises Thrown."""
        found = self._made.get((agent, application))
        if found is None:
            if len(self._made) >= _MOST:
                self._made.clear()
            found = _own(agent.strip(SPACES) or "segment", application.strip(SPACES))
            self._made[agent, application] = found
        return found


def _own(agent: str, application: str) -> tuple[tuple[str, str], ...]:
    headers = (("X-Agent", _checked(agent)),)
    if not application:
        return headers
    return (*headers, ("X-Application", _checked(application)), ("X-Application-Version", "0"))
