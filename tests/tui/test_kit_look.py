"""The palettes, and the marks and rows that every screen is drawn with."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color
from textual.widgets import Static

from abtui.core.fate import FATES
from abtui.tui import themes
from abtui.tui.app import WorkbenchApp
from abtui.tui.kit.drawing import Piece, cut, lay, style_of, target_at, width_of
from abtui.tui.kit.marks import ASCII, LOOKS, UNICODE, Signs
from abtui.tui.kit.motion import can_move
from abtui.tui.kit.pictures import with_spaces
from tests.tui.kit_app import KitApp

SURFACES = ("bg", "pane", "raised")
TEXT = ("text", "soft", "accent", "arrives", "ignored", "refused", "never-leaves", "unknown")
FILLED = ("accent", "arrives", "ignored", "refused", "never-leaves", "unknown")
LEAST = {themes.DARK: 5.55, themes.LIGHT: 5.0, themes.CONTRAST_DARK: 7.4, themes.CONTRAST_LIGHT: 7.4}


def _luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(front: str, back: str) -> float:
    """WCAG 2.2's contrast ratio."""
    light, dark = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", LEAST)
def test_every_role_can_be_read_on_every_surface(theme: str) -> None:
    colours = themes.PALETTES[theme].variables()
    for role in TEXT:
        for surface in SURFACES:
            assert _contrast(colours[role], colours[surface]) >= LEAST[theme], (role, surface)
    for fill in FILLED:
        assert _contrast(colours["ink"], colours[fill]) >= LEAST[theme], fill
    # A rule is seen on a pane; on the gap between panes it stands only where both are one colour.
    assert _contrast(colours["rule"], colours["pane"]) >= 3.3
    assert colours["on-raised"] == colours["text"]


def test_roles_of_looks_and_surfaces_are_in_every_theme() -> None:
    app = WorkbenchApp(None, [], env={})
    named = {*TEXT, *SURFACES, "ink", "rule", "on-raised", *(look.role for look in LOOKS.values())}
    for theme in (*themes.CYCLE, "nord", "textual-light"):
        app.theme = theme
        assert named <= set(app.get_css_variables()), theme
    # In a theme of another hand, too, no role has a colour that is computed from what is behind it.
    assert app.get_css_variables()["text"] == themes.PALETTES[themes.LIGHT].text


def test_sixteen_colours_are_named_and_a_raised_row_is_in_one_colour() -> None:
    colours = themes.PALETTES[themes.SIXTEEN].variables()
    assert all(colour.startswith("ansi_") for colour in colours.values())
    variables = {**colours}
    styles = {style_of(variables, Piece("x", role, on="raised")) for role in TEXT}
    assert len(styles) == 1
    assert len({style_of(variables, Piece("x", role)).color for role in FILLED}) == len(FILLED)


def test_colour_is_never_the_only_sign() -> None:
    for signs in (UNICODE, ASCII):
        marks = [signs.mark(fate) for fate in LOOKS]
        assert len(set(marks)) == len(marks)
        assert all(cell_len(mark) == 1 for mark in marks)
    assert [fate for fate, look in LOOKS.items() if look.role == "arrives"] == ["arrives"]
    assert list(LOOKS)[: len(FATES)] == list(FATES)


def test_ascii_signs_are_ascii_and_as_wide() -> None:
    for name, sign in ASCII._asdict().items():
        if isinstance(sign, str):
            assert sign.isascii(), name
            assert name in ("becomes", "folded") or len(sign) == cell_len(getattr(UNICODE, name)), name
    assert ASCII.text("it has no goal “Order completed”…") == 'it has no goal "Order completed"~'
    assert ASCII.text("Größe → größe") == "Größe -> größe"
    assert UNICODE.text("a\nb\x1b") == "a b\\u001b"


@given(st.lists(st.tuples(st.integers(1, 12), st.text(max_size=20)), max_size=6), st.integers(1, 60))
def test_a_laid_row_never_is_wider_than_its_room(parts: list[tuple[int, str]], width: int) -> None:
    places, at = [], 0
    for step, text in parts:
        places.append((at, Piece(UNICODE.text(text))))
        at += step
    row = lay([place for place in places if place[0] < width], width, "…")
    assert width_of(row) <= width
    assert all(piece.text == UNICODE.text(piece.text) for piece in row)


@given(st.text(max_size=30), st.integers(0, 12))
def test_a_cut_text_fits(text: str, room: int) -> None:
    line = UNICODE.text(text)
    assert cell_len(cut(line, room, "…")) <= room
    if cell_len(line) <= room:
        assert cut(line, room, "…") == line


def test_a_huge_name_is_cut_without_being_measured() -> None:
    assert cut("x" * 60_000_000, 5, "~") == "xxxx~"
    assert len(UNICODE.text("é" * 60_000_000)) == 1000


def test_a_click_means_what_it_hits() -> None:
    row = [Piece("ab"), Piece("漢", target="wide"), Piece("c", target="last")]
    assert [target_at(row, x) for x in range(6)] == [None, None, "wide", "wide", "last", None]


@pytest.mark.parametrize("name", ["NO_MOTION", "SSH_CONNECTION", "SSH_TTY", "ASCIINEMA_REC"])
def test_nothing_moves_over_ssh_and_in_recordings(name: str) -> None:
    assert can_move({})
    assert not can_move({name: "1"})
    assert WorkbenchApp(None, [], env={name: "1"}).animation_level == "none"


def test_ascii_is_told_by_the_terminal_or_the_person() -> None:
    assert not WorkbenchApp(None, [], env={"TERM": "xterm-256color"}).ascii
    assert WorkbenchApp(None, [], env={"TERM": "linux"}).ascii
    assert WorkbenchApp(None, [], env={"LANG": "ja_JP.UTF-8"}).ascii
    assert WorkbenchApp(None, [], env={}, ascii=True).ascii
    assert isinstance(UNICODE, Signs)


def _texts(svg: str) -> Iterator[ET.Element]:
    return ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")


async def test_every_viewer_keeps_the_spaces_of_a_picture() -> None:
    app = KitApp(Static("<text a> & b  ", markup=False), Static("  two"))
    async with app.run_test(size=(30, 4)) as pilot:
        await pilot.pause()
        svg = with_spaces(app.export_screenshot())
    texts = list(_texts(svg))
    space = "{http://www.w3.org/XML/1998/namespace}space"
    assert len(texts) >= 2
    assert all(text.get(space) == "preserve" for text in texts)
    shown = "\n".join((text.text or "").replace("\xa0", " ") for text in texts)
    assert "<text a> & b" in shown
    assert "  two" in shown


async def test_the_workbench_saves_its_pictures_so() -> None:
    app = WorkbenchApp(None, [], env={})
    async with app.run_test(size=(80, 24)):
        svg = app.export_screenshot()
    assert svg.count("<text ") == svg.count('<text xml:space="preserve" ') > 0
