"""The base of the dialogs, and how all of them look."""

from __future__ import annotations

from typing import ClassVar, Generic, Literal, NamedTuple, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Label, Static

from abtui.tui.dialogs.worker import release_for

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A dialog that escape closes; that counts as a no. Its content is in one container of the class `dialog`.

    It is the only thing with a box, because it stands above the rest. In few rows the box and the gaps go, and the text stays.
    """

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $bg 60%;
        & .dialog { width: 76; max-width: 95%; height: auto; max-height: 95%; background: $pane; color: $text; border: round $rule; padding: 1 2; }
        & .dialog.-tall { height: 90%; max-height: 40; }
        & .dialog.-wide { width: 96; height: 95%; padding: 0 1; }
        & .dialog VerticalScroll { height: 1fr; }
        & .dialog.-wide VerticalScroll { overflow-y: scroll; }
        & .dialog-title { text-style: bold; margin-bottom: 1; }
        & .dialog-title.-danger { color: $refused; }
        & .dialog-note { color: $soft; }
        & .dialog Input, & .dialog Input:focus { height: 1; border: none; padding: 0 1; background: $raised; background-tint: transparent; color: $on-raised; margin-top: 1; }
        & .dialog.-wide Input { margin-top: 0; }
        & DirectoryTree { height: 1fr; background: $pane; color: $text; margin-top: 1; }
        & .dialog-buttons { height: auto; margin-top: 1; }
        & .dialog Button.-style-default {
            margin-right: 2; padding: 0 2; min-width: 12; background: $raised; color: $on-raised; text-style: none; background-tint: transparent;
            &.-primary { text-style: bold; }
            &.-warning, &.-error { background: $raised; color: $refused; }
            &:disabled { color: $soft; text-opacity: 1; text-style: none; border: none !important; }
            &:focus, &:hover, &.-primary:hover, &.-primary:focus, &.-warning:hover, &.-warning:focus, &.-error:hover, &.-error:focus { background: $accent; color: $ink; text-style: bold; }
        }
    }
    /* The one action of the dialog is filled, unless the focus is on another button. */
    Dialog .dialog .dialog-buttons Button.-style-default.-primary { background: $accent; color: $ink; }
    Dialog .dialog .dialog-buttons:focus-within Button.-style-default.-primary { background: $raised; color: $on-raised; }
    Dialog .dialog .dialog-buttons Button.-style-default.-primary:focus { background: $accent; color: $ink; }
    Dialog .dialog .dialog-buttons Button.-style-default.-primary:disabled { background: $raised; color: $soft; }
    Dialog.-short {
        & .dialog { padding: 0 1; max-height: 100%; max-width: 100%; }
        & .dialog.-tall { height: 100%; }
        & .dialog-title { margin-bottom: 0; }
        & .dialog-buttons, & .dialog Input, & .dialog Input:focus { margin-top: 0; }
    }
    /* Of 16 colours none but that of `on-raised` can be read on `raised`. */
    Dialog:ansi .dialog Button.-style-default { &.-warning, &.-error { color: $on-raised; } }
    Dialog:ansi .dialog Input > .input--placeholder { color: $on-raised; text-style: none; }
    Dialog:ansi .dialog Input > .input--cursor { background: $accent; color: $ink; }
    Dialog.-tight .dialog Button.-style-default { margin-right: 1; padding: 0 1; min-width: 8; }
    """
    # For a small terminal or a huge font.
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (70, "-columns")]  # noqa: RUF012 - Textual declares it as it is here
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-rows")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel"),
        Binding("left", "app.focus_previous", "Previous", show=False, id="dialog.previous"),
        Binding("right", "app.focus_next", "Next", show=False, id="dialog.next"),
    ]

    def on_mount(self) -> None:
        """Replay the keys pressed while the dialog was loading. Textual calls this method in every class that defines it."""
        release_for(self)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


class Choice(NamedTuple, Generic[Answer]):
    """A button of a question, and the answer that it gives."""

    id: str
    label: str
    answer: Answer
    variant: Literal["default", "primary", "warning", "error"] = "default"


class Question(Dialog[Answer]):
    """A dialog that asks with a sentence and a row of buttons, the first of which has the focus."""

    def __init__(self, title: str, question: str | Content, *choices: Choice[Answer]) -> None:
        super().__init__()
        self._title, self._question = title, question
        self._choices = choices

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="dialog-title", markup=False)
            yield Static(self._question, markup=False)
            with Horizontal(classes="dialog-buttons"):
                for choice in self._choices:
                    yield Button(choice.label, variant=choice.variant, id=choice.id, compact=True)

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(next(choice.answer for choice in self._choices if choice.id == event.button.id))
