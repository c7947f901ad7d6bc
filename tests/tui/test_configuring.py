"""The config: what it does while it is edited, what is wrong with it, and its files."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.widgets import Input

from abtui.tui import themes
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.dialogs.questions import ConfirmQuit
from abtui.tui.screens.config.effect import EffectPanel
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, event, until
from tests.tui.kit import mapped, notes, of_config, paste, payload, replace_config, workbench

CATALOG = "catalog: { goals: [purchase, signup], units: [user_id], environments: [staging], applications: [website] }\n"
MAP = "  goalMapping:\n    Order Completed: purchase\n    Never Sent: nothing\n"
KNOWN = CONFIG.replace("  goalMapping: { Order Completed: purchase }\n", MAP) + CATALOG
BROKEN = KNOWN.replace("Order Completed: purchase", "Order Completed purchase")


async def compared(pilot: Pilot[int], screen: Workbench) -> EffectPanel:
    """What the config does, once all events are compared and counted."""
    state = screen.state
    await until(
        pilot, lambda: state.review.usage is not None and (not state.session.modified or state.effect.share == 1)
    )
    return of_config(screen).effect


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(KNOWN)
    return path


def line_of(screen: Workbench, text: str) -> int:
    return next(at for at, line in enumerate(screen.state.session.text.split("\n"), 1) if text in line)


def drawn(screen: Workbench) -> list[str]:
    editor = of_config(screen).editor
    return [editor.render_line(y).text.rstrip() for y in range(editor.size.height)]


# What it does


async def test_each_line_says_what_it_does_and_what_is_new(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await pilot.press("3")
        await compared(pilot, screen)
        editor = of_config(screen).editor
        assert editor.lens_at(line_of(screen, "Order Completed")) == "● 2 events"
        assert editor.lens_at(line_of(screen, "Never Sent")) == "○ no event"
        await replace_config(pilot, screen, KNOWN.replace("    Never Sent", "    Signed Up: signup\n    Never Sent"))
        await compared(pilot, screen)
        assert editor.lens_at(line_of(screen, "Never Sent")) == "○ no event", "it moves with its line"
        added = line_of(screen, "Signed Up")
        assert editor.lens_at(added) == "● 1 event, new"
        assert f"{added} +     Signed Up: signup" in drawn(screen)[added - 1]
        assert drawn(screen)[added - 1].endswith("● 1 event, new"), "at the end of the line"
        assert of_config(screen).head.said.endswith(
            "config.yaml, 1 line not saved:  ● 1 more event arrives, none is lost"
        )
        # A long text has no room for a lens, and only the cursor's line has one on a tiny screen.
        long = "Signed Up: signup" + "p" * 60
        await replace_config(pilot, screen, screen.state.session.text.replace("Signed Up: signup", long))
        await compared(pilot, screen)
        assert "new" not in drawn(screen)[added - 1]


async def test_the_line_of_the_cursor_can_be_read_with_16_colours(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await pilot.press("3")
        await compared(pilot, screen)
        screen.app.theme = themes.SIXTEEN
        await pilot.pause()
        editor = of_config(screen).editor
        editor.goto(line_of(screen, "Never Sent"))
        palette = themes.PALETTES[themes.SIXTEEN]
        raised, front = (Color.parse(name).rich_color for name in (palette.raised, palette.on_raised))
        strip = editor.render_line(editor.cursor_location[0])
        told = [
            segment for segment in strip if segment.text.strip() and segment.style and segment.style.bgcolor == raised
        ]
        assert "Never Sent" in "".join(segment.text for segment in told)
        assert {segment.style.color for segment in told if segment.style} == {front}


async def test_on_a_tiny_screen_only_the_line_of_the_cursor_has_a_lens(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(60, 18)) as (pilot, screen):
        await pilot.press("3")
        await compared(pilot, screen)
        screen.state.config.go_to_line(line_of(screen, "Never Sent"))
        await pilot.pause()
        assert [line for line in drawn(screen) if line.endswith("event")] == [
            line for line in drawn(screen) if "Never Sent" in line
        ]


async def test_moves_are_told_with_the_lines_that_do_it(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await pilot.press("3")
        text = KNOWN.replace("PageViewTracking: true", "PageViewTracking: false").replace(
            "Completed: p", "Completed: x"
        )
        await replace_config(pilot, screen, text)
        effect = await compared(pilot, screen)
        rows = effect.rows.text
        assert "● arrives ━━▶ ○ ignored" in rows
        assert "Order Completed → xurchase" in rows
        assert "enablePageViewTracking" in rows
        assert "lost" in of_config(screen).head.said
        assert f"line {line_of(screen, 'xurchase')}" in [row.right for row in effect.rows._rows]
        effect.rows.focus()
        await pilot.press("home", "enter")
        assert screen.focused is of_config(screen).editor
        assert of_config(screen).editor.cursor_location[0] + 1 == line_of(screen, "xurchase")
        # As it was saved: nothing is told.
        await replace_config(pilot, screen, KNOWN)
        await compared(pilot, screen)
        assert "━━▶" not in effect.rows.text
        assert of_config(screen).head.said == "Config  config.yaml, saved"


async def test_what_stands_at_the_right_of_the_effect_has_its_room(config: Path, tmp_path: Path) -> None:
    path, long = tmp_path / "pages.jsonl", "A page with a long name"
    path.write_text("\n".join([event(type="page", name="Home", event=...), event(event=long, messageId="m2")]))
    async with workbench(config, path, size=(120, 35)) as (pilot, screen):
        await pilot.press("3")
        text = KNOWN.replace("PageViewTracking: true", "PageViewTracking: false")
        await replace_config(pilot, screen, text.replace("    Never Sent", f"    {long}: signup\n    Never Sent"))
        panel = await compared(pilot, screen)
        await until(pilot, lambda: "signup" in panel.rows.text)
        rows = [panel.rows.render_line(y).text.strip() for y in range(panel.rows.size.height)]
        line = line_of(screen, "PageViewTracking")
        assert rows.index(f"line {line}: true, now false") == rows.index("enablePageViewTracking") + 1
        assert f"{long} → …  line {line_of(screen, long)}" in rows
        assert panel.rows.region.right == panel.region.right


async def test_without_room_beside_the_effect_is_one_line(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("3")
        part = of_config(screen)
        assert not part.effect.display or not part.effect.region
        await replace_config(pilot, screen, KNOWN.replace("Completed: p", "Completed: x"))
        await compared(pilot, screen)
        part.editor.goto(1)
        await pilot.pause()
        assert "lost" in part.line.render_line(0).text
        # On a line with a finding it is that finding.
        part.editor.goto(line_of(screen, "xurchase"))
        await pilot.pause()
        assert "which is not in `cat…" in part.line.render_line(0).text


async def test_the_config_maps_as_it_is_typed(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("3")
        editor, session = of_config(screen).editor, screen.state.session
        editor.move_cursor((line_of(screen, "Order Completed") - 1, len("    Order Completed: purchase")))
        await pilot.press(*"xy")
        assert payload(screen)["goals"][0]["name"] == "purchasexy"
        await replace_config(pilot, screen, KNOWN.replace("unitMapping", "unitMaping"))
        rows = of_config(screen).effect.rows
        await until(pilot, lambda: any(item.code == "CONFIG-MISSING" for item in rows.findings))
        assert payload(screen)["goals"][0]["name"] == "purchasexy", "the last good config stays in use"
        await replace_config(pilot, screen, KNOWN.replace("PageViewTracking: true", "PageViewTracking: false"))
        await mapped(pilot, screen)
        assert screen.state.corpus.counts["never-leaves"] == 2
        assert config.read_text() == KNOWN, "nothing is written unasked"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: config.read_text() != KNOWN)
        assert not session.modified
        # Every change is one step back, from every screen.
        await pilot.press("escape", "u", "u")
        assert "unitMaping" not in editor.text
        assert "purchasexy" in editor.text
        await pilot.press("u")
        assert editor.text == session.text == KNOWN
        await pilot.press("u")
        assert "no change to the config to undo" in notes(screen)


# A mistake


async def test_a_mistake_is_told_at_its_line_with_what_mends_it(config: Path, events: Path) -> None:
    config.write_text(BROKEN)
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await until(pilot, lambda: screen.state.screen == "config")
        editor, at = of_config(screen).editor, line_of(screen, "Order Completed purchase")
        await until(pilot, lambda: editor.note is not None and len(editor.note.rows) == 2)
        rows = drawn(screen)
        assert "A colon is missing" in rows[at]
        assert "Alt+.  Put it in: Order Completed: purchase" in rows[at + 1]
        assert rows[at + 2].lstrip().startswith(str(at + 1)), "the text goes on below"
        assert rows[at + 2].endswith("not read")
        assert of_config(screen).head.said.startswith(f"The config cannot be read:  line {at}.")
        assert f"until line {at} is fixed" in of_config(screen).effect.plate.render_line(1).text
        # The cursor and the mouse know the rows that hold no text.
        editor.goto(at)
        await pilot.press("down")
        assert editor.cursor_location[0] == at
        await pilot.click(editor, offset=(12, at + 3))
        assert editor.cursor_location[0] == at + 1
        await pilot.press("alt+full_stop")
        assert screen.state.session.text == KNOWN
        await until(pilot, lambda: editor.note is None)
        assert screen.state.config.mistake is None
        await pilot.press("escape", "u")
        assert screen.state.session.text == BROKEN


async def test_a_mistake_is_told_in_the_room_that_there_is(config: Path, events: Path) -> None:
    config.write_text(BROKEN)
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await until(pilot, lambda: screen.state.screen == "config")
        editor = of_config(screen).editor
        await until(pilot, lambda: editor.note is not None and len(editor.note.rows) == 2)
        await pilot.resize_terminal(44, 30)
        await until(pilot, lambda: editor.note is not None and len(editor.note.rows) > 2)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: editor.note is not None and len(editor.note.rows) == 2)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)])
async def test_what_mends_a_mistake_is_in_view_filled_once_and_can_be_clicked(
    config: Path, events: Path, size: tuple[int, int]
) -> None:
    filler = "\n".join(f"    Name {number}: goal" for number in range(30))
    config.write_text(BROKEN.replace("  goalMapping:", f"  goalMapping:\n{filler}"))
    async with workbench(config, events, size=size) as (pilot, screen):
        await until(pilot, lambda: screen.state.screen == "config")
        part = of_config(screen)
        await until(pilot, lambda: any("Alt+." in row for row in drawn(screen)))
        told = "Alt+.  Put it in: Order Completed: purchase"
        [row] = [at for at, text in enumerate(drawn(screen)) if told in text]
        accent = part.editor.app.theme_variables["accent"]
        strips = [
            *part.editor.render_lines(part.editor.size.region),
            *part.effect.rows.render_lines(part.effect.rows.size.region),
        ]
        filled = [
            segment.text
            for strip in strips
            for segment in strip
            if segment.style
            and segment.style.bgcolor
            and segment.style.bgcolor.name == accent
            and len(segment.text) > 1
        ]
        assert filled == [f" {told} "]
        await pilot.click(part.editor, offset=(drawn(screen)[row].index(told) + 3, row))
        await until(pilot, lambda: screen.state.config.mistake is None)


async def test_enter_beside_the_editor_mends_and_in_it_is_a_new_line(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await pilot.press("3")
        await replace_config(pilot, screen, BROKEN)
        part = of_config(screen)
        await until(pilot, lambda: "Put it in" in part.effect.rows.text)
        assert "before the mistake" in part.head.said
        assert payload(screen)["goals"][0]["name"] == "purchase", "what was known stays"
        part.effect.rows.focus()
        await pilot.press("home", "enter")
        assert screen.state.session.text == KNOWN
        part.editor.focus()
        await pilot.press("enter")
        assert screen.state.session.text.count("\n") == KNOWN.count("\n") + 1


async def test_a_config_with_errors_opens(config: Path, events: Path) -> None:
    config.write_text("settings: {environment: staging}")
    async with workbench(config, events) as (pilot, screen):
        assert screen.state.screen == "config"
        assert screen.state.config.mistake is not None
        assert any(item.code == "CONFIG-MISSING" for item in of_config(screen).effect.rows.findings)
        assert of_config(screen).head.said.startswith("The config cannot be used:")
        await replace_config(pilot, screen, KNOWN)
        await mapped(pilot, screen)
        assert payload(screen)["goals"][0]["name"] == "purchase"


async def test_a_line_is_fixed_by_its_key(config: Path, events: Path) -> None:
    config.write_text(KNOWN.replace("unitMapping", "Unit Mapping"))
    async with workbench(config, events, size=(120, 40)) as (pilot, screen):
        await pilot.press("3")
        editor = of_config(screen).editor
        editor.goto(line_of(screen, "Unit Mapping"))
        await pilot.press("alt+full_stop")
        fixed = screen.state.session.text
        editor.goto(1)
        await pilot.press("alt+full_stop")
        assert screen.state.session.text == fixed
        assert "Nothing about line 1 is certain" in notes(screen)


# Files


async def test_a_change_on_disk_maps_anew(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        turns = count()

        def followed() -> bool:
            # Again and again: when a watcher begins to look is nobody's promise.
            if next(turns) % 20 == 0:
                config.write_text(KNOWN.replace("Completed: purchase", "Completed: from disk"))
            return bool(payload(screen)["goals"][0]["name"] == "from disk")

        await until(pilot, followed)
        assert not screen.state.session.modified
        await pilot.press("3", "u")
        await replace_config(pilot, screen, KNOWN.replace("Completed: purchase", "Completed: mine"))
        config.write_text(KNOWN.replace("Completed: purchase", "Completed: theirs"))
        await until(pilot, lambda: "Your changes are kept" in notes(screen))
        assert payload(screen)["goals"][0]["name"] == "mine", "unsaved text is not overwritten"


async def test_events_pasted_into_the_config_are_events(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("f5")
        await until(pilot, lambda: screen.focused is of_config(screen).editor)
        await paste(pilot, "# a note\n")
        assert screen.state.session.modified
        await paste(pilot, event(event="Into the config"))
        await until(pilot, lambda: len(screen.state.corpus) == 5)
        assert "Into the config" not in screen.state.session.text
        assert payload(screen)["goals"][0]["name"] == "Into the config"
        assert screen.state.screen == "events", "what was pasted is in view"


async def test_opening_a_broken_config_puts_the_old_one_out_of_use(config: Path, events: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("settings: {environment: staging}")
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(broken)
        await pilot.press("enter")
        await until(pilot, lambda: screen.state.session.path == str(broken))
        assert screen.state.session.target is None
        assert screen.state.screen == "config"
        assert of_config(screen).editor.text == broken.read_text()
        await pilot.press("escape", "u")
        assert "no change to the config to undo" in notes(screen), "another file's text is no change"


async def test_a_new_config_begins_where_it_has_to_be_filled_in(events: Path) -> None:
    async with workbench(None, events) as (pilot, screen):
        await pilot.press("C")
        await until(pilot, lambda: screen.focused is of_config(screen).editor)
        editor = of_config(screen).editor
        assert "collectorEndpoint:" in editor.document[editor.cursor_location[0]]
        assert "a new config" in of_config(screen).head.said
        await pilot.press("escape", "C")
        assert editor.text == screen.state.session.text, "there is one already"


async def test_saving_over_a_file_asks(config: Path, events: Path) -> None:
    before = events.read_text()
    async with workbench(config, events) as (pilot, screen):
        screen.state.event.edit(event(event="Edited"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(events)
        await pilot.press("enter")
        await pilot.pause()
        assert events.read_text() == before
        await pilot.press("enter")
        await until(pilot, lambda: events.read_text() != before)
        assert not screen.state.corpus.edited


async def test_quitting_keeps_unsaved_work_unless_told(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("3", "x", "ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmQuit))
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmQuit))
        await pilot.click("#save")
        await until(pilot, lambda: pilot.app.return_value == 0)
        assert config.read_text().startswith("x")


async def test_quitting_with_nothing_unsaved(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _):
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.return_value == 0)


async def test_files_are_opened_from_a_dialog(config: Path, events: Path, tmp_path: Path) -> None:
    async with workbench(config) as (pilot, screen):
        for path in (events, tmp_path / "nowhere.json"):
            await pilot.press("o")
            await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
            pilot.app.screen.query_one(Input).value = str(path)
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
        await until(pilot, lambda: len(screen.state.corpus) == 4)
        await until(pilot, lambda: "nowhere.json does not exist" in notes(screen))
