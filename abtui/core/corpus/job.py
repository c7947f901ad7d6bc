"""What a command does with its events, wherever that runs: in its own process, in others beside it, or on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from abtui.core.config.model import Config
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults, Stretch

Write = Callable[[bytes], None]
"""Takes a piece of output: one outcome, or the bodies of several events, without the line end."""


class Text(NamedTuple):
    """The text of one piece of the input: its bytes, the name of its source, which piece it is, and where that begins.

    `place` is the index of the source and the offset of the piece in it, and `file` its path, if it is a file that can be read again.
    """

    pieces: Iterable[bytes]
    name: str
    place: tuple[int, int]
    stretch: Stretch
    file: str | None = None


class Work(Protocol):
    """Does a job. It holds what is worked out once for a config, and is made anew in each process."""

    def empty(self) -> Any:
        """What was counted of nothing. It can be sent between processes, and has `merge(other)`."""

    def add(self, fold: Any, text: Text, unread: Unread, write: Write) -> None:
        """Count the events of a text in `fold`, and what is none in `unread`, and write the output. Failures to read pass through."""


class Job(Protocol):
    """What is to be done, with the command's options. It can be sent between processes and has no key."""

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Work:
        """Work out what is to be known once."""
