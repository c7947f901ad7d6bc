"""The config being edited: its text, the result of reading it, the mapper of its last usable state, and its targets."""

from __future__ import annotations

from collections.abc import Mapping

from abtui.core.config import Config, ConfigReading, Target
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.text.mask_keys import keys_in
from abtui.core.text.secret import Secret
from abtui.services.configs import OpenedConfig, compared_place, open_config, read_config_text

LOCAL = "local"
LOCAL_KEY = "local-key"
_LOCAL_SECRET = Secret(LOCAL_KEY)
_ERRORS = "The config has errors, listed on its screen (3)."
OFFER = "o chooses one, C makes one"
"""The keys offered when there is no config."""


class Session:
    """One config being edited. `mapper` belongs to the last text without errors, and is None if there was none yet."""

    def __init__(
        self, text: str, path: str | None, env: Mapping[str, str], *, prefer_local: bool, outside: bool = False
    ) -> None:
        self.path = path
        self.text = text
        self.saved_text = text
        self.usable_text = text
        """The last text without errors."""
        self.mapper: Mapper | None = None
        self.reading = ConfigReading(None, ())
        self.files: tuple[str, ...] = ()
        """The paths of the files named in the text, whether they exist or not."""
        self.local_endpoint: str | None = None
        self._env = env
        self._outside = outside
        self._saved: tuple[str | None, Config | None] = None, None
        self._keys: tuple[str | None, list[Secret]] = None, []
        self._target = LOCAL if prefer_local else ""
        self.edit(text)

    def open(self, path: str, text: str) -> None:
        """Switch to another config file. The old config is no longer used, even if the new one has errors."""
        self.path, self.saved_text = path, text
        self.mapper = None
        self._target = ""
        self.edit(text)

    def open_beside(self, place: str) -> OpenedConfig:
        """Read another config to compare with, in the same environment. Raises FileError. This may take a while, as git is run."""
        return open_config(compared_place(place, self.path), self._env, outside=self._outside)

    @property
    def own_path(self) -> str | None:
        """The path that the config may be written to: not that of a file from Segment or Terraform."""
        return None if self._read(self.saved_text).reading.export else self.path

    @property
    def missing(self) -> bool:
        """Whether there is no config: none was opened or begun."""
        return self.path is None and not self.text.strip()

    @property
    def unmapped(self) -> str:
        """A short reason why nothing is mapped; "" with a usable config."""
        if self.mapper is not None:
            return ""
        return "no config yet" if self.missing else "not mapped: the config has errors"

    @property
    def why_unmapped(self) -> str:
        """The reason why nothing is mapped, and what to do about it; "" with a usable config."""
        if self.mapper is not None:
            return ""
        if self.missing:
            return f"There is no config yet: {OFFER}."
        return _ERRORS

    @property
    def why_off(self) -> str:
        """The reason why nothing can be sent, and what to do about it; "" with a config without errors."""
        return self.why_unmapped or (_ERRORS if self.reading.config is None else "")

    @property
    def saved_config(self) -> Config | None:
        """The config as it was saved; None if it has errors or was never saved. It is read when first asked for."""
        if self._saved[0] != self.saved_text:
            self._saved = self.saved_text, self._read(self.saved_text).reading.config
        return self._saved[1]

    def read(self, text: str) -> ConfigReading:
        """What another text of the config would be, with its environment and its files."""
        return self._read(text).reading

    def _read(self, text: str) -> OpenedConfig:
        if self.path is None:
            return OpenedConfig("", text, read_config(text, self._env))
        return read_config_text(text, self._env, self.path, outside=self._outside)

    @property
    def modified(self) -> bool:
        """Whether the text differs from the file's."""
        return self.text != self.saved_text

    def edit(self, text: str) -> bool:
        """Read a new text of the config. True if the outcomes may differ now."""
        self.text = text
        opened = self._read(text)
        self.reading, self.files = opened.reading, opened.files
        if self.missing:
            # A config that does not exist has no errors.
            self.reading = ConfigReading(None, ())
        config = self.reading.config
        if config is not None:
            self.usable_text = text
        if config is None or (self.mapper is not None and self.mapper.config == config):
            return False
        self.mapper = Mapper(config)
        return True

    @property
    def targets(self) -> tuple[Target, ...]:
        """The config's targets, followed by the local collector."""
        if self.mapper is None:
            return ()
        config = self.mapper.config
        local = Target(
            name=LOCAL,
            collector_endpoint=self.local_endpoint or "",
            environment=config.default_target.environment,
            api_key=_LOCAL_SECRET,
            application=config.default_target.application,
        )
        return (*(target for target in config.targets if target.name != LOCAL), local)

    @property
    def target(self) -> Target | None:
        """The chosen target: the one chosen by name, else the first."""
        targets = self.targets
        return next((target for target in targets if target.name == self._target), targets[0] if targets else None)

    def choose(self, name: str) -> bool:
        """Choose a target by its name. False if no target has that name."""
        known = any(target.name == name for target in self.targets)
        if known:
            self._target = name
        return known

    @property
    def env(self) -> Mapping[str, str]:
        """The environment that supplies the values of `${VAR}` in the text."""
        return self._env

    @property
    def known_keys(self) -> tuple[Secret, ...]:
        """The API keys of the last usable text. The local collector's key is not a secret."""
        keys = (target.api_key for target in self.targets if target.name != LOCAL)
        return tuple(key for key in keys if key is not None)

    def secrets(self) -> list[Secret]:
        """All API keys, both of the current text and of the last usable one."""
        if self._keys[0] != self.text:
            self._keys = self.text, [Secret(key) for key in keys_in(self.text, self._env)]
        return [*self.known_keys, *self._keys[1]]

    def next_target(self) -> Target | None:
        """Choose the next target; the first one follows the last."""
        targets = self.targets
        if not targets:
            return None
        names = [target.name for target in targets]
        at = names.index(self._target) if self._target in names else 0
        self._target = names[(at + 1) % len(names)]
        return self.target
