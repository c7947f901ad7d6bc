"""Finds the one change that helps an event, a finding, or a line of the config. Each is applied in memory before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import Config, ConfigReading
from abtui.core.config.syntax import NOT_YAML
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Usage
from abtui.core.events import Event, SdkDefaults
from abtui.core.events.model import JSONObject
from abtui.core.fate import console_has, shared_names
from abtui.core.findings import SEVERITIES, Finding
from abtui.core.goal_plan import GoalPlan
from abtui.core.outcomes import Outcome
from abtui.core.proven_fix import Fixer
from abtui.core.remedy.filling import filled_event, fillings
from abtui.core.remedy.mistake import Read, mended
from abtui.core.remedy.model import Remedy, holds_finding, is_better, is_worse, together, with_settings
from abtui.core.segment import event_label
from abtui.core.text.mask_keys import keys_in
from abtui.core.text.nearest import plain
from abtui.core.text.secret import Secret, excerpt
from abtui.core.text.yaml_edit import edit_yaml

_Helps = Callable[[Mapper, JSONObject], bool]
"""Whether a change helps: with the mapper of the changed config and the event's value as it was, or the other way round."""
_NAME: Final = 28
_TITLE: Final = 60
_LONGEST_NAME: Final = 200
"""Characters of the longest name that is compared with others."""
_MOST_FIXES: Final = 20
"""How many findings of one event and of the config are tried."""
_MOST_STEPS: Final = 4
"""Changes that an event may need together."""


class Remedies:
    """What can be done in one state of the config's `text`.

    `usage` is how the events use the config, once all of them are counted; `seen` are the names in them. `sdk` says what an
    SDK adds to an event. `secrets` are keys of an earlier text, for one that cannot be read.
    """

    def __init__(
        self,
        text: str,
        read: Read,
        *,
        usage: Usage | None = None,
        seen: CorpusNames | None = None,
        sdk: SdkDefaults | None = None,
        secrets: Iterable[Secret] = (),
    ) -> None:
        self.text, self.read, self.usage = text, read, usage
        self._seen, self._sdk = seen or CorpusNames(), sdk or SdkDefaults()
        self._known_secrets = tuple(secrets)

    @cached_property
    def reading(self) -> ConfigReading:
        """The config as it is read now."""
        return self.read(self.text)

    @property
    def config(self) -> Config | None:
        """The config, or None if it has errors."""
        return self.reading.config

    @cached_property
    def _mapper(self) -> Mapper | None:
        return None if self.config is None else Mapper(self.config)

    @cached_property
    def _fixer(self) -> Fixer:
        return Fixer(self.text, self.config, self.usage)

    @cached_property
    def secrets(self) -> tuple[Secret, ...]:
        """Every key that no title may hold."""
        own = () if self.config is None else self.config.secrets
        return tuple(dict.fromkeys((*self._known_secrets, *own, *map(Secret, keys_in(self.text, {})))))

    def of_text(self, text: str) -> Remedies:
        """The same for another text of the config, with the same events."""
        return Remedies(text, self.read, usage=self.usage, seen=self._seen, sdk=self._sdk, secrets=self._known_secrets)

    def outcome(self, event: Event) -> Outcome | None:
        """The outcome of an event, or None without a usable config."""
        return None if self._mapper is None else self._mapper.outcome(event)

    # What is asked

    def of_event(self, event: Event, outcome: Outcome | None = None, text: str | None = None) -> Remedy | None:
        """The change after which the event gets further than it does now. `text` is the event as it is edited."""
        mapper = self._mapper
        if mapper is None:
            return self.of_mistake() or self._first_fix(_gravest_first(self.reading.findings))
        outcome = outcome or mapper.outcome(event)
        before = mapper.fate(mapper.decide(event.value))

        def helps(changed: Mapper, value: JSONObject) -> bool:
            return is_better(before, changed.fate(changed.decide(value)))

        found = _gravest_first((*outcome.findings, *self.reading.findings))
        if before == "arrives":
            return None
        return self._helpful(event, outcome, found, text, helps) or self._several(event, helps)

    def of_finding(self, finding: Finding, event: Event | None = None, text: str | None = None) -> Remedy | None:
        """The change after which the finding is gone, and its event, if it is about one, is not worse off."""
        mapper = self._mapper
        if finding.code == NOT_YAML:
            return self.of_mistake()
        if event is None or mapper is None:
            return self.fix(finding, event)
        outcome = mapper.outcome(event)

        def helps(changed: Mapper, value: JSONObject) -> bool:
            now = changed.outcome(event if value is event.value else Event(event.source, value, None, event.findings))
            return not holds_finding(now.findings, finding) and not is_worse(outcome.fate, now.fate)

        if not holds_finding(outcome.findings, finding):
            # It is about several events, such as a messageId that comes again: one of them alone does not show whether it goes.
            return self.fix(finding, event)
        return self._helpful(event, outcome, (finding,), text, helps)

    def of_line(self, line: int, findings: Iterable[Finding] = ()) -> Remedy | None:
        """The change for what is wrong in a line of the config. `findings` are further ones about the config, such as unused entries."""
        if (mistake := self.of_mistake()) is not None:
            return mistake if line in (mistake.line, self.reading.findings[-1].line) else None
        found = _gravest_first((*self.reading.findings, *findings))
        at = (finding for finding in found if line in (finding.line, finding.config_line))
        return self._first_fix(at)

    def of_mistake(self) -> Remedy | None:
        """The change after which a text that is not YAML can be read."""
        return None if self.config is not None else mended(self.text, self.read, self.reading, self.secrets)

    def advice(self, finding: Finding, event: Event) -> str:
        """What else can be done about a finding of an event."""
        return self._fixer.advice(finding, event.value)

    def shown_name(self, event: Event) -> str:
        """The name of an event for a sentence."""
        return self._show(event_label(event.value))

    def _ails(self, outcome: Outcome) -> object:
        """What is wrong with an event: with itself, and with what is in every request."""
        config = self.config
        shared = () if config is None else shared_names(config)
        lacking = [item for item in shared if config is not None and console_has(*item, config) is False]
        return outcome.fate, outcome.reason.code, [(item.code, item.message) for item in outcome.findings], lacking

    # Candidates

    def _helpful(
        self, event: Event, outcome: Outcome, findings: Iterable[Finding], text: str | None, helps: _Helps
    ) -> Remedy | None:
        """The first change that helps: one of the config, or else of the event."""
        for remedy in self._candidates(event, outcome, findings):
            changed = self.of_text(remedy.after)._mapper
            if changed is not None and helps(changed, event.value):
                return remedy
        return self._filled(event, text, helps)

    def _several(self, event: Event, helps: _Helps) -> Remedy | None:
        """Changes of the config that help together, where none helps alone: each takes away something that is wrong with the event."""
        now, changes = self, list[Remedy]()
        while len(changes) < _MOST_STEPS and (step := now._step(event)) is not None:
            changes.append(step)
            now = self.of_text(step.after)
            if now._mapper is not None and helps(now._mapper, event.value):
                return together(changes, self._cut("; ".join(change.title for change in changes)))
        return None

    def _step(self, event: Event) -> Remedy | None:
        """The first change after which an event is not worse off, and has another reason or other findings."""
        outcome = self.outcome(event)
        if outcome is None:
            return None
        for remedy in self._candidates(event, outcome, _gravest_first((*outcome.findings, *self.reading.findings))):
            changed = self.of_text(remedy.after)
            after = changed.outcome(event)
            if after is None or is_worse(outcome.fate, after.fate):
                continue
            if changed._ails(after) != self._ails(outcome):
                return remedy
        return None

    def _filled(self, event: Event, text: str | None, helps: _Helps) -> Remedy | None:
        mapper = self._mapper
        for fields in fillings(event.value, self._sdk):
            if mapper is not None and helps(mapper, {**event.value, **fields}):
                return filled_event(event, fields, text)
        return None

    def _candidates(self, event: Event, outcome: Outcome, findings: Iterable[Finding]) -> Iterator[Remedy]:
        """Every change of the config that may help, the most certain first."""
        made = (self.fix(finding, event) for finding in list(findings)[:_MOST_FIXES])
        yield from (remedy for remedy in made if remedy is not None)
        plan = self._plan(event, outcome)
        if plan is not None:
            yield from self._goals(plan)
            for offer in plan.offers:
                if offer.certain and (remedy := with_settings(self.text, self._cut(offer.label), offer.edits)):
                    yield remedy

    def _first_fix(self, findings: Iterable[Finding]) -> Remedy | None:
        return next((remedy for finding in findings if (remedy := self.fix(finding, None)) is not None), None)

    def fix(self, finding: Finding, event: Event | None) -> Remedy | None:
        """The certain fix of a finding, of this event if it is about one."""
        fix = self._fixer.fix(finding, None if event is None else event.value)
        after = None if fix is None else edit_yaml(self.text, fix.edits).text
        if fix is None or after is None:
            return None
        return Remedy(title=self._cut(fix.title), before=self.text, after=after)

    def _plan(self, event: Event, outcome: Outcome | None) -> GoalPlan | None:
        mapper = self._mapper
        if mapper is None:
            return None
        seen = self._seen.with_config(mapper.config, mapper.goals_in_use)
        return mapper.destination.plan_goal(event.value, outcome or mapper.outcome(event), mapper.config, seen)

    def _goals(self, plan: GoalPlan) -> Iterator[Remedy]:
        """The goal that a name means, if it is a single one: that of the same name, but for its case, spaces and underscores."""
        config, name = self.config, plan.name
        if config is None or not name or len(name) > _LONGEST_NAME:
            return
        known, meant = config.catalog.goals, plain(plan.goal or name)
        mapping = {} if plan.goal else plan.known
        goals = {goal for key, goal in mapping.items() if plain(key) == meant}
        goals |= {goal for goal in known or () if plain(goal) == meant}
        goals = {goal for goal in goals if known is None or goal in known} - {plan.goal}
        if len(goals) == 1:
            goal = goals.pop()
            if remedy := with_settings(self.text, f"Map it to {self._show(goal)}", plan.edits(goal)):
                yield remedy

    # Titles

    def _show(self, name: str) -> str:
        return excerpt(name, _NAME, self.secrets)

    def _cut(self, title: str) -> str:
        return excerpt(title, _TITLE, self.secrets)


def _gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda item: SEVERITIES.index(item.severity))
