"""The work of `abtui diff`: each event under both configs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.kinds import KindComparison
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.job import Text, Write
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults, Unreadable, read_events
from abtui.core.segment import is_event


class DiffJob(msgspec.Struct, frozen=True):
    """How two configs are compared; `names` are what they are called. The other fields are those of a comparison."""

    names: tuple[str, str] = ("old", "new")
    findings: bool = False
    examples: int = 3

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Comparing:
        """The work with the old and the new config."""
        return Comparing(self, configs, sdk)

    def comparison(self, configs: Sequence[Config]) -> Comparison:
        """The comparison, of no event."""
        old, new = configs
        return Comparison(old, new, names=self.names, findings=self.findings, examples=self.examples)


class Comparing:
    """Compares the events of texts. Findings need the whole event, everything else only a few fields."""

    def __init__(self, job: DiffJob, configs: Sequence[Config], sdk: SdkDefaults) -> None:
        self._job, self._configs, self._sdk = job, configs, sdk
        self._kinds = None if job.findings else KindComparison(configs)

    def empty(self) -> Comparison:
        """The comparison of no event."""
        return self._job.comparison(self._configs)

    def add(self, fold: Comparison, text: Text, unread: Unread, _write: Write) -> None:
        """Compare each event of a text."""
        pieces, name, sdk, stretch = text.pieces, text.name, self._sdk, text.stretch
        kinds = self._kinds
        fold.begin(text.place)
        if kinds is None:
            for item in read_events(pieces, name, sdk, stretch=stretch):
                if isinstance(item, Unreadable):
                    fold.add_unreadable()
                    unread.add_unreadable(item)
                    continue
                fold.add(item)
                if not is_event(item.value):
                    unread.add_not_event(item)
            return
        try:
            for part in kinds.reader.parts(pieces, name, sdk, stretch=stretch):
                if isinstance(part, FieldPart):
                    kinds.add(fold, part)
                    unread.add_not_events(part)
                else:
                    fold.add_unreadable()
                    unread.add_unreadable(part)
        finally:
            kinds.count(fold)
