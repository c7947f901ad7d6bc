"""What is used of Textual that is not public: each part does what the kit needs of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import pytest
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.drivers import linux_driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Key
from textual.geometry import Region, Size
from textual.message import Message
from textual.messages import Update
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

import abtui.tui.kit
from abtui.tui.kit import private
from abtui.tui.kit.private import Document, DocumentNavigator, Edit, Location, OpenTextArea, Selection, WrappedDocument
from tests.tui.kit_app import KitApp, painted


class Scrolled(ScrollView):
    """A widget whose scrollbar is one of ours."""

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The bar, made on first access."""
        kept = private.kept_scrollbar(self, None, vertical=True)
        if kept is None:
            kept = private.kept_scrollbar(self, ScrollBar(name="ours", thickness=1), vertical=True)
        assert kept is not None
        return kept


class Told(OpenTextArea):
    """Remembers the steps of its work."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        super().__init__()

    def put_document(self, text: str) -> None:
        self.steps.append(f"document {text!r}")
        super().put_document(text)

    def fit_text(self) -> None:
        self.steps.append("fit")
        super().fit_text()

    def selection_moved(self, old: Selection, new: Selection, old_partner: Location | None) -> None:
        self.steps.append(f"moved {old.end} {new.end} {old_partner}")

    def text_edited(self) -> None:
        self.steps.append(f"edited {self.text!r}")


async def test_a_scrollbar_of_ours_is_kept_and_runs() -> None:
    widget = Scrolled()
    async with KitApp(widget).run_test(size=(20, 10)) as pilot:
        bar = widget.vertical_scrollbar
        assert bar.name == "ours"
        assert bar is widget.vertical_scrollbar
        assert private.kept_scrollbar(widget, None, vertical=True) is bar
        flat = private.kept_scrollbar(widget, ScrollBar(vertical=False), vertical=False)
        assert flat is widget.horizontal_scrollbar
        widget.virtual_size = Size(20, 500)
        await painted(pilot)
        assert widget.show_vertical_scrollbar
        assert bar.is_running
        assert bar.window_virtual_size == 500


async def test_content_is_resized_without_a_layout() -> None:
    widget = Scrolled()

    app = KitApp(widget)

    async with app.run_test(size=(20, 10)) as pilot:
        private.resize_scrollable(widget, Size(0, 500))
        await painted(pilot)
        layouts = []
        screen_refresh = app.screen._refresh_layout

        def counted(*arguments: object, **named: object) -> None:
            layouts.append(arguments)
            screen_refresh(*arguments, **named)  # type: ignore[arg-type]

        app.screen._refresh_layout = counted  # type: ignore[method-assign, assignment]
        private.resize_scrollable(widget, Size(0, 900))
        await painted(pilot)
        assert not layouts
        assert widget.virtual_size == Size(0, 900)
        assert widget.vertical_scrollbar.window_virtual_size == 900
        assert widget.max_scroll_y == 890


async def test_keys_are_dropped_and_added_and_own_bindings_found() -> None:
    area = OpenTextArea()
    async with KitApp(area).run_test():
        assert private.own_bindings(area, "f6")
        private.drop_keys(area, ["f6", "no such key"])
        assert not private.own_bindings(area, "f6")
        private.add_keys(area, [Binding("f6,f20", "added")])
        assert [private.own_bindings(area, key)[0].action for key in ("f6", "f20")] == ["added", "added"]
        assert private.own_bindings(OpenTextArea(), "f6")[0].action != "added"
        assert [binding.action for binding in private.own_bindings(area, "up")] == ["cursor_up"]


async def test_the_steps_of_a_text_area_are_ours() -> None:
    area = Told()
    async with KitApp(area).run_test() as pilot:
        area.load_text("(a)")
        assert "document '(a)'" in area.steps
        assert "fit" in area.steps
        area.focus()
        await pilot.pause()
        area.steps.clear()
        await pilot.press("right")
        assert "moved (0, 0) (0, 1) (0, 2)" in area.steps
        area.steps.clear()
        await pilot.press("x")
        assert "edited '(xa)'" in area.steps
        assert "fit" in area.steps
        area.steps.clear()
        area.undo()
        assert "edited '(a)'" in area.steps
        area.steps.clear()
        area.redo()
        assert "edited '(xa)'" in area.steps


async def test_typing_over_a_selection_is_undone_as_typing() -> None:
    area = Told()
    async with KitApp(area).run_test():
        area.load_text("abc")
        area.selection = Selection((0, 1), (0, 2))
        result = area.type_over("xy")
        assert area.text == "axyc"
        assert result is not None
        assert result.end_location == (0, 3)
        area.read_only = True
        assert area.type_over("z") is None or area.text == "axyc"
        area.undo()
        assert area.text == "abc"


async def test_the_cursor_and_its_bracket() -> None:
    area = OpenTextArea()
    async with KitApp(area).run_test() as pilot:
        area.load_text("(a)")
        area.focus()
        await pilot.pause()
        area.move_cursor((0, 2))
        area.move_cursor((0, 0))
        assert area.bracket_partner == (0, 2)
        area.bracket_partner = None
        assert area.bracket_partner is None
        assert area.may_have_cursor
        area.cursor_blink = False
        await pilot.pause()
        assert area.draws_cursor
        area.screen.set_focus(None)
        await pilot.pause()
        assert not area.draws_cursor
        area.read_only = True
        area.show_cursor = False
        assert not area.may_have_cursor


async def test_a_key_event_reaches_the_editor_before_the_screen() -> None:
    seen: list[str] = []

    class First(OpenTextArea):
        async def _on_key(self, event: Key) -> None:
            seen.append(event.key)
            event.stop()
            event.prevent_default()

    class Around(App[None]):
        def compose(self) -> ComposeResult:
            yield First()

        def on_key(self, event: Key) -> None:
            seen.append(f"app {event.key}")

    async with Around().run_test() as pilot:
        await pilot.press("x")
    assert seen == ["x"]


class _Marking(private.OpenParser):
    """Reads every sequence as the key `marked`."""

    def keys_of(self, sequence: str, alt: bool) -> Iterable[Key]:
        return [Key(f"marked+{sequence}", None)] if sequence == "x" else super().keys_of(sequence, alt)


def test_a_driver_reads_with_a_parser_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    read = _Marking().feed("xy")
    assert [event.key for event in read if isinstance(event, Key)] == ["marked+x", "y"]
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)
    private.parse_with(_Marking)
    assert linux_driver.XTermParser is _Marking


def test_bytes_that_are_no_text_do_not_end_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_driver, "getincrementaldecoder", linux_driver.getincrementaldecoder)
    private.decode_leniently(linux_driver.LinuxDriver)
    assert linux_driver.getincrementaldecoder("utf-8")().decode(b"a\xffb") == "a\ufffdb"
    # A driver that decodes nothing is left as it is.
    private.decode_leniently(HeadlessDriver)


async def test_the_output_of_a_driver_is_wrapped() -> None:
    driver = linux_driver.LinuxDriver(App())
    file = driver._file
    private.wrap_output(driver, lambda written: ("ours", written))
    assert driver._file == ("ours", file)
    none = HeadlessDriver(App())
    private.wrap_output(none, lambda written: ("ours", written))
    assert not hasattr(none, "_file")


async def test_the_keymap_of_the_user_is_found() -> None:
    app = KitApp()
    async with app.run_test():
        assert private.keymap_of(app) == {}
        app.set_keymap({"rows.down": "f20"})
        assert private.keymap_of(app)["rows.down"] == "f20"


def test_the_name_of_a_key() -> None:
    assert [private.key_of(character) for character in "a/ "] == ["a", "slash", "space"]


def test_the_names_of_documents_and_edits() -> None:
    document = Document("one\ntwo")
    assert document._lines == ["one", "two"]
    assert document._newline == "\n"
    wrapped = WrappedDocument(document)
    assert wrapped.document is document
    assert DocumentNavigator(wrapped).get_location_below((0, 1)) == (1, 1)
    assert document.replace_range((0, 0), (0, 3), "x").replaced_text == "one"
    assert Edit("x", (0, 0), (0, 0), False).text == "x"
    assert Selection.cursor((0, 1)).is_empty


def test_no_other_module_of_the_kit_uses_a_private_part() -> None:
    folder = Path(abtui.tui.kit.__file__).parent
    for path in folder.glob("*.py"):
        if path.name != "private.py":
            text = path.read_text()
            assert not re.search(r"from textual\S*\._\w+ import", text), path
            assert not re.search(r"(?<!self)(?<!cls)(?<!\w\.)\b(app|screen|widget|strip|bar)\._[a-z]", text), path


class _Row(Widget):
    """Counts how often it is drawn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.drawn = text, 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return Strip([Segment(f"{self.text}{y}".ljust(self.size.width))])


class _Pairs(App[None]):
    """Rows in containers, and one that lies over others."""

    CSS = """
    Screen { layers: low high; }
    Horizontal { height: 3; }
    _Row { width: 1fr; height: 3; }
    #over { layer: high; width: 3; height: 2; offset: 3 1; }
    """

    def compose(self) -> ComposeResult:
        self.rows = [_Row(name) for name in "abcd"]
        yield Vertical(Horizontal(*self.rows[:2]), Horizontal(*self.rows[2:]))
        over = _Row("over")
        over.id = "over"
        self.rows.append(over)
        yield over


class _Sparing(_Pairs):
    """The same, drawn sparingly."""

    def get_default_screen(self) -> Screen[None]:
        screen: Screen[None] = Screen()
        private.draw_sparingly(screen)
        return screen


async def test_a_screen_drawn_sparingly_looks_the_same() -> None:
    pictures = []
    for app in (_Pairs(), _Sparing()):
        async with app.run_test(size=(20, 8)) as pilot:
            for text, row in zip("ABC", app.rows, strict=False):
                row.text = text
                row.refresh(Region(0, 1, 20, 1))
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            pictures.append([strip.text for strip in strips])
    assert pictures[0] == pictures[1]
    assert any("over1" in row or "ove" in row for row in pictures[0])


async def test_only_what_changed_is_drawn() -> None:
    app = _Sparing()
    async with app.run_test(size=(20, 8)) as pilot:
        for row in app.rows:
            row.drawn = 0
        app.rows[0].refresh(Region(0, 0, 20, 1))
        app.rows[3].refresh(Region(0, 2, 20, 1))
        await pilot.pause()
        assert [row.drawn for row in app.rows] == [1, 0, 0, 1, 0]


async def test_nothing_is_painted_while_it_is_held() -> None:
    app = _Sparing()
    async with app.run_test(size=(20, 8)) as pilot:
        compositor = app.screen._compositor
        assert isinstance(compositor, private.SparingCompositor)
        compositor.held = True
        drawn = app.rows[0].drawn
        app.rows[0].refresh()
        await pilot.pause()
        assert app.rows[0].drawn == drawn
        private.paint_held(app.screen)
        await painted(pilot)
        assert app.rows[0].drawn == drawn + 3


class _Early(Widget):
    """A widget with two component classes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"part--one", "part--other"}
    DEFAULT_CSS = """
    _Early { & .part--one { color: red; } & .part--other { color: blue; } &.-on .part--one { color: green; } }
    """


class _Late(_Early, private.LateStyles):
    """The same, with late styles."""


async def test_late_styles_are_those_of_any_widget_and_made_when_asked_for() -> None:
    early, late = _Early(), _Late()
    async with KitApp(early, late).run_test() as pilot:
        before = early.get_component_styles("part--one").color
        assert not late._component_styles
        assert late.get_component_styles("part--one").color == before
        assert [*late._component_styles] == ["part--one"]
        for widget in (early, late):
            widget.add_class("-on")
        await pilot.pause()
        assert late.get_component_styles("part--one").color == early.get_component_styles("part--one").color != before
        with pytest.raises(KeyError):
            late.get_component_styles("part--none")


class _Drawn(private.SelfDrawn, _Row):
    """A row that draws itself, in a colour."""

    def render_line(self, y: int) -> Strip:
        return super().render_line(y).apply_style(Style(color="#ff0000"))


class _AllDrawn(_Sparing):
    """The same rows, all of which draw themselves; the second has room around it."""

    CSS = f"{_Pairs.CSS} _Drawn {{ width: 1fr; height: 3; }} #padded {{ padding: 0 1; }}"

    def compose(self) -> ComposeResult:
        self.rows = [_Drawn(name) for name in "abcd"]
        self.rows[1].id = "padded"
        yield Vertical(Horizontal(*self.rows[:2]), Horizontal(*self.rows[2:]))
        self.rows.append(_Drawn("over"))
        self.rows[-1].id = "over"
        yield self.rows[-1]


async def test_widgets_that_draw_themselves_look_as_any() -> None:
    pictures = []
    for app in (_AllDrawn(), _Pairs()):
        async with app.run_test(size=(20, 8)) as pilot:
            if isinstance(app, _Pairs) and not isinstance(app, _AllDrawn):
                app.rows[1].styles.padding = (0, 1)
            for text, row in zip("ABCD", app.rows, strict=False):
                row.text = text
                row.refresh()
            await pilot.pause()
            pictures.append([strip.text for strip in app.screen._compositor.render_strips()])
    assert pictures[0] == pictures[1]


async def test_of_widgets_that_draw_themselves_one_wakes_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    app = _AllDrawn()
    async with app.run_test(size=(20, 8)) as pilot:
        await painted(pilot)
        for row in app.rows:
            row.drawn = 0
        woken: list[Message] = []
        post = app.screen.post_message

        def counted(message: Message) -> bool:
            woken.append(message)
            return post(message)

        monkeypatch.setattr(app.screen, "post_message", counted)
        for row in app.rows[:3]:
            row.refresh(Region(0, 0, 10, 1))
        await painted(pilot)
        assert [message.widget for message in woken if isinstance(message, Update)] == [app.rows[0]]
        assert [row.drawn for row in app.rows] == [1, 1, 1, 0, 0]
        app.rows[2].refresh(Region(0, 0, 10, 1))
        await painted(pilot)
        assert [row.drawn for row in app.rows] == [1, 1, 2, 0, 0]


async def test_a_widget_that_draws_itself_knows_where_it_is() -> None:
    app = _AllDrawn()
    async with app.run_test(size=(20, 8)) as pilot:
        row = app.rows[3]
        assert _Drawn("x").region == Region()
        assert row.region == Region(10, 3, 10, 3)
        app.rows[2].styles.width = 4
        await pilot.pause()
        assert row.region == Region(4, 3, 16, 3)
        row.display = False
        await pilot.pause()
        assert row.region == Region()


@pytest.mark.parametrize("no_color", [False, True])
async def test_what_draws_itself_is_without_colours_where_none_are_wanted(
    monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", "1") if no_color else monkeypatch.delenv("NO_COLOR", raising=False)
    app = _AllDrawn()
    async with app.run_test(size=(20, 8)):
        (segment, *_) = app.screen._compositor.render_strips()[0]
        assert segment.style is not None
        assert segment.style.color is not None
        assert (segment.style.color.triplet == ColorTriplet(255, 0, 0)) is not no_color


async def test_what_was_held_is_painted_once_if_it_is_laid_out_first() -> None:
    app = _AllDrawn()
    async with app.run_test(size=(20, 8)) as pilot:
        compositor = app.screen._compositor
        assert isinstance(compositor, private.SparingCompositor)
        await painted(pilot)
        compositor.held = True
        app.rows[0].drawn = 0
        app.screen.refresh(layout=True)
        await painted(pilot)
        app.screen.refresh(layout=True)
        private.paint_held(app.screen)
        await painted(pilot)
        assert app.rows[0].drawn == 3
