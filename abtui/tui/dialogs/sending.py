"""The dialogs for sending: the plan, the second question before many requests, and the connection test."""

from __future__ import annotations

import time
from typing import ClassVar, Final

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from abtui.core.config import Target
from abtui.core.config.endpoint import blocks_sending
from abtui.core.delivery.options import Mode, parse_rate
from abtui.core.delivery.plan import SCOPES, Plan, Scope, proposed_mode
from abtui.core.delivery.probe import Check
from abtui.core.text.plain import printable
from abtui.tui.dialogs import plan_prose
from abtui.tui.dialogs.dialog import Choice, Dialog, Question
from abtui.tui.kit.tab_strip import TabStrip
from abtui.tui.kit.text_input import TextInput
from abtui.tui.planning import Planner

_SLICE_SECONDS: Final = 0.008
_TURN_SECONDS: Final = 0.02
_MODES: Final[tuple[tuple[Mode, str], ...]] = (("single", "single calls"), ("batch", "batches"))


class SendChoice(msgspec.Struct, frozen=True):
    """The choices made in the plan: the events, the mode, and the rate (requests a second; None for no limit)."""

    scope: Scope
    mode: Mode
    rate: float | None
    plan: Plan


class SendPlan(Dialog[SendChoice | None]):
    """Shows the plan before anything is sent. Returns the choice, or None."""

    DEFAULT_CSS = """
    SendPlan {
        & .dialog.send-plan { width: 96; max-height: 100%; padding: 0 2; }
        & .send-plan VerticalScroll { height: auto; max-height: 13; margin-top: 1; }
        & #rate-row { height: 1; margin-top: 1; }
        & #rate-row #rate { width: 24; margin-top: 0; }
        & #rate-note { color: $ignored; }
    }
    SendPlan.-short .send-plan VerticalScroll { max-height: 9; margin-top: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Which events", id="plan.previous"),
        Binding("right", "step(1)", "Which events", id="plan.next"),
        *(
            Binding(str(number), f"scope('{scope}')", scope.capitalize(), show=False, id=f"plan.{scope}")
            for number, scope in enumerate(SCOPES, 1)
        ),
        Binding("b", "mode", "Single or batches", id="plan.mode"),
    ]
    AUTO_FOCUS = "#send, #cancel"

    def __init__(self, planner: Planner, target: Target) -> None:
        super().__init__()
        # If sending is not allowed there is no send button; the plan is still shown and says why.
        self._offers = blocks_sending(target) is None
        self._planner = planner
        self._target = target
        self._scope: Scope = planner.proposed
        self._mode: Mode = "single"
        self._chosen_mode = False

    def compose(self) -> ComposeResult:
        """The choice of events and mode, the plan, and the rate limit."""
        scopes = [
            (scope, f"{number} {scope} {len(self._planner.indexes[scope]):,}")
            for number, scope in enumerate(SCOPES, 1)
            if scope in self._planner.indexes
        ]
        with Vertical(classes="dialog send-plan"):
            yield Label("Send several events", classes="dialog-title")
            yield TabStrip(scopes, active=self._scope, id="scopes")
            yield TabStrip(_MODES, id="modes")
            with VerticalScroll(can_focus=False):
                yield Static(id="plan", markup=False)
            if self._offers:
                with Horizontal(id="rate-row"):
                    yield Label("At most ")
                    yield TextInput(placeholder="no limit, or 200/s", id="rate", compact=True)
                    yield Label("", id="rate-note")
            with Horizontal(classes="dialog-buttons"):
                if self._offers:
                    yield Button("Send", variant="primary", id="send", compact=True)
                yield Button("Cancel" if self._offers else "Close", id="cancel", compact=True)
            end = "Enter: send" if self._offers else "Esc: close"
            keys = f"{end}  b: single or batches  1-4: which events"
            yield Label(keys, id="plan-note", classes="dialog-note")

    def on_mount(self) -> None:
        """Start to count the events, a slice at a time."""
        self._counting = self.set_interval(_TURN_SECONDS, self._count)
        self._count()

    def on_resize(self) -> None:
        """Wrap the plan to the new width."""
        self.call_after_refresh(self._show)

    def _count(self) -> None:
        until = time.monotonic() + _SLICE_SECONDS
        if self._planner.more(self._scope, lambda: time.monotonic() >= until):
            self._counting.pause()
        self._show()

    def _show(self) -> None:
        if not self._chosen_mode:
            self._mode = proposed_mode(self._planner.plan(self._scope, "single", self._target).sendable)
        self.query_one("#scopes", TabStrip).active = self._scope
        self.query_one("#modes", TabStrip).active = self._mode
        plan = self._plan
        told = self.query_one("#plan", Static)
        told.update(plan_prose.plan_summary(plan, told.size.width))
        if self._offers:
            send = self.query_one("#send", Button)
            send.label = plan_prose.send_label(plan)
            send.disabled = plan.complete and not plan.sendable

    @property
    def _plan(self) -> Plan:
        return self._planner.plan(self._scope, self._mode, self._target)

    def action_step(self, by: int) -> None:
        """Choose the next scope."""
        self.query_one("#scopes", TabStrip).step(by)

    def action_scope(self, scope: Scope) -> None:
        """Choose a scope, if it has events."""
        if scope in self._planner.indexes:
            self._scope = scope
            self._counting.resume()
            self._count()
        else:
            why = {"marked": "Nothing is marked (space marks).", "filtered": "There is no filter (/)."}
            self.query_one("#plan-note", Label).update(why.get(scope, "No event is selected."))

    def action_mode(self) -> None:
        """Switch between single calls and batches."""
        self._choose("batch" if self._mode == "single" else "single")

    def _choose(self, mode: Mode) -> None:
        self._mode, self._chosen_mode = mode, True
        self._show()

    @on(TabStrip.Activated, "#scopes")
    def _scope_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self.action_scope(next(scope for scope in SCOPES if scope == event.tab))

    @on(TabStrip.Activated, "#modes")
    def _mode_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self._choose("batch" if event.tab == "batch" else "single")

    @on(Input.Submitted)
    @on(Button.Pressed, "#send")
    def _send(self) -> None:
        try:
            rate = parse_rate(self.query_one("#rate", Input).value)
        except ValueError:
            self.query_one("#rate-note", Label).update(" like 200/s, 30/m or nothing")
            self.query_one("#rate", Input).focus()
            return
        if not self.query_one("#send", Button).disabled:
            self.dismiss(SendChoice(self._scope, self._mode, rate, self._plan))


class YesNoDialog(Question[bool]):
    """A question with the focus on its no button. Returns whether the answer was yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Cancel", id="dialog.cancel"),
        Binding("y", "dismiss(True)", "Yes", id="dialog.yes"),
        Binding("n", "dismiss(False)", "No", id="dialog.no"),
    ]
    AUTO_FOCUS = "#no"

    def __init__(self, title: str, question: Content, yes: str) -> None:
        choices = Choice("yes", f"{yes} (y)", True, "warning"), Choice("no", "Cancel (n)", False)
        super().__init__(title, question, *choices)


class ConfirmMany(YesNoDialog):
    """Asks a second time before many requests are sent."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("That is a lot", plan_prose.many_requests_question(plan), "Send")


class ConfirmLeaving(YesNoDialog):
    """Asks before the app ends during a run."""

    def __init__(self) -> None:
        words = "Events not sent yet stay unsent; those on their way become unknown. The history records all of them."
        super().__init__("A run is under way", Content(words), "Leave it")


class Connection(Dialog[None]):
    """Shows the results of a connection test as they arrive."""

    DEFAULT_CSS = "Connection .dialog.connection { width: 90; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,h,q", "dismiss(None)", "Close", id="dialog.close"),
    ]

    def __init__(self, target: Target) -> None:
        super().__init__()
        # Created here, not looked up by id: an answer may arrive before the dialog is composed, or while it closes.
        self._asked = Static(id="asked", markup=False)
        self._answers = Static("Asking…", id="checks", markup=False)
        self._show_target(target)

    def compose(self) -> ComposeResult:
        """The target that is tested, and the results."""
        with Vertical(classes="dialog connection"):
            yield Label("Connection", classes="dialog-title")
            yield self._asked
            yield self._answers
            yield Label("This test writes nothing.   Esc: close", classes="dialog-note")

    def show(self, target: Target, found: tuple[Check, ...]) -> None:
        """Show the results. `target` is the tested target with its current address."""
        self._show_target(target)
        self._answers.update(plan_prose.connection_report(found))

    def fail(self, problem: str) -> None:
        """Show why the test could not run."""
        self._answers.update(Content(problem))

    def _show_target(self, target: Target) -> None:
        place = plan_prose.target_address(target) if target.collector_endpoint else "starting…"
        self._asked.update(Content.assemble((printable(target.name), "bold"), (f"  {place}\n", "$soft")))
