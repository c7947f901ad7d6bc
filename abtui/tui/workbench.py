"""The workbench: it composes the capabilities, the frame and the screens, and shows one screen at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Paste, Resize, ScreenResume
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from abtui.core.config.endpoint import looks_like_production
from abtui.core.events import SdkDefaults
from abtui.tui.bindings import SCREENS as SCREEN_KEYS
from abtui.tui.early_input import EarlyInput
from abtui.tui.kit.caption import CaptionClicked
from abtui.tui.kit.header import TARGET, Header, HeaderClicked, Tab
from abtui.tui.kit.key_bar import KeyBar
from abtui.tui.kit.message_line import MessageLine
from abtui.tui.kit.private import add_keys, draw_sparingly, paint_held
from abtui.tui.kit.writing import takes_text
from abtui.tui.messages import FilesOpened, PaletteCommand, TextPasted, Wanted
from abtui.tui.opening import Opening
from abtui.tui.screens import config, events, experiment, goal, impact, live, sent
from abtui.tui.screens.kind import ScreenKind, ScreenWidget
from abtui.tui.session import Session
from abtui.tui.skeleton import SIZES, size_class
from abtui.tui.state import State
from abtui.tui.work import CAPABILITIES
from abtui.tui.work.capability import Capability

SCREENS: Final[tuple[ScreenKind, ...]] = (
    events.KIND,
    goal.KIND,
    config.KIND,
    impact.KIND,
    experiment.KIND,
    live.KIND,
    sent.KIND,
)
"""The screens, in the order of their tabs."""

_HELD_SECONDS: Final = 0.25
"""How long the first paint waits for the first event."""
_TOLD_SECONDS: Final = 4.0
"""How long a message stands in place of the keys on a small screen."""


class Workbench(Screen[None]):
    """The workbench on a config and a corpus. `screens` are the screens it has."""

    AUTO_FOCUS = ""
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Workbench {
        background: $bg;
        color: $text;
        & #screens { height: 1fr; }
        & #message { padding: 0 2; }
        &.-small #message, &.-tiny #message { display: none; padding: 0 1; }
        &.-small #message.-told, &.-tiny #message.-told { display: block; }
        &.-small #keys.-told, &.-tiny #keys.-told { display: none; }
        &.-tiny #header { display: none; }
        &.-tiny.-toured #keys { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(SCREEN_KEYS)

    def __init__(
        self, opening: Opening, session: Session, sdk: SdkDefaults, *, screens: tuple[ScreenKind, ...] = SCREENS
    ) -> None:
        super().__init__()
        self._painter = draw_sparingly(self)
        self._painter.held = True
        self._has_content = False
        self.state = State(opening, session, sdk)
        self._kinds = {kind.name: kind for kind in screens}
        bound = {binding.id for binding in SCREEN_KEYS}
        add_keys(self, (kind.binding for kind in screens if kind.binding.id not in bound))
        self._capabilities = [capability(self.state) for capability in CAPABILITIES]
        self._owners = dict(self._bound())
        """The capability of each action that is not the workbench's own."""
        self._line = MessageLine(id="message")
        self._hiding: Timer | None = None
        self._unmade = [name for name in self._kinds if name != "events"]
        """The screens that were never shown."""

    def compose(self) -> ComposeResult:
        """The capabilities, which nobody sees, and the frame with the first screen."""
        # With the classes from the start no rule is applied twice.
        self._set_size(self.app.size)
        tabs = [Tab(kind.name, str(kind.number), kind.title) for kind in self._kinds.values()]
        yield from self._capabilities
        yield Header(tabs, id="header")
        yield ContentSwitcher(self._made("events"), initial="events", id="screens")
        yield self._line
        yield KeyBar(self._bar_keys, id="keys")

    def _bound(self) -> Iterator[tuple[str, Capability]]:
        """Bind the keys of the capabilities, with their actions as if they were of this screen."""
        for capability in self._capabilities:
            keys = [key for key in capability.BINDINGS if isinstance(key, Binding)]
            add_keys(self, keys)
            for action in {binding.action.partition("(")[0] for binding in keys}:
                setattr(self, f"action_{action}", getattr(capability, f"action_{action}"))
                yield action, capability

    def _made(self, name: str) -> Widget:
        widget = self._kinds[name].load()(self.state)
        widget.id = name
        return widget

    def on_mount(self) -> None:
        """Follow the state, and begin to read. The first paint waits for the first event, as each paint takes as long as reading it."""
        self.state.listen("screen", self, self._show_screen)
        self.state.listen("notice", self, self._show_notice)
        self.state.listen("hint", self, self._show_hint)
        for topic in ("config", "target"):
            self.state.listen(topic, self, self._show_config)
        self._show_config()
        self._show_notice()
        self._focus()
        self.state.listen("selection", self, self._content_came)
        self.state.listen("events", self, self._content_came)
        self.set_timer(_HELD_SECONDS, self._paint)
        self.call_later(self._begin)

    async def _begin(self) -> None:
        opening = self.state.opening
        for problem in opening.problems:
            self.state.say(problem, severity="error", stays=True)
        if opening.event_paths:
            self.post_message(FilesOpened(list(opening.event_paths)))
        if isinstance(self.app, EarlyInput):
            self.app.call_later(self.app.release)
        if self.state.session.mapper is None and not self.state.session.missing:
            # The config has errors: what is to be done is on its screen.
            self.state.show("config")
        if not opening.event_paths:
            self._content_came()

    # Screens

    @property
    def shown(self) -> ScreenKind:
        """The screen in view."""
        return self._kinds[self.state.screen]

    def _show_screen(self) -> None:
        if self.state.screen not in self._kinds:
            # A session of a version with other screens.
            self.state.show("events")
            return
        name = self.state.screen
        self._mount(name)
        self.query_one("#screens", ContentSwitcher).current = name
        self.query_one(Header).show(name)
        self._focus()

    def _mount(self, name: str) -> None:
        """Make a screen if it was never shown."""
        if name in self._unmade:
            self._unmade.remove(name)
            widget = self._made(name)
            widget.display = False
            self.query_one("#screens", ContentSwitcher).mount(widget)

    def _content_came(self) -> None:
        """Paint the first event, or that there is none, and make the other screens after it."""
        if not self._has_content and (self.state.selection.index is not None or not self.state.reading):
            self._has_content = True
            self._paint()
            self.call_after_refresh(self._mount_others)

    def _paint(self) -> None:
        """Paint from now on."""
        if self._painter.held:
            paint_held(self)
            self.call_after_refresh(self.state.tell, "painted")

    @work(exclusive=True, group="screens")
    async def _mount_others(self) -> None:
        """Make the next screen that was never shown, in a frame of its own. A thread loads it, as that is longer than a frame."""
        if self._unmade:
            name = self._unmade[0]
            await asyncio.to_thread(self._kinds[name].load)
            self._mount(name)
            self.call_after_refresh(self._mount_others)

    # The frame

    def _show_config(self) -> None:
        session, target = self.state.session, self.state.session.target
        self.query_one(Header).tell(
            config=self.state.config_name,
            unsaved=session.modified,
            target="" if target is None else target.name,
            production=target is not None and looks_like_production(target),
        )

    @on(HeaderClicked)
    async def _header_clicked(self, message: HeaderClicked) -> None:
        if message.name == TARGET:
            await self.run_action("next_target")
        elif message.name in self._kinds:
            self.state.show(message.name)

    @on(CaptionClicked)
    @on(Wanted)
    def _pass_on(self, message: CaptionClicked | Wanted) -> None:
        message.stop()
        for capability in self._capabilities:
            capability.post_message(message)

    def on_paste(self, event: Paste) -> None:
        """Take text pasted outside an editor as events."""
        event.stop()
        self.post_message(TextPasted(event.text))

    def _show_notice(self) -> None:
        line, notice = self._line, self.state.notice
        if notice.severity == "information":
            # Where text is typed, a letter is no command.
            key = "Ctrl+_" if notice.key and takes_text(self.focused) else notice.key
            line.tell_done(notice.text, key=key, undoes=notice.undoes)
        else:
            line.tell_problem(notice.text, "refused" if notice.severity == "error" else "ignored")
        self._tell(bool(notice.text))
        if self._hiding is not None:
            self._hiding.stop()
        # On a small screen the message stands in place of the keys, so it does not stay.
        self._hiding = None if notice.stays else self.set_timer(_TOLD_SECONDS, lambda: self._tell(False))

    def _tell(self, told: bool) -> None:
        # A class of what is around all would have the styles of every widget applied again, for each message.
        for name in ("#message", "#keys"):
            self.query_one(name).set_class(told, "-told")

    def _show_hint(self) -> None:
        # A hint may come while the app ends.
        if self._line.is_attached:
            self._line.hint(self.state.hint)

    def _bar_keys(self) -> Sequence[tuple[str, str]]:
        """The ids of the bindings in the key bar, with their words: those of the focused pane, else those of the screen."""
        around = () if self.focused is None else self.focused.ancestors_with_self
        own = next((keys for node in around if (keys := getattr(node, "bar_keys", None)) is not None), None)
        return self.shown.keys if own is None else own

    def _focus(self) -> None:
        widget = self.query_one(f"#{self.state.screen}")
        if widget.is_mounted:
            cast(ScreenWidget, widget).focus_first()
        else:
            # The parts of a new screen are there once it begins to handle messages.
            widget.call_later(self._focus)

    def action_show_screen(self, name: str) -> None:
        """Bring a screen into view."""
        self.state.show(name)

    def action_back(self) -> None:
        """Leave what the focus is in; then go back to Events."""
        widget = self.query_one(f"#{self.state.screen}")
        if not cast(ScreenWidget, widget).leave():
            self.state.show("events")

    def action_jump(self) -> None:
        """Label every place in view."""
        from abtui.tui.dialogs.jumping import jump

        jump(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow only the screens there are, and leave Escape to the tour."""
        if action in self._owners:
            return self._owners[action].check_action(action, parameters)
        if action == "back":
            return not self.state.touring or takes_text(self.focused)
        return action != "show_screen" or parameters[0] in self._kinds

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Leave the styles as they are if the screen is shown for the first time: they were applied just now."""
        event.refresh_styles = self.stack_updates > 0

    def on_resize(self, event: Resize) -> None:
        """Set the classes of the size, on which the stylesheet depends."""
        self._set_size(event.size)
        if self.focused is not None:
            self.call_after_refresh(self._keep_focus)

    def _keep_focus(self) -> None:
        """Focus the screen anew if what had the focus has no room any more, which loses it."""
        if self.focused is None:
            self._focus()

    def _set_size(self, space: Size) -> None:
        size = size_class(*space)
        self.update_classes({name: name == size for name in (*(name for name, _, _ in SIZES), "-tiny")})

    # For the app

    def ask_to_quit(self) -> None:
        """Quit, after asking whoever has something unfinished."""
        self.run_worker(self._ask_to_quit(), group="asking", exclusive=True)

    async def _ask_to_quit(self) -> None:
        for may_leave in self.state.questions:
            if not await may_leave():
                return
        self.app.exit(0)

    def leave(self, *, settled: bool) -> bool:
        """Called when the app ends. Unless `settled`, unsaved work is kept. True if there was any and it was kept."""
        # All of them are called, whatever the first ones say.
        kept = [ending(settled) for ending in self.state.endings]
        return any(kept)

    def palette_commands(self) -> list[PaletteCommand]:
        """Commands of the palette that have no key."""
        return [command for commands in self.state.commands for command in commands()]

    def keys_hidden(self) -> AbstractContextManager[None]:
        """A context in which no API key is on screen, for taking a picture."""
        hide = self.state.hide_keys
        return nullcontext() if hide is None else hide()
