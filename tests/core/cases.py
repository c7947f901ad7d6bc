"""What the tests of golden cases have in common: a config, and case files as text."""

from __future__ import annotations

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.cases import CaseFile, CaseRun, Runner, read_cases
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from tests.kit import CONFIG, ENV

URL = "https://acme.absmartly.io/v1/context"
EVENT = """\
type: track
event: Order Completed
userId: u1
messageId: m1
originalTimestamp: 2026-01-01T00:00:00.000Z
sentAt: 2026-01-01T00:00:01.000Z
properties: {total: 10.0, items: [{sku: a}, {sku: b}]}
"""


def config(text: str = CONFIG) -> Config:
    reading = read_config(text, ENV)
    assert reading.config is not None, reading.findings
    return reading.config


def indented(text: str, spaces: int) -> str:
    return "".join(f"{' ' * spaces}{line}\n" if line else "\n" for line in text.splitlines())


def case(expect: str, event: str = EVENT) -> str:
    """A file of one case."""
    return f"cases:\n  - event:\n{indented(event, 6)}    expect:\n{indented(expect, 6)}"


def read(text: str) -> CaseFile:
    reading = read_cases(text, "orders.abtui.yaml")
    assert reading.file is not None, reading.findings
    return reading.file


def run(text: str, settings: Config | None = None) -> list[CaseRun]:
    """The runs of all cases of a file whose events are its own."""
    file, runner = read(text), Runner(Mapper(settings or config()))
    events = [item.event for item in file.cases]
    assert all(isinstance(event, Event) for event in events)
    return [runner.run(item, file, event)[0] for item, event in zip(file.cases, events, strict=True) if isinstance(event, Event)]  # fmt: skip
