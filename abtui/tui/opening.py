"""What the workbench starts with: the files of the command line, or the demo, and the config that was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from abtui.core.events import SdkDefaults
from abtui.services.errors import FileError
from abtui.services.files import read_config_file
from abtui.services.folders import sample_folder
from abtui.tui.file_reads import FileRead
from abtui.tui.session import Session


class Opening(msgspec.Struct, frozen=True):
    """The config's text and path, and the files of events. `config_path` is None if the person named no config file.

    `begun` is what the files give, if reading them has begun. `port` is the one on which SDKs are listened to from the start.
    """

    config_text: str
    config_path: str | None
    event_paths: tuple[str, ...]
    demo: bool = False
    tour: bool = False
    problems: tuple[str, ...] = ()
    begun: Iterator[FileRead] | None = None
    port: int | None = None


def read_opening(config: str | None, events: Sequence[str], *, tour: bool = False) -> Opening:
    """The content named by the arguments; without arguments the demo, and with `tour` its tour.

    An unreadable config becomes a problem that the screen shows. Events without a config start with an empty one.
    """
    if config is not None:
        try:
            return Opening(read_config_file(config), config, tuple(events))
        except FileError as error:
            return Opening("", config, tuple(events), problems=(f"{error.message} {error.hint}".strip(),))
    if events:
        return Opening("", None, tuple(events))
    folder = sample_folder()
    return Opening(read_config_file(str(folder / "config.yaml")), None, (str(folder),), demo=True, tour=tour)


class Beginning(NamedTuple):
    """The content, the config as it was read, and what Segment's SDKs would fill in."""

    opening: Opening
    session: Session
    sdk: SdkDefaults


def begin(
    config: str | None,
    events: Sequence[str],
    env: Mapping[str, str],
    now: str,
    *,
    tour: bool = False,
    outside: bool = False,
    port: int | None = None,
) -> Beginning:
    """Read what the arguments name, except the events. See `WorkbenchApp` for the arguments."""
    opening = msgspec.structs.replace(read_opening(config, events, tour=tour), port=port)
    prefer_local = opening.config_path is None
    session = Session(opening.config_text, opening.config_path, env, prefer_local=prefer_local, outside=outside)
    return Beginning(opening, session, SdkDefaults(now=now))
