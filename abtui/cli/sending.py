"""One call of `abtui send`: plan, ask, send, report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from abtui.cli.formats import Form, need_cases, write_report
from abtui.cli.inputs import load_config, sdk_defaults
from abtui.cli.narrate import narrate
from abtui.cli.send_arguments import SendArguments, first_recipe, kept, resumed, target_of
from abtui.cli.send_events import SendEvents
from abtui.cli.send_run import Running
from abtui.core.delivery.consent import Flags, Question, consent
from abtui.core.delivery.examples import Example
from abtui.core.delivery.plan import Plan, make_plan
from abtui.core.delivery.policy import Retries
from abtui.core.delivery.report import (
    event_data,
    forecast,
    kind_data,
    plan_data,
    plan_report,
    plan_sentences,
    run_data,
    run_report,
)
from abtui.core.delivery.run_options import keepable
from abtui.core.delivery.runs import Run, run_without_journal, target_changes, wait_words
from abtui.core.delivery.shift import offset_words
from abtui.core.report import Sentence
from abtui.core.text.javascript import parse_date
from abtui.core.text.plain import file_name, plural
from abtui.core.text.secret import Secret
from abtui.services import clock
from abtui.services.delivery import Delivery
from abtui.services.delivery_values import Options, Progress, Resumed
from abtui.services.history import History
from abtui.services.transport import Route, Timeouts, check_route


class NotSent(click.ClickException):
    """Nothing was sent, though the command was called as it should be: how to call it is not what is to be told."""

    exit_code = 2


class Sending:
    """One call of `send`: from what was asked for to its report. Raises ServiceError and UsageError before anything is sent."""

    def __init__(
        self,
        making: SendArguments,
        journal: Path | None,
        flags: Flags,
        forms: Sequence[Form],
        *,
        number: int | None = None,
        again: bool = False,
        retry_unknown: bool = False,
    ) -> None:
        self._flags = flags
        self._forms = forms
        self._journal = journal
        self._history = History(journal)
        self._retry_unknown = retry_unknown
        self._before = resumed(self._history, making, number) if again else None
        self._recipe = first_recipe(making) if self._before is None else self._before.recipe
        self._route = Route(self._recipe.proxy, self._recipe.ca_bundle)
        check_route(self._route)
        self._config = load_config(making.config or self._recipe.config, uses_key=True)
        self._target = target_of(self._config, self._recipe.target)
        # Events are called by the names they were given by, where they were.
        self._paths = making.paths or self._recipe.events
        self._notes: list[str] = []

    @property
    def _secrets(self) -> tuple[Secret, ...]:
        return self._config.secrets

    def carry_out(self, *, despite_changes: bool) -> int:
        """Plan, ask, send, report; gives the exit code."""
        plan = self._plan(despite_changes=despite_changes)
        allowed = consent(plan, self._flags)
        unsent = 0 if self._events.input.whole and plan.events else 1
        if self._flags.dry_run or allowed.refused:
            report = plan_report(plan, self._notes)
            write_report(report, lambda: plan_data(plan, self._notes), self._forms, self._secrets)
            if allowed.refused and not self._flags.dry_run:
                raise NotSent(allowed.refused)
            return 2 if plan.forbidden else unsent
        for line in (*plan_sentences(plan), *self._notes):
            narrate(line)
        if not plan.sendable:
            narrate("There is nothing to send.", severity="warning")
            return unsent
        if not all(_answered(question, plan) for question in allowed.ask):
            raise NotSent("Nothing was sent.")
        return self._send(plan)

    def _plan(self, *, despite_changes: bool) -> Plan:
        recipe = self._recipe
        standing = None
        if self._before is not None:
            standing = self._history.standing(self._before.run.id, retry_unknown=self._retry_unknown)
        self._standing = standing
        sdk = msgspec.structs.replace(sdk_defaults(None, always=True), now=recipe.now)
        self._events = SendEvents(self._config, self._paths, sdk, standing)
        self._events.dates = recipe.shift is not None
        self._events.offset = recipe.shift if self._before is not None else None
        self._events.count()
        if recipe.shift is not None:
            self._shift()
        plan = make_plan(self._events.tally, self._target, recipe.mode, batch=recipe.batch)
        if self._before is not None:
            self._notes.insert(0, f"Run {self._before.run.id} is taken up again.")
            self._check_changes(plan, despite_changes=despite_changes)
        return plan

    def _shift(self) -> None:
        """Fix the offset of the dates, and tell it."""
        newest, offset = self._events.newest, self._recipe.shift or 0
        if self._before is None:
            offset = newest.offset(parse_date(clock.now()) or 0)
            self._recipe = msgspec.structs.replace(self._recipe, shift=offset)
            self._events.offset = offset
        where = f", so that the newest ({newest.source}) is now" if newest.source and self._before is None else ""
        self._notes.append(f"All dates are moved: {offset_words(offset)}{where}.")

    def _check_changes(self, plan: Plan, *, despite_changes: bool) -> None:
        events, run = self._events, self._before.run if self._before is not None else None
        told = []
        if run is not None:
            told += target_changes(run, plan, self._target.api_key)
            if run.key != plan.key:
                self._notes.append(f"The run went with the key {run.key}; it goes on with {plan.key}.")
        if events.changed:
            told.append(
                f"{plural(events.changed, 'event')} of the run would be another payload now (first: {events.first_changed}),"
                " as the events or the config changed."
            )
        if events.gone:
            told.append(f"{plural(events.gone, 'event')} of the run are not there any more.")
        if run is not None and run.planned and (more := events.new - run.not_sent) > 0:
            told.append(f"{plural(more, 'event')} more would be sent than the run's plan had.")
        if told and not (despite_changes or self._flags.dry_run):
            raise NotSent(f"{' '.join(told)} Nothing was sent. To go on all the same: --despite-changes")
        self._notes += told

    def _send(self, plan: Plan) -> int:
        recipe = self._recipe
        if keepable(kept(recipe), self._target.api_key) is None:
            narrate("This run cannot be taken up again: the key stands in a path or name of it.", severity="warning")
        running = Running(plan.sendable)
        delivery = Delivery(
            plan,
            self._target,
            self._events.entries(),
            what=f"{file_name(Path(recipe.config).name)}: {', '.join(map(file_name, self._paths))}",
            options=Options(
                concurrency=recipe.concurrency,
                rate=recipe.rate,
                retries=Retries(tries=recipe.tries),
                timeouts=Timeouts(min(recipe.timeout, Timeouts().connect), recipe.timeout),
                route=self._route,
            ),
            control=running.control,
            journal=self._journal,
            recipe=kept(recipe),
            resumed=self._resumed(),
            observe=running.observe,
        )
        started = clock.now()
        progress = running.run(delivery)
        if progress.ending == "gone":
            run = run_without_journal(plan, progress.run, _counts(progress), (started, clock.now()), progress.note)
            return self._report(progress, plan, run, running.examples.listed())
        found = self._history.run(progress.run)
        if found is None:
            raise click.ClickException(f"Run {progress.run} is not in the journal any more.")
        return self._report(progress, plan, found, self._history.kinds(found.id))

    def _resumed(self) -> Resumed | None:
        if self._before is None or self._standing is None:
            return None
        return Resumed(self._before.run.id, self._standing, self._before.run.events + self._events.new)

    def _report(self, progress: Progress, plan: Plan, run: Run, kinds: tuple[Example, ...]) -> int:
        gone = progress.ending == "gone"
        if gone or progress.ending == "journal":
            narrate(progress.note, severity="error")
        # The journal may not have heard of the end.
        run = msgspec.structs.replace(run, ending=run.ending or progress.note or progress.ending or "")
        whole = self._events.input.whole
        ok = whole and run.all_accepted
        # It stands beside what was answered, and neither rewrites the other.
        notes = [Sentence(forecast(plan), "dim")] if plan.fates else []
        notes += [] if whole else [Sentence("Some of the events could not be read.", "bad")]
        if progress.waits:
            words = wait_words(progress.waits, progress.waited)
            notes.append(Sentence(f"{words[0].upper()}{words[1:]}.", "dim"))
        events = self._history.all_sent(run.id) if need_cases(self._forms) and not gone else iter(())
        report = run_report(run, kinds, events, notes=notes, ok=ok, files=self._events.input.files)

        def data() -> object:
            listed = [] if gone else [event_data(event) for event in self._history.all_sent(run.id)]
            return {
                **run_data(run),
                "ok": ok,
                "fates": dict(plan.fates),
                "answers": [kind_data(kind) for kind in kinds],
                "receipts": listed,
            }

        write_report(report, data, self._forms, self._secrets)
        return 130 if progress.ending == "cancelled" else 0 if ok else 1


def _counts(progress: Progress) -> tuple[int, int, int, int]:
    return progress.accepted, progress.refused, progress.unknown, progress.waiting


def _answered(question: Question, plan: Plan) -> bool:
    """Ask on the terminal."""
    if question == "many":
        return click.confirm(f"Send {plural(plan.requests, 'request')}?", default=False, err=True)
    typed: str = click.prompt(
        "The target looks like production. Type its environment's name to send",
        default="",
        show_default=False,
        err=True,
    )
    return typed == plan.environment
