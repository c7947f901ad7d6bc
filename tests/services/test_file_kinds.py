"""Which file is the config: told by its content, wherever it stands, and whatever it is called."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from abtui.services.errors import FileError
from abtui.services.file_kinds import is_config, split_paths

YAML = "destination: classic\nsettings:\n  environment: staging\n"
EVENT = '{"type":"track","event":"A","userId":"u1"}'
README = "# A tool\n\nSee what it does:\n\n```yaml\ndestination: classic\nsettings: {}\n```\n"

CONFIGS: dict[str, tuple[str, str | bytes]] = {
    "the usual": ("config.yaml", YAML),
    "another name": ("settings.txt", YAML),
    "no name to speak of": ("c2", f"# ours\n---\n{YAML}"),
    "with a mark and CRLF": ("a.conf", b"\xef\xbb\xbf" + YAML.replace("\n", "\r\n").encode()),
    "other sections first": ("a.txt", "targets:\n  a: {}\ncatalog:\n- x\n'settings':\n  a: 1\n"),
    "settings alone": ("a.txt", "settings: {environment: staging}"),
    "broken further down": ("a.txt", f"{YAML}  goalMapping: [\nnothing: that: fits\n}} at all"),
    "JSON": ("config.json", '{"destination": "classic", "settings": {"environment": "staging"}}'),
    "YAML in braces": ("config.json", "{ destination: classic, settings: {environment: staging} }"),
    "Terraform": ("a.txt", '# ours\nresource "segment_destination" "a" {\n}\n'),
    "Terraform, broken, by its name": ("main.tf", "resorce x {"),
    "an answer of Segment": ("a.json", '{"data": {"destinations": [{"name": "Slack", "settings": {}}]}}'),
    "a long answer of Segment": (
        "a.json",
        '{"data": {"destinations": [' + '{"settings": {"a": "b"}},' * 9000 + "{}]}}",
    ),
    "a list of destinations": ("a.json", '[{"name": "AB Smartly", "settings": {"collectorEndpoint": "x"}}]'),
    "settings as JSON in a text": ("a.json", '{"settings": "{\\"collectorEndpoint\\": \\"x\\"}"}'),
    "bare settings with labels": ("a.json", '{"Collector Endpoint": "x"}'),
    "a state of Terraform": ("a.json", '{"format_version": "1.0", "terraform_version": "1.7.0", "values": {}}'),
    "empty, by its name": ("config.yaml", ""),
    "broken in its first line, by its name": ("config.yml", "@ destination\n"),
}
EVENTS: dict[str, tuple[str, str | bytes]] = {
    "JSON": ("events.json", EVENT),
    "JSON Lines": ("events.jsonl", f"{EVENT}\n{EVENT}\n"),
    "an event with settings": ("a.json", '{"type": "track", "settings": {}, "destination": "x"}'),
    "a destination tester's input": (
        "a.json",
        Path(__file__).parent.parent.joinpath("data/configs/payload-mapping.json").read_bytes(),
    ),
    "an event that names the setting": ("a.json", '{"properties": {"collectorEndpoint": "x"}, "type": "track"}'),
    "a line of code with a module": ("a.js", 'import { Analytics } from "x"\nanalytics.track("A")\n'),
    "a tester's input": ("a.json", '{"payload": {"type": "track"}, "settings": {"environment": "staging"}}'),
    "a transformer's input": ("a.json", '{"message": {"type": "track"}, "destination": {"Config": {}}}'),
    "JSON that is called YAML": ("events.yaml", EVENT),
    "a list of events as YAML": ("events.yaml", "- type: track\n  event: A\n"),
    "a document that quotes a config": ("README.md", README),
    "a line of code": ("a.js", 'analytics.track("A")\n'),
    "an archive": ("a.gz", gzip.compress(YAML.encode())),
    "an archive that is called YAML": ("a.yaml", gzip.compress(EVENT.encode())),
    "nothing": ("a.json", ""),
    "not text": ("a.bin", b"\xff\xfe\x00destination: \x00"),
    "deep": ("deep.json", "{" * 50_000),
}


@pytest.mark.parametrize("case", CONFIGS)
def test_a_config(case: str, tmp_path: Path) -> None:
    assert is_config(written(tmp_path, *CONFIGS[case]))


@pytest.mark.parametrize("case", EVENTS)
def test_a_file_of_events_is_not_taken_for_a_config(case: str, tmp_path: Path) -> None:
    assert not is_config(written(tmp_path, *EVENTS[case]))


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_it_may_stand_anywhere_and_only_one_may(tmp_path: Path) -> None:
    config, events = written(tmp_path, "c", YAML), written(tmp_path, "e.json", EVENT)
    empty = written(tmp_path, "empty.yaml", "")
    assert split_paths([]) == (None, ())
    assert split_paths([events, config, "-"]) == (config, (events, "-"))
    assert split_paths([events, str(tmp_path)]) == (None, (events, str(tmp_path)))
    assert split_paths([config, config, events]) == (config, (events,))
    assert split_paths([empty, config]) == (config, (empty,)), (
        "what is one by its content goes before what has its name"
    )
    other = written(tmp_path, "d", YAML)
    with pytest.raises(FileError, match="are both configs") as failed:
        split_paths([config, events, other])
    assert f"abtui diff {config} {other}" in failed.value.hint


def test_two_configs_are_named_as_text(tmp_path: Path) -> None:
    paths = [written(tmp_path, name, YAML) for name in ("a\x1b[2J", "b\udcff")]
    with pytest.raises(FileError) as failed:
        split_paths(paths)
    for said in (failed.value.message, failed.value.hint):
        assert "a\\u001b[2J" in said
        assert "b\\xff" in said
        assert said.isprintable()


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    paths = [str(pipe), str(tmp_path), str(tmp_path / "missing.yaml"), "-", "\0"]
    assert split_paths(paths) == (None, tuple(paths))
