"""What is shown while there is no event: what a paste becomes, and the other ways to get events."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from abtui.services.files import read_config_file
from abtui.services.folders import sample_folder
from abtui.tui.kit.action import Action
from abtui.tui.kit.journey import JourneyView
from abtui.tui.messages import FilesOpened, PaletteCommand
from abtui.tui.state import State

_LAST: Final = "File: Reopen the last session"
_GHOST: Final = ("what you paste", "your config", "the payload", "the goal")
_WAYS: Final = (
    ("o", "Open files", "JSON Lines, a folder, an archive"),
    ("6", "Listen to an SDK", "see events as your site sends them"),
    ("d", "See the demo", "its events and its config"),
)


class Empty(Vertical, can_focus=True):
    """Offers to paste an event. The keys of the ways work here; those that are no commands of the workbench are its own.

    Its parts are made when it is first shown, as most sessions never see them.
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Empty {
        height: 1fr;
        align-horizontal: center;
        padding: 1 0;
        & > * { width: 76; }
        & #paste { height: auto; background: $pane; padding: 1 3; margin-bottom: 1; }
        & #paste-title { text-style: bold; margin-bottom: 1; }
        & #paste-note { color: $soft; margin-bottom: 1; }
        & #paste Action { margin-top: 1; }
        & #ways { height: auto; }
        & .way { width: 1fr; height: auto; background: $pane; padding: 1 2; margin-right: 2; }
        & .way.-last { margin-right: 0; }
        & .way-words { color: $soft; padding-left: 2; }
        & #last { margin-top: 1; }
    }
    .-small Empty, .-tiny Empty { padding: 0; & > * { width: 1fr; } & #paste-title { margin-bottom: 0; } & #paste, & .way { padding: 0 1; } & .way { margin-right: 1; } & .way.-last { margin-right: 0; } }
    .-tiny Empty { & #ways { layout: vertical; } & .way { width: 1fr; margin: 0; height: 1; } & #last { margin-top: 0; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "demo", "Demo", tooltip="Open the events and the config of the demo", id="empty.demo"),
        Binding("r", "last", "Last time", tooltip="Open the files of the last session", id="empty.last"),
    ]
    bar_keys = (
        ("event.new", "write one"),
        ("file.open", "open files"),
        ("screen.live", "listen"),
        ("empty.demo", "demo"),
        ("tour.begin", "tour"),
    )

    def __init__(self, state: State) -> None:
        super().__init__(id="empty")
        self._state = state
        self._last_text = Static(id="last", markup=False)

    def _make(self) -> None:
        """Make the box to paste into, with where a journey would be, the ways, and the last session."""
        ghost, paste = JourneyView(id="ghost"), Action(id="paste-action")
        ghost.show_ghost(_GHOST)
        paste.show("", "Paste", "with your terminal's key, anywhere on this screen", "with your terminal's key")
        title = Static("Paste an event", id="paste-title")
        note = Static("JSON, a line of code, a copy from Segment's debugger. Nothing is sent.", id="paste-note")
        ways = [_card(*way) for way in _WAYS]
        ways[-1].add_class("-last")
        self.mount(Vertical(title, note, ghost, paste, id="paste"), Horizontal(*ways, id="ways"), self._last_text)

    def show(self) -> None:
        """Show what there is to return to. Called when the last event is gone, or none came."""
        if not self.children:
            self._make()
        last = self._last()
        said = (
            Content.assemble(("Last time\n", "bold $soft"), ("r ", "bold $accent"), last.help) if last else Content("")
        )
        problem = Content.styled(f"{self._state.empty_text}\n", "$ignored") if self._state.empty_text else Content("")
        self._last_text.update(problem + said)

    def _last(self) -> PaletteCommand | None:
        commands = (command for make in self._state.commands for command in make())
        return next((command for command in commands if command.title == _LAST), None)

    def action_demo(self) -> None:
        """Open the events of the demo, and its config where there is none."""
        folder = sample_folder()
        if self._state.session.missing:
            self._state.session.saved_text = read_config_file(str(folder / "config.yaml"))
            self._state.config.apply(self._state.session.saved_text)
        self.post_message(FilesOpened([str(folder)]))

    def action_last(self) -> None:
        """Open the files of the last session."""
        last = self._last()
        if last is None:
            self._state.say("There is no last session to return to.", severity="warning")
        else:
            last.run()


def _card(key: str, title: str, words: str) -> Vertical:
    name = Static(Content.assemble((f"{key} ", "bold $accent"), (title, "bold")))
    return Vertical(name, Static(words, classes="way-words"), classes="way")
