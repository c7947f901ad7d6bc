"""The content that the workbench starts with: the files of the command line, or the demo."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from abtui.services.errors import FileError
from abtui.services.files import read_config_file
from abtui.services.folders import sample_folder


class Opening(msgspec.Struct, frozen=True):
    """The config's text and path, and the files of events. `config_path` is None if the person named no config file."""

    config_text: str
    config_path: str | None
    event_paths: tuple[str, ...]
    demo: bool = False
    tour: bool = False
    problems: tuple[str, ...] = ()


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
