"""`abtui migrate`, as a shell sees it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from abtui.core.config.reader import read_config
from tests.cli.kit import KEY, ROOT, abtui

SAMPLE = ROOT / "sample_events/config.yaml"
CLASSIC = """\
# The shop.
destination: classic
settings:
  apiKey: ${SHOP_KEY:-none}
  collectorEndpoint: https://acme.absmartly.io/v1
  environment: ${STAGE:-staging}
  application: ${APP:-website}
  goalMapping: { 'Order "X"': purchase, Bought: purchase, Signed In: "${LOGIN:-login}", Experiment Viewed: seen }
  unitMapping: { userId: user_id }

# Known there.
catalog:
  goals: [purchase, login] # both
  units: [user_id]
# Where to.
targets:
  local: { collectorEndpoint: "http://127.0.0.1:8200/v1", apiKey: "${LOCAL_KEY}", application: other }
check: { failOn: warning }
"""
ORDER = '{"type": "track", "event": "Order \\"X\\"", "userId": "u", "properties": {}, "originalTimestamp": "2026-01-31T09:15:00.000Z", "sentAt": "2026-01-31T09:15:01.000Z", "timestamp": "2026-01-31T09:15:02.500Z"}\n'


def written(tmp_path: Path, text: str = CLASSIC) -> Path:
    path = tmp_path / "classic.yaml"
    path.write_text(text)
    return path


def test_to_standard_output_with_the_differences_beside_it(tmp_path: Path) -> None:
    done = abtui("migrate", written(tmp_path).name, cwd=tmp_path)
    text, said = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 0
    config = read_config(text, {"LOCAL_KEY": "k"}).config
    assert config is not None
    assert config.destination == "actions"
    subscriptions = {item["name"]: item["subscribe"] for item in config.lists["mappings"]}
    assert subscriptions == {
        "Goal purchase": 'type = "track" and (event = Order\\ \\"X\\" or event = "Bought") and userId != null',
        "Goal login": 'type = "track" and event = "Signed In" and userId != null',
        "Other track calls": 'type = "track" and event != Order\\ \\"X\\" and event != "Bought" and event != "Signed In"'
        ' and event != "Experiment Viewed" and userId != null',
    }
    assert config.lists["mappings"][0]["mapping"]["application"] == "website"
    assert 'apiKey: "${SHOP_KEY:-none}"' in text
    assert 'environment: "${STAGE:-staging}"' in text
    assert "${LOGIN:-login}" in text
    assert "# Known there.\ncatalog:\n  goals: [purchase, login] # both\n" in text
    assert 'targets:\n  local: {collectorEndpoint: http://127.0.0.1:8200/v1, apiKey: "${LOCAL_KEY}"}\n' in text
    assert "check: { failOn: warning }" in text
    for sentence in ("dates: ", "targets: the target `local` has no `application` of its own.", "identify: "):
        assert f"Not the same: {sentence}" in said
        assert f"# - {sentence}" in text
    assert "no units" not in said


def test_the_sample_config_is_proved(tmp_path: Path) -> None:
    done = abtui("migrate", str(SAMPLE), str(ROOT / "sample_events"), "-o", "actions.yaml", cwd=tmp_path)
    # One piece of the samples cannot be read.
    assert done.returncode == 1
    assert b"Goal purchase" in (tmp_path / "actions.yaml").read_bytes()
    assert b"compared with actions.yaml" in done.stdout
    assert b"actions.yaml was written." in done.stderr


def test_the_proof_is_beside_a_config_on_standard_output(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text(ORDER)
    done = abtui("migrate", written(tmp_path).name, "events.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    assert read_config(done.stdout.decode(), {"LOCAL_KEY": "k"}).config is not None
    assert b"classic.yaml compared with" in done.stderr


def test_a_file_is_overwritten_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text("mine")
    arguments = ("migrate", written(tmp_path).name, "-o", "new.yaml")
    done = abtui(*arguments, cwd=tmp_path)
    assert (done.returncode, (tmp_path / "new.yaml").read_text()) == (2, "mine")
    assert b"--force" in done.stderr
    assert abtui(*arguments, "--force", cwd=tmp_path).returncode == 0
    done = abtui("migrate", "classic.yaml", "-o", "classic.yaml", "--force", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "classic.yaml").read_text()) == (2, CLASSIC)
    assert "destination: actions" in (tmp_path / "new.yaml").read_text()


def test_a_config_on_standard_input(tmp_path: Path) -> None:
    done = abtui("migrate", "-", "-o", "-", stdin=CLASSIC.encode(), cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(b"# standard input (Segment's AB Smartly) for ABsmartly (Actions)")
    assert list(tmp_path.iterdir()) == []


def test_a_literal_key_is_told_nobody(tmp_path: Path) -> None:
    text = CLASSIC.replace("${SHOP_KEY:-none}", KEY).replace("Bought", f"Bought {KEY}")
    done = abtui("migrate", written(tmp_path, text).name, "-o", "new.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert KEY not in (done.stdout + done.stderr).decode()
    assert f"apiKey: {KEY}" in (tmp_path / "new.yaml").read_text()
    assert os.name != "posix" or (tmp_path / "new.yaml").stat().st_mode & 0o077 == 0, "only its owner may read it"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("destination: actions\nsettings: {apiKey: k, collectorEndpoint: 'https://a.b', environment: s}\n", "nothing to migrate to"),
        ("settings: [", "cannot be used as a config"),
        (ORDER, "it looks like events"),
    ],
)  # fmt: skip
def test_what_cannot_be_migrated(text: str, part: str, tmp_path: Path) -> None:
    done = abtui("migrate", written(tmp_path, text).name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert part in done.stderr.decode()


def test_what_the_config_shares_and_names_stays(tmp_path: Path) -> None:
    """Anchors are written out, a catalog in a file stays there, over 50 mappings are told."""
    (tmp_path / "catalog.yaml").write_text("goals: [a]\n")
    goals = {f"Event {number}": f"goal {number}" for number in range(50)}
    text = (
        f"destination: classic\nsettings:\n  collectorEndpoint: &to https://acme.absmartly.io/v1\n  environment: s\n"
        f"  unitMapping: {{userId: user_id}}\n  goalMapping: {json.dumps(goals)}\n"
        "targets: {one: {collectorEndpoint: *to}}\ncatalog: !file catalog.yaml\n"
    )
    done = abtui("migrate", written(tmp_path, text).name, cwd=tmp_path)
    assert done.returncode == 0
    assert b"targets:\n  one: {collectorEndpoint: https://acme.absmartly.io/v1}\n" in done.stdout
    assert b"catalog: !file catalog.yaml\n" in done.stdout
    assert b'apiKey: "${ABSMARTLY_API_KEY}"\n' in done.stdout, "classic maps without a key, Actions does not"
    assert b"Not the same: mappings: there are 51, and Segment allows 50." in done.stderr


@pytest.mark.parametrize(
    ("written_key", "mode"),
    [
        ("${SHOP_KEY}", 0o644),
        ("'a key \\ with ''quotes''\"'", 0o600),
        ('"\\x73ecret-\\u006bey-1"', 0o600),
        ("${SHOP_KEY:-secret-key-1}", 0o600),
    ],
)
@pytest.mark.parametrize("place", ["${SHOP_KEY:-none}", '"${LOCAL_KEY}"'])
def test_a_key_in_any_escapes_makes_the_file_private(tmp_path: Path, written_key: str, mode: int, place: str) -> None:
    text = CLASSIC.replace(place, f'"{written_key}"' if written_key[0] == "$" else written_key)
    path = written(tmp_path, text.replace("${SHOP_KEY:-none}", "${SHOP_KEY}"))
    old = os.umask(0o022)
    try:
        assert abtui("migrate", path.name, "-o", "new.yaml", cwd=tmp_path).returncode == 0
    finally:
        os.umask(old)
    assert (tmp_path / "new.yaml").stat().st_mode & 0o777 == mode


def test_a_byte_order_mark_before_a_section_that_is_carried_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffcatalog:\n  goals: [purchase]\n" + CLASSIC.partition("\n# Known")[0])
    done = abtui("migrate", path.name, cwd=tmp_path)
    assert read_config(done.stdout.decode(), {}).config is not None
    assert b"\ncatalog:\n  goals: [purchase]\n" in done.stdout


def test_who_opted_out_and_what_has_no_time_is_told_plainly(tmp_path: Path) -> None:
    said = abtui("migrate", written(tmp_path).name, cwd=tmp_path).stderr.decode()
    assert "integrations: events with `AB Smartly: false` will be sent: " in said
    assert "An event without `timestamp` has no times, and the collector refuses it." in said
