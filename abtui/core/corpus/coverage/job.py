"""The work of `abtui check`: the findings and the coverage of each event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from abtui.core.config.model import Config, Policy
from abtui.core.corpus.coverage.kinds import KindSurvey
from abtui.core.corpus.coverage.survey import Survey
from abtui.core.corpus.job import Text, Write
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults, read_together
from abtui.core.experiments.shelf import Open
from abtui.core.findings import Finding


class CheckJob(msgspec.Struct, frozen=True):
    """What is counted: the findings that a policy selects, each with so many places, of the config that is called `name`.

    `open_shelf` makes a place for what does not fit into memory.
    """

    name: str
    policy: Policy
    places: int = 3
    open_shelf: Open | None = None

    def survey(self, config: Config | None, findings: Iterable[Finding] = ()) -> Survey:
        """A survey with the findings of reading the config, and of no event."""
        return Survey(config, findings, self.name, self.policy, places=self.places, open_shelf=self.open_shelf)

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Surveying:
        """The work with one config."""
        return Surveying(self, configs[0], sdk)


class Surveying:
    """Surveys the events of texts. What could not be read is among the findings."""

    def __init__(self, job: CheckJob, config: Config, sdk: SdkDefaults) -> None:
        self._job, self._config, self._sdk = job, config, sdk
        self._mapper = Mapper(config)

    def empty(self) -> Survey:
        """The survey of no event. The findings of the config are those of the whole input's survey."""
        return self._job.survey(self._config)

    def add(self, fold: Survey, text: Text, _unread: Unread, _write: Write) -> None:
        """Survey the events of a text."""
        fold.begin(text.place)
        KindSurvey(self._mapper, fold).add(read_together(text.pieces, text.name, self._sdk, stretch=text.stretch))
