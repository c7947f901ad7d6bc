"""The work of `abtui experiments`: the exposures and goals of each event."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.experiments.count import CorpusCount, ExperimentCounts
from abtui.core.corpus.experiments.story import Story
from abtui.core.corpus.fast_reader import FieldPart, FieldReader
from abtui.core.corpus.job import Text, Write
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults, Unreadable, read_events
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.shelf import Open
from abtui.core.segment import is_event


class ExperimentsJob(msgspec.Struct, frozen=True):
    """What is counted: the experiments of a file in place of the config's, and the unit whose story is told.

    `open_shelf` makes a place for what does not fit into memory.
    """

    described: tuple[Experiment, ...] | None = None
    unit: str | None = None
    open_shelf: Open | None = None

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Counting:
        """The work with one config."""
        return Counting(self, self.count(configs[0]), sdk)

    def count(self, config: Config) -> CorpusCount:
        """What counts, with nothing counted."""
        return CorpusCount(config, self.described, story=self.story(), open_shelf=self.open_shelf)

    def story(self) -> Story | None:
        """An empty story of the unit."""
        return None if self.unit is None else Story(self.unit)


class Counting:
    """Counts the events of texts."""

    def __init__(self, job: ExperimentsJob, count: CorpusCount, sdk: SdkDefaults) -> None:
        self._job, self._count, self._sdk = job, count, sdk
        self._reader = FieldReader(count.config) if job.unit is None else None

    def empty(self) -> ExperimentCounts:
        """Counts of nothing."""
        described = self._job.described
        return ExperimentCounts(
            (self._count.config.experiments or ()) if described is None else described,
            self._job.story(),
            self._job.open_shelf,
        )

    def add(self, fold: ExperimentCounts, text: Text, unread: Unread, _write: Write) -> None:
        """Count all events of a text. A story needs their places, which takes longer."""
        count, sdk = self._count, self._sdk
        count.counts = fold
        if fold.story is not None:
            fold.story.begin(text.place)
        if self._reader is not None:
            parts = self._reader.parts(text.pieces, text.name, sdk, stretch=text.stretch)
        for item in read_events(text.pieces, text.name, sdk, stretch=text.stretch) if self._reader is None else parts:
            if isinstance(item, Unreadable):
                unread.add_unreadable(item)
            elif isinstance(item, FieldPart):
                unread.add_not_events(item)
                for value in item.values:
                    if is_event(value):
                        count.add(value)
            elif is_event(item.value):
                count.add(item.value, item.source)
            else:
                unread.add_not_event(item)
