"""Which files have what came past Segment, told by how they begin."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from abtui.services.exposure_files import kind_of
from abtui.services.files import Source
from tests.core.experiment_cases import exposed
from tests.kit import event

BODY = exposed("u1")
FILES = {
    "events": (event(), "events"),
    "a list of events": (f"[{event()}]", "events"),
    "an event about a request": (event(properties={"request": BODY}), "events"),
    "bodies": (json.dumps(BODY) + "\n" + json.dumps(BODY), "exposures"),
    "a body over several lines": (json.dumps(BODY, indent=2), "exposures"),
    "a list of bodies": (json.dumps([BODY]), "exposures"),
    "requests": (json.dumps({"request": {"body": BODY}}), "exposures"),
    "requests that are bodies": (json.dumps({"request": BODY}), "exposures"),
    "what a collector got": (json.dumps({"accepted": [{"body": BODY}], "rejected": []}), "exposures"),
    "an export": ("\ufeffevent_type,unit_type,unit_uid\nexposure,user_id,u1\n", "exposures"),
    "an export as JSON": (json.dumps({"event_type": "exposure", "unit_type": "user_id"}), "exposures"),
    "a browser's record": (json.dumps({"log": {"version": "1.2", "entries": []}}), "both"),
    "nothing": ("", "events"),
    "no JSON": ('{"units": ', "events"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_told_by_its_beginning(name: str, tmp_path: Path) -> None:
    text, kind = FILES[name]
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert kind_of(Source(str(path), "file", None)) == kind


def test_a_packed_file_is_looked_into(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(json.dumps(BODY).encode()))
    assert kind_of(Source(str(packed), "file", None)) == "exposures"


def test_what_cannot_be_looked_at_is_left_to_the_reader_of_events(tmp_path: Path) -> None:
    for path in (str(tmp_path / "absent"), str(tmp_path)):
        assert kind_of(Source(path, "file", None)) == "events"
