"""The themes: contrast as it is rendered, what 16 colours show, which theme is chosen for which terminal."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.command import CommandList
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

import abtui.tui
from abtui.tui import themes
from abtui.tui.app import WorkbenchApp
from abtui.tui.kit.event_list import EventList
from abtui.tui.kit.marks import LOOKS
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.tui.kit import workbench

_NOT_TEXT = frozenset(" ─│╭╮╰╯┌┐└┘━┃▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐▔▕▗▖▘▝▪▇▆▅")


def luminance(color: Color) -> float:
    """WCAG 2.2's relative luminance."""
    assert color.triplet is not None
    parts = [part / 255 for part in color.triplet]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """WCAG 2.2's contrast ratio of a style's text to its background."""
    assert style.color is not None
    assert style.bgcolor is not None
    front, back = style.color, style.bgcolor
    if style.reverse:
        front, back = back, front
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rendered(screen: Workbench) -> Iterator[Segment]:
    """All that the screen shows, as it goes to the terminal."""
    for strip in screen._compositor.render_strips(screen.size):
        background = screen.background_colors[1]
        for line_filter in (each for each in screen.app._filters if each.enabled):
            strip = strip.apply_filter(line_filter, background)
        yield from strip


def weakest(screen: Workbench) -> list[tuple[float, str]]:
    found = [
        (contrast(segment.style), segment.text.strip())
        for segment in rendered(screen)
        if segment.style is not None and set(segment.text) - _NOT_TEXT
    ]
    return sorted(found)


LEAST: Mapping[str, float] = {
    themes.DARK: 4.5,
    themes.LIGHT: 4.5,
    themes.CONTRAST_DARK: 7.0,
    themes.CONTRAST_LIGHT: 7.0,
}


async def test_text_has_contrast_in_every_theme() -> None:
    async with workbench(size=(140, 45)) as (pilot, screen):
        app = screen.app
        await until(pilot, lambda: screen.state.review.usage is not None)
        await pilot.press("down")
        for theme, least in LEAST.items():
            assert app.theme == theme
            assert [pair for pair in weakest(screen) if pair[0] < least] == [], theme
            # The next one, in the order of the key.
            await pilot.press("L")
        assert app.theme == themes.SIXTEEN
        await pilot.press("L", "l")
        assert app.theme == themes.LIGHT
        await pilot.press("e", "shift+down")
        for theme in (themes.LIGHT, themes.CONTRAST_DARK):
            app.theme = theme
            await pilot.pause()
            assert [pair for pair in weakest(screen) if pair[0] < LEAST[theme]] == [], theme

        # Of 16 colours none is computed, and none lies on itself.
        app.theme = themes.SIXTEEN
        for key in ("f2", "f3"):
            await pilot.press(key)
            await pilot.pause()
            styles = {segment.style for segment in rendered(screen) if segment.style and segment.text.strip()}
            colors = {color for style in styles for color in (style.color, style.bgcolor) if color is not None}
            assert {color.type for color in colors} <= {ColorType.DEFAULT, ColorType.STANDARD}
            assert all(style.color != style.bgcolor or style.color.is_default for style in styles if style.color)
            # The cursor's row stands out, in focus or not, and its text lies in one colour on it.
            row = screen.query_one(EventList).render_line(screen.query_one(EventList).cursor)
            styles = {segment.style for segment in row if segment.style}
            assert {style.bgcolor.number for style in styles if style.bgcolor} <= {7, 13}
            assert {style.color.number for style in styles if style.color} == {0}


@pytest.mark.parametrize("theme", LEAST)
def test_every_fate_has_contrast_on_whatever_it_lies(theme: str) -> None:
    app = WorkbenchApp(None, [], env={})
    app.theme = theme
    variables = app.get_css_variables()
    for fate, look in LOOKS.items():
        for surface in ("bg", "pane", "raised"):
            front, back = (Color.parse(variables[name]) for name in (look.role, surface))
            assert contrast(Style(color=front, bgcolor=back)) >= LEAST[theme], (fate, surface)


def _widgets(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _widgets(below)


async def test_with_sixteen_colours_the_palette_shows_where_it_is() -> None:
    async with workbench(size=(80, 24)) as (pilot, _screen):
        pilot.app.theme = themes.SIXTEEN
        await pilot.press("ctrl+p")
        await until(pilot, lambda: bool(pilot.app.screen.query(CommandList)))
        rows = pilot.app.screen.query_one(CommandList)
        await until(pilot, lambda: rows.highlighted == 0 and rows.option_count > 1)
        # The chosen command, the text below it, which has the colour of its row, and the next command.
        styles = [[segment.style for segment in rows.render_line(y) if segment.style] for y in range(3)]
        for row in styles[:2]:
            assert {(style.color.number, style.bgcolor.number) for style in row if style.color and style.bgcolor} == {(0, 7)}  # fmt: skip
        assert all(style.bgcolor is None or style.bgcolor.is_default for style in styles[2])


def test_every_theme_has_every_variable() -> None:
    """Of the app's stylesheet, of every widget's own, dialogs and the tour's caption too, and of styles in the code."""
    for module in pkgutil.walk_packages(abtui.tui.__path__, "abtui.tui."):
        importlib.import_module(module.name)
    own = {
        kind: css
        for kind in _widgets(DOMNode)  # type: ignore[type-abstract]
        if kind.__module__.startswith("abtui.") and (css := vars(kind).get("DEFAULT_CSS"))
    }
    assert {"Caption", "KeyBar", "Dialog"} <= {kind.__name__ for kind in own}
    root = Path(abtui.tui.__file__).parent
    styled = {
        name
        for path in root.rglob("*.py")
        for name in re.findall(r'(?<=[" ])\$([a-z]+(?:-[a-z]+)*)(?=[" ;])', path.read_text(encoding="utf-8"))
    }
    assert "text-muted" in styled
    app = WorkbenchApp(None, [], env={})
    sheet = (root / "abtui.tcss").read_text(encoding="utf-8")
    for theme in themes.CYCLE:
        app.theme = theme
        variables = app.get_css_variables()
        for css in (sheet, *own.values()):
            stylesheet = Stylesheet(variables=variables)
            stylesheet.add_source(css)
            stylesheet.parse()
        assert styled - set(variables) == set(), theme


@pytest.mark.parametrize(
    ("env", "few"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False),
        ({"TERM": "xterm"}, True),
        ({"TERM": "screen"}, True),
        ({"TERM": "xterm-16color"}, True),
        ({"TERM": "linux"}, True),
        ({"TERM": "tmux-256color"}, False),
        ({"TERM": "screen", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, False),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, True),
    ],
)
def test_the_first_theme_is_one_the_terminal_can_show(env: Mapping[str, str], few: bool) -> None:
    assert themes.has_few_colours(env) is few
    assert themes.first_theme(env) == (themes.SIXTEEN if few else themes.DARK)
    assert themes.first_theme({**env, "TEXTUAL_THEME": "nord"}) == "nord"
    assert themes.has_few_colours({"TERM": "xterm"}, legacy_windows=True)
