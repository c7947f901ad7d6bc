"""Sending: the selected event, or several by a plan; their progress and their receipts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

import msgspec
from textual import on
from textual.binding import BindingType

from abtui.core.config import Target
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import Options, default_concurrency
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.policy import Retries
from abtui.core.delivery.progress import Control
from abtui.core.delivery.runs import EventReceipt
from abtui.core.delivery.shipment import ShipmentBuilder
from abtui.core.fate import FATES
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import one_line, plural
from abtui.tui.bindings import SENDING
from abtui.tui.delivery import DeliveryView, view_of
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.messages import Steered
from abtui.tui.state import State
from abtui.tui.work.capability import Capability
from abtui.tui.work.delivering import BackgroundDelivery, DeliveryReport, corpus_items
from abtui.tui.work.receipts import Receipts
from abtui.tui.work.targeting import Targeting

_JOURNAL: Final = ("journal", "gone")


class _Started(msgspec.Struct):
    """A delivery that was started. `single` is the event's index if only one event is sent, else None."""

    control: Control
    plan: Plan
    single: int | None = None
    view: DeliveryView | None = None
    ended: bool = False


class Sending(Capability):
    """Sends events to the target, and keeps the receipt of each."""

    BINDINGS: ClassVar[list[BindingType]] = list(SENDING)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._targeting = Targeting(state, self)
        self._receipts = Receipts(state, self, lambda: any(not started.ended for started in self._started))
        self._started: list[_Started] = []
        self._run: _Started | None = None
        """The last run of several events."""

    def on_mount(self) -> None:
        """Follow the state."""
        self._targeting.follow()
        self._receipts.follow()
        self._state.questions.append(self._may_leave)

    def on_unmount(self) -> None:
        """Cancel running deliveries without waiting for requests in flight; the journal records those as unknown."""
        self._targeting.end()
        for started in self._started:
            if not started.ended:
                started.control.cancel()
                started.control.cancel()

    async def _may_leave(self) -> bool:
        """Whether nothing is being sent, or the person agreed to leave it."""
        if all(started.ended for started in self._started):
            return True
        from abtui.tui.dialogs.sending import ConfirmLeaving

        leave: bool = await self.app.push_screen_wait(ConfirmLeaving())
        return leave

    def action_next_target(self) -> None:
        """Choose the next target."""
        self._targeting.choose_next()

    def action_test_connection(self) -> None:
        """Test the connection to the target."""
        self._targeting.test_connection()

    # One event

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Send a single event only where it is in view."""
        return action != "send" or self._state.screen == "events"

    def action_send(self) -> None:
        """Send the selected event to the target."""
        selection = self._state.selection
        if self._state.session.why_off:
            self._targeting.say_off()
        elif selection.index is None or selection.outcome is None or selection.stale:
            self._say_nothing_to_send("There is no readable event to send.")
        elif selection.outcome.request is None:
            title = f"Nothing to send: it {FATES[selection.outcome.fate].one}"
            self._state.say(selection.outcome.reason.message, title=title, severity="warning")
        else:
            self.run_worker(self._send(selection.index, selection.outcome), group="sending", exclusive=True)

    async def _send(self, index: int, outcome: Outcome) -> None:
        mapper, target = self._state.session.mapper, await self._targeting.ready()
        name = f'"{one_line(outcome.name or outcome.type or outcome.source, 40)}"'
        if mapper is None or target is None:
            return
        if not await self._targeting.may_send(target, name) or not self._still_with(mapper):
            return
        builder = ShipmentBuilder(mapper)
        builder.count_outcome(outcome)
        self._receipts.show_single(index, "sending")
        plan = builder.plan(target, "single")
        self._start(builder, target, _Started(Control(), plan, index), (index,), name)

    def _say_nothing_to_send(self, why: str) -> None:
        """Say why there is nothing to send; events may still be being read."""
        reading = bool(self._state.reading) and not len(self._state.corpus)
        text = "The events are still being read: try again in a moment." if reading else why
        self._state.say(text, severity="warning")

    # Several

    @dialog_worker
    async def action_send_several(self) -> None:
        """Show a plan for several events, ask, and send them."""
        mapper = self._state.session.mapper
        if mapper is None or self._state.session.why_off:
            self._targeting.say_off()
        elif not len(self._state.corpus):
            self._say_nothing_to_send("There is nothing to send: no event.")
        elif self._run is not None and not self._run.ended:
            self._state.show("sent")
            self._state.say("A run is under way; end it first (c).", severity="warning")
        elif (target := await self._targeting.ready()) is not None:
            await self._plan(mapper, target)

    async def _plan(self, mapper: Mapper, target: Target) -> None:
        # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
        from abtui.tui.dialogs.sending import ConfirmMany, SendPlan
        from abtui.tui.planning import Planner

        planner = Planner(self._state.corpus, mapper, self._state.selection.index)
        choice = await self.app.push_screen_wait(SendPlan(planner, target))
        if choice is None or not await self._targeting.may_send(target, plural(choice.plan.sendable, "event")):
            return
        if choice.plan.needs_yes and not await self.app.push_screen_wait(ConfirmMany(choice.plan)):
            return
        if not self._still_with(mapper):
            return
        self._run = _Started(Control(), choice.plan)
        what = f"{choice.scope}: {plural(choice.plan.events, 'event')}"
        builder, indexes = planner.builders[choice.scope], planner.indexes[choice.scope]
        self._start(builder, target, self._run, indexes, what, rate=choice.rate)
        self._state.show("sent")

    def _still_with(self, mapper: Mapper) -> bool:
        """Whether the config is still that of `mapper`. If not, the person agreed to another plan and is told so."""
        if mapper is self._state.session.mapper:
            return True
        why = "The config changed while you were asked. Check the plan again."
        self._state.say(why, title="Nothing was sent", severity="warning")
        return False

    def _start(
        self,
        builder: ShipmentBuilder,
        target: Target,
        started: _Started,
        indexes: Sequence[int],
        what: str,
        *,
        rate: float | None = None,
    ) -> None:
        number, plan, control = len(self._started), started.plan, started.control
        self._started.append(started)
        # A single event is tried only once, as Segment's function does, to show the result of one call.
        retries = Retries() if started.single is None else Retries(tries=1)
        options = Options(concurrency=default_concurrency(plan.mode), rate=rate, retries=retries)
        # The history has the runs of all configs, so the description names the config.
        what = f"{one_line(Path(self._state.config_name).name, 40)}: {what}"
        shipment = builder.shipment(plan, target, corpus_items(self._state.corpus, indexes), what, options)
        self.run_worker(
            lambda: BackgroundDelivery(number, shipment, control, self.post_message).run(),
            group=f"delivery-{number}",
            thread=True,
        )

    # Progress and receipts

    @on(DeliveryReport)
    def _reported(self, message: DeliveryReport) -> None:
        message.stop()
        started, progress = self._started[message.number], message.progress
        started.ended = bool(message.problem) or (progress is not None and progress.state == "ended")
        self._receipts.add(message)
        started.view = view_of(
            started.plan,
            progress,
            examples=message.examples,
            others=message.others,
            problem=message.problem,
            steered=started is self._run and not started.ended,
        )
        if self._run is None or self._run.ended or started is self._run:
            self._state.delivery = started.view
            self._state.tell("deliveries")
        if started.ended:
            self._ended(started, message)

    def _ended(self, started: _Started, message: DeliveryReport) -> None:
        problem, progress = message.problem, message.progress
        if progress is not None and progress.ending in _JOURNAL:
            problem = progress.note
        if problem:
            self._state.say(problem, title="Nothing was sent" if progress is None else "Stopped", severity="error")
        if started.single is not None:
            self._receipts.show_single(started.single, problem)
            kept = self._receipts.of(started.single)
            if kept is not None and not problem:
                said = _said(kept)
                self._state.say(said, severity="information" if kept.state == "accepted" else "warning")

    @on(Steered)
    def _steered(self, message: Steered) -> None:
        message.stop()
        control = None if self._run is None else self._run.control
        if control is not None and message.what == "cancel":
            control.cancel()
        elif control is not None:
            control.paused = not control.paused


def _said(kept: EventReceipt) -> str:
    """What became of an event sent by itself: what the collector says and what Segment would show, or what to do without an answer."""
    target, receipt = one_line(kept.target, 40), kept.receipt
    if receipt is None:
        return f"To {target}: {kept.state}."
    said = one_line(receipt.collector_said, 200).rstrip(".")
    if receipt.status is None:
        return f"To {target}: {said}. {one_line(receipt.next_step, 200)}"
    return f"The collector at {target}: {said}. Segment would show {receipt.segment_shows}."
