"""A file of Segment or Terraform as the config of the workbench: it is read, shown, and never written to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.kit import event, until
from tests.tui.kit import KEY, notes, of_config, paste, payload, workbench

FORMS = Path(__file__).parent.parent / "data" / "configs"


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "settings.tf"
    shutil.copyfile(FORMS / "settings.tf", path)
    return path


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.jsonl"
    path.write_text(event())
    return path


async def test_it_maps_and_is_not_edited_in_place(exported: Path, one: Path) -> None:
    before = exported.read_bytes()
    async with workbench(exported, one, size=(160, 40)) as (pilot, screen):
        session = screen.state.session
        assert payload(screen)["goals"][0]["name"] == "purchase"
        assert session.target is not None
        assert "only the mask" in session.target.no_key
        await pilot.press("3")
        editor = of_config(screen).editor
        assert editor.read_only
        editor.focus()
        await pilot.press("x", "delete")
        await paste(pilot, "environment: other\n")
        assert not screen.state.config.edit({("settings", "environment"): "other"}, "done")
        assert "A Terraform file is not edited in place." in notes(screen)
        assert "abtui init config.yaml --from-segment" in notes(screen)
        screen.state.show("config")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not session.modified
    assert exported.read_bytes() == before


async def test_its_form_shows_the_settings_and_says_why_they_stay(exported: Path, one: Path) -> None:
    async with workbench(exported, one, size=(160, 40)) as (pilot, screen):
        screen.state.config.show_form(True)
        form = of_config(screen).form
        await until(pilot, lambda: bool(form.form.fields))
        assert form.form.field("environment").value == "production"
        form.focus()
        await pilot.press("tab", "tab", "x")
        await pilot.pause()
        assert form.why_read_only.startswith("A Terraform file is not edited in place.")
        assert not screen.state.session.modified


async def test_a_text_that_replaces_it_is_saved_as_another_file(exported: Path, one: Path, tmp_path: Path) -> None:
    before = exported.read_bytes()
    async with workbench(exported, one) as (pilot, screen):
        session = screen.state.session
        screen.state.config.apply("destination: classic\nsettings: {}\n")
        assert session.modified
        assert session.own_path is None
        await pilot.press("ctrl+s")
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "PickPath")
    assert exported.read_bytes() == before


async def test_keys_of_other_destinations_are_not_shown(tmp_path: Path, one: Path) -> None:
    other = {"id": "1", "name": "Other", "settings": json.dumps({"apiKey": "other-key-1234567"})}
    own = {"id": "2", "name": "AB Smartly", "settings": json.dumps({"apiKey": KEY, "collectorEndpoint": "https://a.absmartly.io/v1", "environment": "e", "unitMapping": {"userId": "user_id"}})}  # fmt: skip
    path = tmp_path / "all.json"
    path.write_text(json.dumps({"destinations": [other, own]}, indent=1))
    async with workbench(path, one, size=(200, 40)) as (pilot, screen):
        await pilot.press("3")
        editor = of_config(screen).editor
        shown = "\n".join(editor.shown_line(row) for row in range(editor.document.line_count))
        assert "AB Smartly" in shown
        assert KEY not in shown
        assert "other-key" not in shown
