"""What the screen says, as text, at the sizes people have. `pytest --snapshot-update` takes a change over; look at it first."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.app import App

from abtui.services.samples import sample_folder
from tests.tui.test_workbench import workbench

SAMPLES = sample_folder()


def screen_text(app: App[int]) -> str:
    """The characters on screen, row by row."""
    width, height = app.size
    rows = app.screen._compositor.render_strips(app.size)
    assert len(rows) == height
    return "\n".join("".join(segment.text for segment in row)[:width].rstrip() for row in rows)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files with the same short names everywhere, so that a screen does not show where the tests run."""
    (tmp_path / "config.yaml").write_text((SAMPLES / "config.yaml").read_text())
    for name in (
        "01-order-completed.json",
        "15-wrong-case.jsonl",
        "16-no-ids.json",
        "21-fails.jsonl",
        "24-broken.jsonl",
    ):
        (tmp_path / name).write_text((SAMPLES / name).read_text())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("size", "keys"),
    [
        ((80, 24), []),
        ((80, 24), ["f4"]),
        ((80, 24), ["end", "w"]),
        ((120, 35), []),
        ((120, 35), ["down", "f"]),
        ((160, 45), ["4"]),
        ((120, 35), ["question_mark"]),
    ],
    ids=["80-list", "80-payload", "80-why", "120-payload", "120-findings", "160-config", "120-keys"],
)
async def test_screen(size: tuple[int, int], keys: list[str], folder: Path, snapshot: SnapshotAssertion) -> None:
    events = [Path(name) for name in sorted(path.name for path in folder.iterdir()) if name != "config.yaml"]
    async with workbench(Path("config.yaml"), *events, size=size) as (pilot, _):
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.1)
        assert screen_text(pilot.app) == snapshot
