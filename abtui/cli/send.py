"""`abtui send`: plans what goes to a target, then sends it, journal first; or resumes a run that did not come to its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import click
import msgspec

from abtui.cli.formats import Form, need_cases, refuse_inputs, write_report
from abtui.cli.inputs import TwiceInput, load_config, sdk_defaults
from abtui.cli.narrate import narrate
from abtui.cli.output import on_terminal
from abtui.cli.send_arguments import SendArguments, SendUsage, new_run, resumed_run, send_parameters, target_of
from abtui.core.corpus.event_kinds import EventKinds
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import pack_options
from abtui.core.delivery.plan import Flags, Plan, Question, consent
from abtui.core.delivery.progress import Control, Example, Progress, RequestSettled
from abtui.core.delivery.report import forecast, plan_report, plan_sentences, run_report
from abtui.core.delivery.runs import Run, SentEvent, run_without_journal, wait_words
from abtui.core.delivery.shift import SHIFT_FIELDS, NewestDate, offset_words
from abtui.core.delivery.shipment import ShipmentBuilder
from abtui.core.events import Unreadable
from abtui.core.report import Sentence
from abtui.core.segment import LABEL_FIELDS
from abtui.core.text.javascript import parse_date
from abtui.core.text.plain import file_name, plural
from abtui.services import clock
from abtui.services.delivery import Delivery
from abtui.services.history import History
from abtui.services.transport import check_route


@click.command(cls=SendUsage)
@send_parameters
def send(
    dry_run: bool,
    yes: bool,
    yes_production: str | None,
    journal: str | None,
    retry_unknown: bool,
    despite_changes: bool,
    forms: tuple[Form, ...],
    **given: Any,
) -> int:
    """Send events to a target, as CONFIG maps them: first the plan, then the sending.

    EVENTS are files, folders, addresses (s3://), or - for standard input. A target that looks like production, and more than 100 requests, need
    your confirmation: on a terminal you are asked for it, elsewhere you give it as a flag.

    Exit code: 0 all accepted, 1 some refused, unknown, not sent or unreadable, or no event at all, 2 usage or config error, or a
    confirmation is missing, 130 interrupted.
    """
    read = (given["config"], *given["paths"], journal)
    refuse_inputs(forms, [path for path in read if path is not None])
    flags = Flags(dry_run=dry_run, yes=yes, yes_production=yes_production, terminal=can_ask())
    history = History(None if journal is None else Path(journal))
    resumes = given["resume"] is not None
    given["now"] = sdk_defaults(given["now"]).now
    if (retry_unknown or despite_changes) and not resumes:
        raise click.UsageError("--retry-unknown and --despite-changes go with --resume.")
    arguments = resumed_run(history, given) if resumes else new_run(given)
    command = SendCommand(arguments, history, flags, forms, retry_unknown=retry_unknown)
    return command.carry_out(despite_changes=despite_changes)


def can_ask() -> bool:
    """Whether a person is at the terminal. A build has none, even if it brings a terminal."""
    return on_terminal(sys.stdin) and on_terminal(sys.stderr) and not os.environ.get("CI")


class NotSent(click.ClickException):
    """Nothing was sent, although the command was called correctly: its usage is not shown."""

    exit_code = 2


class SendCommand:
    """One call of `send`: plan, ask, send, report. Raises ServiceError and UsageError before anything is sent."""

    def __init__(
        self,
        arguments: SendArguments,
        history: History,
        flags: Flags,
        forms: Sequence[Form],
        *,
        retry_unknown: bool,
    ) -> None:
        self._arguments = arguments
        self._options = options = arguments.options
        self._history = history
        self._flags = flags
        self._forms = forms
        check_route(options.route)
        self._config = load_config(arguments.config, uses_key=True)
        self._target = target_of(self._config, options.target)
        self._notes: list[str] = []
        resumed = arguments.resumed
        resume = None if resumed is None else history.resume_state(resumed.id, retry_unknown=retry_unknown)
        offset = None if resumed is None else options.shift
        self._builder = ShipmentBuilder(Mapper(self._config), resume=resume, offset=offset)
        sdk = msgspec.structs.replace(sdk_defaults(None, always=True), now=options.now)
        fields = LABEL_FIELDS if options.shift is None else (*LABEL_FIELDS, *SHIFT_FIELDS)
        self._input = TwiceInput(arguments.paths, sdk, "planning", FieldReader(self._config, more=fields))

    def carry_out(self, *, despite_changes: bool) -> int:
        """Plan, ask, send and report; returns the exit code."""
        plan = self._plan(despite_changes=despite_changes)
        allowed = consent(plan, self._flags)
        unsent = 0 if self._input.whole and plan.events else 1
        if self._flags.dry_run or allowed.refused:
            write_report(plan_report(plan, self._notes), self._forms, self._config.secrets)
            if allowed.refused and not self._flags.dry_run:
                raise NotSent(allowed.refused)
            return 2 if plan.forbidden else unsent
        for line in (*plan_sentences(plan), *self._notes):
            narrate(line)
        if not plan.sendable:
            narrate("There is nothing to send.", severity="warning")
            return unsent
        if not all(ask(question, plan) for question in allowed.ask):
            raise NotSent("Not confirmed, so nothing was sent.")
        return self._send(plan)

    def _plan(self, *, despite_changes: bool) -> Plan:
        """Read all events and count them; everything that cannot be read is reported."""
        options, resumed = self._options, self._arguments.resumed
        newest = None if options.shift is None or resumed is not None else NewestDate()
        kinds = EventKinds(self._config) if newest is None and resumed is None else None
        with self._input as corpus:
            if kinds is None or not kinds.any:
                others = self._builder.count(corpus.items(), newest)
            else:
                others = self._builder.count_by_kind(corpus.parts(kinds.reader), kinds)
            for item in others:
                if isinstance(item, Unreadable):
                    corpus.unread.add_unreadable(item)
                else:
                    corpus.unread.add_not_event(item)
        if newest is not None:
            self._options = options = msgspec.structs.replace(
                options, shift=newest.offset(parse_date(clock.now()) or 0)
            )
            self._builder.offset = options.shift
        if options.shift is not None:
            where = f", so that the newest ({newest.source}) is now" if newest is not None and newest.source else ""
            self._notes.append(f"All dates are moved: {offset_words(options.shift)}{where}.")
        plan = self._builder.plan(self._target, options.mode, batch=options.batch)
        if resumed is not None:
            self._check_changes(resumed, plan, despite_changes=despite_changes)
        return plan

    def _check_changes(self, run: Run, plan: Plan, *, despite_changes: bool) -> None:
        self._notes.insert(0, f"Run {run.id} is resumed.")
        if run.key != plan.key:
            self._notes.append(f"The run was sent with the key {run.key}; it goes on with {plan.key}.")
        changes = list(self._builder.changes(run, plan, self._target))
        if changes and not (despite_changes or self._flags.dry_run):
            raise NotSent(f"{' '.join(changes)} Nothing was sent. To go on anyway: --despite-changes")
        self._notes += changes

    def _send(self, plan: Plan) -> int:
        options, paths = self._options, self._arguments.paths
        if pack_options(options, self._target.api_key) is None:
            narrate("This run cannot be resumed: the key is part of one of its paths or names.", severity="warning")
        what = f"{file_name(Path(options.config).name)}: {', '.join(map(file_name, paths))}"
        items = enumerate(self._input.again())
        shipment = self._builder.shipment(plan, self._target, items, what, options.sending, options)
        bar = DeliveryBar(plan.sendable)
        delivery = Delivery(shipment, control=bar.control, journal=self._history.path, observe=bar.observe)
        started = clock.now()
        progress = bar.run(delivery)
        if progress.ending == "gone":
            run = run_without_journal(plan, progress, started, clock.now())
            return self._report(progress, plan, run, delivery.examples.listed())
        found = self._history.run(progress.run)
        if found is None:
            raise click.ClickException(f"Run {progress.run} is not in the journal any more.")
        return self._report(progress, plan, found, self._history.kinds(found.id))

    def _report(self, progress: Progress, plan: Plan, run: Run, kinds: tuple[Example, ...]) -> int:
        gone, whole = progress.ending == "gone", self._input.whole
        if gone or progress.ending == "journal":
            narrate(progress.note, severity="error")
        # The journal may not have the end of the run.
        run = msgspec.structs.replace(run, ending=run.ending or progress.note or progress.ending or "")
        ok = whole and run.all_accepted
        # The forecast stands beside the answers, and neither rewrites the other.
        notes = [Sentence(forecast(plan), "dim")] if plan.fates else []
        notes += [] if whole else [Sentence("Some of the events could not be read.", "bad")]
        if progress.waits:
            words = wait_words(progress.waits, progress.waited)
            notes.append(Sentence(f"{words[0].upper()}{words[1:]}.", "dim"))

        def receipts() -> Iterator[SentEvent]:
            return iter(()) if gone else self._history.all_sent(run.id)

        report = run_report(
            run,
            kinds,
            receipts() if need_cases(self._forms) else (),
            notes=notes,
            ok=ok,
            files=self._input.files,
            fates=plan.fates,
            receipts=receipts,
        )
        write_report(report, self._forms, self._config.secrets)
        return 130 if progress.ending == "cancelled" else 0 if ok else 1


def ask(question: Question, plan: Plan) -> bool:
    """Ask on the terminal for a yes."""
    if question == "many":
        what = plural(plan.requests, "request") if plan.complete else "each event as it arrives"
        return click.confirm(f"Send {what}?", default=False, err=True)
    typed: str = click.prompt(
        "The target looks like production. Type its environment's name to send",
        default="",
        show_default=False,
        err=True,
    )
    return typed == plan.environment


_FIRST_INTERRUPT = b"\nEnding when the requests on their way are answered. Press Ctrl-C again to end at once.\n"
_SECOND_INTERRUPT = b"\nEnding at once; the requests on their way are unknown.\n"


class DeliveryBar:
    """Runs a delivery in the foreground: Ctrl-C ends it, and a progress bar on standard error shows how far it is, on a terminal."""

    def __init__(self, total: int) -> None:
        self.control = Control()
        self._total = total
        self._bar: Any = None  # click has no public name for the type of its bar.
        self._shown = self._waits = 0

    def run(self, delivery: Delivery) -> Progress:
        """Send. Raises ServiceError, as the delivery does."""
        bar = click.progressbar(length=self._total, label="sending", file=sys.stderr, show_pos=True)
        with bar if on_terminal(sys.stderr) else nullcontext() as self._bar, self._signals():
            return asyncio.run(delivery.run())

    def observe(self, value: Progress | RequestSettled) -> None:
        """Show the progress."""
        if isinstance(value, RequestSettled):
            return
        ended = value.settled + value.waiting
        if self._bar is not None:
            if value.waits:
                self._bar.label = f"sending ({wait_words(value.waits, value.waited)})"
            self._bar.update(ended - self._shown)
        elif value.waits and not self._waits:
            # Said once, because a line cannot be overwritten here; the report has the total.
            narrate(wait_words(value.waits, value.waited))
        self._shown, self._waits = ended, value.waits

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        words = _SECOND_INTERRUPT if self.control.cancelled else _FIRST_INTERRUPT
        # Before the words: whoever reads them may press Ctrl-C again at once.
        self.control.cancel()
        # Not print: the signal may come in the middle of another print.
        with suppress(OSError):
            os.write(2, words)
