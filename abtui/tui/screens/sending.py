"""Sending from the workbench: the event in the editor, or several by a plan; their progress and receipts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from textual import on, work

from abtui.core.config import Target
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import with_term
from abtui.core.delivery.options import Options, default_concurrency
from abtui.core.delivery.plan import Plan, make_plan
from abtui.core.delivery.policy import Retries
from abtui.core.delivery.progress import Control, Progress
from abtui.core.delivery.runs import EventReceipt, is_older
from abtui.core.delivery.shipment import ShipmentBuilder
from abtui.core.events import SdkDefaults
from abtui.core.fate import FATES
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import one_line, plural
from abtui.services.errors import ServiceError
from abtui.tui.kit.signs import RECEIPTS
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.opening import Opening
from abtui.tui.screens.targeting import Targeting
from abtui.tui.session import Session
from abtui.tui.widgets.drawer import Drawer, PanelKind
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.sending_panel import DeliveryView, SendingPanel
from abtui.tui.work.delivering import BackgroundDelivery, DeliveryReport, corpus_items

_FILTER_SECONDS: Final = 2.0
_JOURNAL_SECONDS: Final = 0.2
_KEPT: Final = 50_000
"""The number of receipts held in memory; the journal has the others."""


class _StartedDelivery(msgspec.Struct):
    """A delivery that was started: its plan, its controls, and its last progress.

    `single` is the event's index if only one event is sent, else None.
    """

    control: Control
    target: Target
    plan: Plan
    single: int | None = None
    view: DeliveryView | None = None
    ended: bool = False


class Sending(Targeting):
    """Sends events, and keeps the receipt of each."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._held_receipts: dict[int, EventReceipt] = {}
        self._runs: dict[int, None] = {}
        """The numbers of this session's runs, whose events have the indexes of this corpus."""
        self._deliveries: list[_StartedDelivery] = []
        self._filtered_at = 0.0
        self._many: int | None = None
        """The position of the last started run of several events in `_deliveries`."""

    def _panels(self) -> list[PanelKind]:
        return [*super()._panels(), PanelKind("sending", "7 Sending", lambda: SendingPanel(id="sending"))]

    def _panel_shown(self, name: str) -> None:
        super()._panel_shown(name)
        if name == "sending":
            self._show_delivery()

    def on_unmount(self) -> None:
        """Cancel running deliveries without waiting for requests in flight; the journal records those as unknown."""
        for delivery in self._deliveries:
            if not delivery.ended:
                delivery.control.cancel()
                delivery.control.cancel()

    # One event

    def action_send(self) -> None:
        """Send the event in the editor to the target."""
        outcome, index = self._outcome, self._current
        if self.session.mapper is None:
            self._notify_sending_off()
        elif outcome is None or index is None or self.result.stale:
            self._notify_nothing_to_send("There is no readable event to send.")
        elif outcome.request is None:
            title = f"Nothing to send: it {FATES[outcome.fate].one}"
            self.notify(outcome.reason.message, title=title, severity="warning", markup=False)
        else:
            self._send(index, outcome)

    @work(exclusive=True, group="sending")
    async def _send(self, index: int, outcome: Outcome) -> None:
        mapper, target = self.session.mapper, await self._ready_target()
        name = one_line(outcome.name or outcome.type or outcome.source, 40)
        if (
            mapper is None
            or target is None
            or not await self._may_send(target, f'"{name}"')
            or not self._still_with(mapper)
        ):
            return
        builder = ShipmentBuilder(mapper)
        builder.counts.add(outcome.verdict, outcome.reason.code, fate=outcome.fate)
        self.result.tab = "response"
        self.result.show_sending(True)
        if self.narrow:
            self.action_show_pane("result")
        self._start(builder, make_plan(builder.counts, target, "single"), target, (index,), f'"{name}"', single=index)

    def _notify_nothing_to_send(self, why: str) -> None:
        """Show why there is nothing to send; events may still be being read."""
        reading = bool(self._reading_note) and not len(self.corpus)
        self.notify("The events are still being read: try again in a moment." if reading else why, severity="warning")

    # Several

    @dialog_worker
    async def action_send_several(self) -> None:
        """Show a plan for several events, ask, and send them."""
        mapper = self.session.mapper
        if mapper is None:
            self._notify_sending_off()
            return
        if not len(self.corpus):
            self._notify_nothing_to_send("There is nothing to send: no event.")
            return
        if self._many is not None and not self._deliveries[self._many].ended:
            self.notify("A run is under way; end it first (c in its panel).", severity="warning")
            self._open_panel()
            return
        target = await self._ready_target()
        if target is None:
            return
        # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
        from abtui.tui.dialogs.sending import ConfirmMany, SendPlan
        from abtui.tui.work.planning import Planner

        planner = Planner(self.corpus, mapper, self._current)
        choice = await self.app.push_screen_wait(SendPlan(planner, target))
        if choice is None:
            return
        what = f"{choice.scope}: {plural(choice.plan.events, 'event')}"
        if not await self._may_send(target, plural(choice.plan.sendable, "event")):
            return
        if choice.plan.needs_yes and not await self.app.push_screen_wait(ConfirmMany(choice.plan)):
            return
        if not self._still_with(mapper):
            return
        self._many = len(self._deliveries)
        builder, indexes = planner.builders[choice.scope], planner.indexes[choice.scope]
        self._start(builder, choice.plan, target, indexes, what, rate=choice.rate)
        self._open_panel()

    def _still_with(self, mapper: Mapper | None) -> bool:
        """Whether the config is still that of `mapper`. If not, the person agreed to another plan and is informed."""
        if mapper is self.session.mapper:
            return True
        self.notify(
            "The config changed while you were asked. Check the plan again.",
            title="Nothing was sent",
            severity="warning",
        )
        return False

    def _open_panel(self) -> None:
        """Show the panel, but do not close it if it is open already, as its key does."""
        panel = self.panel("sending")
        if panel is None or not panel.has_focus:
            self.action_show_panel("sending")

    def _start(
        self,
        builder: ShipmentBuilder,
        plan: Plan,
        target: Target,
        indexes: Sequence[int],
        what: str,
        *,
        rate: float | None = None,
        single: int | None = None,
    ) -> None:
        # The history has the runs of all configs, so the description names the config.
        what = f"{one_line(Path(self.config_name).name, 40)}: {what}"
        control = Control()
        number = len(self._deliveries)
        self._deliveries.append(_StartedDelivery(control, target, plan, single))
        # A single event is tried only once, as Segment's function does, to show the result of one call.
        retries = Retries() if single is None else Retries(tries=1)
        options = Options(concurrency=default_concurrency(plan.mode), rate=rate, retries=retries)
        shipment = builder.shipment(plan, target, corpus_items(self.corpus, indexes), what, options)
        self.run_worker(
            lambda: BackgroundDelivery(number, shipment, control, self.post_message).run(),
            group=f"delivery-{number}",
            thread=True,
        )

    async def may_leave_runs(self) -> bool:
        """Whether nothing is being sent, or the person agreed to leave it. Call this in a worker."""
        if all(delivery.ended for delivery in self._deliveries):
            return True
        from abtui.tui.dialogs.sending import ConfirmLeaving

        leave: bool = await self.app.push_screen_wait(ConfirmLeaving())
        return leave

    # Progress and receipts

    @on(DeliveryReport)
    def _delivery_reported(self, message: DeliveryReport) -> None:
        delivery, progress = self._deliveries[message.number], message.progress
        if progress is not None:
            self._runs[progress.run] = None
        self._apply_receipts(message)
        if message.problem or (progress is not None and progress.state == "ended"):
            delivery.ended = True
        delivery.view = _view(delivery, message)
        self._show_delivery()
        if delivery.single is not None:
            if delivery.ended:
                self._single_ended(message)
        elif delivery.ended and message.problem:
            self.notify(message.problem, title="Nothing was sent", severity="error", markup=False)

    def _apply_receipts(self, message: DeliveryReport) -> None:
        if not message.states:
            return
        self.corpus.receipts.update(message.states)
        self._held_receipts.update(message.receipts)
        for index in message.states.keys() - message.receipts.keys():
            # The journal's receipt is newer than the one held here.
            self._held_receipts.pop(index, None)
        while len(self._held_receipts) > _KEPT:
            del self._held_receipts[next(iter(self._held_receipts))]
        # The first receipts make the list show a column for their signs.
        self._count()
        self._filter_receipts_again(ended=message.progress is not None and message.progress.state == "ended")
        self.event_list.refresh()
        if self._current in message.states:
            self._show_receipt()

    def _filter_receipts_again(self, *, ended: bool) -> None:
        """If the list is filtered by receipts, filter it again, but not too often: a pass over a million events takes a while."""
        now = time.monotonic()
        looked_at = any(term.field in ("receipt", "is") for term in self.corpus.filter.terms)
        if looked_at and (ended or now - self._filtered_at >= _FILTER_SECONDS):
            self._filtered_at = now
            self.filter_again()

    def _single_ended(self, message: DeliveryReport) -> None:
        problem = message.problem
        if message.progress is not None and message.progress.ending in ("journal", "gone"):
            problem = message.progress.note
        self.result.show_sending(False, problem)

    def _show_delivery(self) -> None:
        """Show the current run, else the last delivery, even of a single event."""
        panel = self.panel("sending")
        run = None if self._many is None else self._deliveries[self._many]
        views = [delivery.view for delivery in self._deliveries if delivery.view is not None]
        view = run.view if run is not None and not run.ended else views[-1] if views else None
        if view is None:
            return
        if isinstance(panel, SendingPanel):
            panel.show(view)
        note = {"sending": "▶", "paused": "‖", "cancelling": "■"}.get(view.state, "")
        refused = view.counts.get("refused", 0)
        if view.ending == "short":
            note = "!"
        self.query_one(Drawer).set_label("sending", note or (f"{refused:,}{RECEIPTS['refused']}" if refused else "✓"))

    @on(SendingPanel.Steered)
    def _steered(self, message: SendingPanel.Steered) -> None:
        message.stop()
        delivery = None if self._many is None else self._deliveries[self._many]
        if delivery is None or delivery.ended:
            self.notify("Nothing is being sent. S plans a send.", severity="warning")
        elif message.what == "cancel":
            delivery.control.cancel()
        else:
            delivery.control.paused = not delivery.control.paused

    @on(SendingPanel.FilterAsked)
    def _filter_asked(self, message: SendingPanel.FilterAsked) -> None:
        message.stop()
        pane = self.query_one(EventsPane)
        pane.filter_text = with_term(pane.filter_text, "receipt", message.word or None)

    def _removed(self, index: int) -> None:
        super()._removed(index)
        self._held_receipts = {at - (at > index): kept for at, kept in self._held_receipts.items() if at != index}
        # The journal has the indexes from before the removal.
        self._runs.clear()

    # The receipt of the event in the editor

    def _select(self, index: int) -> None:
        super()._select(index)
        self._show_receipt()

    def _show_outcome(self, outcome: Outcome) -> None:
        super()._show_outcome(outcome)
        self._show_receipt()

    def _show_receipt(self) -> None:
        """Show the receipt of the event in the editor, and whether it belongs to an older payload than the one shown."""
        index = self._current
        kept = None if index is None else self._held_receipts.get(index)
        if kept is None and index is not None and index in self.corpus.receipts:
            self._read_receipt(index)
            return
        older = kept is not None and is_older(kept, None if self._outcome is None else self._outcome.request)
        self.result.show_receipt(kept, older=older)

    @work(thread=True, exclusive=True, group="receipt")
    def _read_receipt(self, index: int) -> None:
        from abtui.services.history import History

        try:
            kept = History().of_item(tuple(self._runs), index)
        except ServiceError as error:
            self.app.call_from_thread(self.notify, error.message, severity="error", markup=False)
            return
        self.app.call_from_thread(self._place_receipt, index, kept)

    def _place_receipt(self, index: int, kept: EventReceipt | None) -> None:
        word = self.corpus.receipts.get(index)
        if kept is None or word is None:
            return
        if kept.state != word:
            # An answer arrives here a moment before it is in the journal.
            if not all(delivery.ended for delivery in self._deliveries):
                self.set_timer(_JOURNAL_SECONDS, self._show_receipt)
                return
            kept = msgspec.structs.replace(kept, state=word)
        self._held_receipts[index] = kept
        if index == self._current:
            self._show_receipt()


def _view(delivery: _StartedDelivery, message: DeliveryReport) -> DeliveryView:
    """The contents of the panel for a report of a delivery."""
    progress = message.progress
    if progress is None:
        return DeliveryView(
            target=delivery.target.name,
            state="ended",
            counts={},
            total=None,
            requests=0,
            tries=0,
            speed=0.0,
            seconds=0.0,
            note=message.problem,
            ending="failed",
        )
    total = delivery.plan.sendable if delivery.plan.complete else None
    counts = _counts(progress, total)
    # The run ended, but some events of the plan made no request: their file may have changed.
    short = progress.ending == "done" and counts["waiting"] > 0
    return DeliveryView(
        target=delivery.target.name,
        state=progress.state,
        counts=counts,
        total=total,
        requests=progress.requests,
        tries=progress.tries,
        speed=progress.speed,
        seconds=progress.seconds,
        note=progress.note or message.problem,
        ending="short" if short else progress.ending or "",
        examples=message.examples,
        others=message.others,
    )


def _counts(progress: Progress, total: int | None) -> dict[str, int]:
    """The number of events by sending state; all events without a result are waiting."""
    waiting = progress.waiting if total is None else max(0, total - progress.settled)
    return {
        "accepted": progress.accepted,
        "refused": progress.refused,
        "unknown": progress.unknown,
        "waiting": waiting,
    }
