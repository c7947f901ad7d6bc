"""What the tests of the services share: a request, a target for it, and one local collector."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson
import pytest

from abtui.core.config.model import Target
from abtui.core.outcomes import Request
from abtui.core.text.secret import Secret
from abtui.services.collector.server import LocalCollector

KEY = "k-0123456789-SECRET-abcd"
BODY = {
    "publishedAt": 1_700_000_000_000,
    "units": [{"type": "user_id", "uid": "97980"}],
    "goals": [{"name": "purchase", "achievedAt": 1_700_000_000_000, "properties": {"amount": 5}}],
}
TargetAt = Callable[..., Target]


@pytest.fixture
def request_() -> Request:
    """A mapped request, as an outcome has it: for the host of the settings, which is not the target's."""
    return Request(
        method="PUT",
        url="https://acme.absmartly.io/v1/context",
        headers={
            "X-API-Key": "****1a2b",
            "X-Agent": "segment",
            "X-Environment": "elsewhere",
            "X-Application": "other",
            "X-Application-Version": "0",
            "Content-Type": "application/json",
        },
        body=BODY,
        body_bytes=orjson.dumps(BODY),
    )


@pytest.fixture
def target_at() -> TargetAt:
    """A target for a base URL."""

    def make(
        base: str, *, key: str | None = KEY, environment: str = "staging", application: str | None = None
    ) -> Target:
        secret = None if key is None else Secret(key)
        return Target(
            name="test", collector_endpoint=base, environment=environment, api_key=secret, application=application
        )

    return make


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[LocalCollector, str]]:
    collector = LocalCollector()
    base = collector.start()
    yield collector, base
    collector.stop()


@pytest.fixture
def collector(_running: tuple[LocalCollector, str]) -> LocalCollector:
    """A running collector that has received nothing yet."""
    _running[0].state.clear()
    return _running[0]


@pytest.fixture
def base(_running: tuple[LocalCollector, str], collector: LocalCollector) -> str:
    """Its base URL."""
    return _running[1]
