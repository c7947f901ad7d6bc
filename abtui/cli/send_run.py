"""Carrying out a send on the command line: signals, a progress bar, and what came of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType
from typing import Any

import click

from abtui.cli.narrate import narrate
from abtui.cli.output import on_terminal
from abtui.core.delivery.examples import Examples
from abtui.core.delivery.runs import wait_words
from abtui.services.delivery import Delivery
from abtui.services.delivery_values import Progress, Settled
from abtui.services.pause_control import Control

_FIRST = b"\nEnding: what is on its way is waited for. Ctrl-C once more ends at once.\n"
_SECOND = b"\nEnding at once; what was on its way is unknown.\n"


class Running:
    """Runs a delivery to its end, in the foreground. Its bar stands on standard error, where that is a terminal."""

    def __init__(self, total: int) -> None:
        self.control = Control()
        self._total = total
        self._bar: Any = None  # click does not name the type of its bar.
        self._told = 0
        self._waits = 0
        self.examples = Examples()

    def run(self, delivery: Delivery) -> Progress:
        """Send. Raises ServiceError, as the delivery does."""
        bar = click.progressbar(length=self._total, label="sending", file=sys.stderr, show_pos=True)
        with bar if on_terminal(sys.stderr) else nullcontext() as shown, self._signals():
            self._bar = shown
            return asyncio.run(delivery.run())

    def observe(self, value: Progress | Settled) -> None:
        """Take in what the delivery tells."""
        if isinstance(value, Settled):
            for entry, share in zip(value.entries, value.shares, strict=True):
                if value.receipt is not None and not share.again:
                    self.examples.add(entry, share, value.receipt)
            return
        ended = value.settled + value.waiting
        if self._bar is not None:
            if value.waits:
                self._bar.label = f"sending ({wait_words(value.waits, value.waited)})"
            self._bar.update(ended - self._told)
        elif value.waits and not self._waits:
            # Where no line can be written over, it is told once; the report has how often it was in all.
            narrate(wait_words(value.waits, value.waited))
        self._told, self._waits = ended, value.waits

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        # Not by print: this may come in the middle of one.
        with suppress(OSError):
            os.write(2, _SECOND if self.control.cancelled else _FIRST)
        self.control.cancel()
