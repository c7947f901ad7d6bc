"""The config as it is being worked on: its text, what was read of it, the mapper of the last usable state, the targets."""

from __future__ import annotations

from collections.abc import Mapping

from abtui.core.config import ConfigReading, Target
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.text.mask_keys import keys_in
from abtui.core.text.secret import Secret
from abtui.services.configs import OpenedConfig, compared_place, open_config, read_config_text

LOCAL = "local"
LOCAL_KEY = "local-key"
OFFER = "o chooses one, C makes one"
"""What to do where there is no config."""


class Session:
    """One config under edit. `mapper` is of the last text without errors, or None where there was none yet."""

    def __init__(
        self, text: str, path: str | None, env: Mapping[str, str], *, prefer_local: bool, outside: bool = False
    ) -> None:
        self.path = path
        self.text = text
        self.saved_text = text
        self.mapper: Mapper | None = None
        self.reading = ConfigReading(None, ())
        self.files: tuple[str, ...] = ()
        """The paths of the files that the text names, there or not."""
        self.local_endpoint: str | None = None
        self._env = env
        self._outside = outside
        self._target = LOCAL if prefer_local else ""
        self.edit(text)

    def open(self, path: str, text: str) -> None:
        """Take in another file's text. What was read of the present one is in use no longer, even if the new one has errors."""
        self.path, self.saved_text = path, text
        self.mapper = None
        self._target = ""
        self.edit(text)

    def open_beside(self, place: str) -> OpenedConfig:
        """Another config to compare with, read with the same environment. Raises FileError. It may take a while: git is asked."""
        return open_config(compared_place(place, self.path), self._env, outside=self._outside)

    @property
    def missing(self) -> bool:
        """Whether there is no config: none was opened, and none is begun."""
        return self.path is None and not self.text.strip()

    @property
    def unmapped(self) -> str:
        """In a few words why nothing is mapped; "" where there is a usable config."""
        if self.mapper is not None:
            return ""
        return "no config yet" if self.missing else "not mapped: the config has errors"

    @property
    def why_unmapped(self) -> str:
        """Why nothing is mapped, and what to do about it; "" where there is a usable config."""
        if self.mapper is not None:
            return ""
        if self.missing:
            return f"There is no config yet: {OFFER}."
        return "The config has errors, listed in its pane (press 4)."

    @property
    def modified(self) -> bool:
        """Whether the text differs from the file's."""
        return self.text != self.saved_text

    def edit(self, text: str) -> bool:
        """Take in a new text. True if the outcomes may differ now."""
        self.text = text
        if self.path is None:
            self.reading, self.files = read_config(text, self._env), ()
        else:
            opened = read_config_text(text, self._env, self.path, outside=self._outside)
            self.reading, self.files = opened.reading, opened.files
        if self.missing:
            # Nothing is wrong with a config that is not there.
            self.reading = ConfigReading(None, ())
        config = self.reading.config
        if config is None or (self.mapper is not None and self.mapper.config == config):
            return False
        self.mapper = Mapper(config)
        return True

    @property
    def targets(self) -> tuple[Target, ...]:
        """The config's targets, and the local collector as the last."""
        if self.mapper is None:
            return ()
        config = self.mapper.config
        local = Target(
            name=LOCAL,
            collector_endpoint=self.local_endpoint or "",
            environment=config.default_target.environment,
            api_key=Secret(LOCAL_KEY),
            application=config.default_target.application,
        )
        return (*(target for target in config.targets if target.name != LOCAL), local)

    @property
    def target(self) -> Target | None:
        """The chosen target: the one chosen by name, else the first."""
        targets = self.targets
        return next((target for target in targets if target.name == self._target), targets[0] if targets else None)

    def choose(self, name: str) -> bool:
        """Choose a target by its name. False if there is none of it."""
        known = any(target.name == name for target in self.targets)
        if known:
            self._target = name
        return known

    @property
    def env(self) -> Mapping[str, str]:
        """Where the text's `${VAR}` are read from."""
        return self._env

    @property
    def known_keys(self) -> tuple[Secret, ...]:
        """The keys of the last usable text. The local collector's is no secret."""
        keys = (target.api_key for target in self.targets if target.name != LOCAL)
        return tuple(key for key in keys if key is not None)

    def secrets(self) -> list[Secret]:
        """Every key there is, of the text as it is and of the last usable one."""
        return [*self.known_keys, *(Secret(text) for text in keys_in(self.text, self._env))]

    def next_target(self) -> Target | None:
        """Choose the next target, around the end."""
        targets = self.targets
        if not targets:
            return None
        names = [target.name for target in targets]
        at = names.index(self._target) if self._target in names else 0
        self._target = names[(at + 1) % len(names)]
        return self.target
