"""Configs in the forms in which Segment and Terraform give them: what is read, what is said of the rest, and where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import ConfigReading
from abtui.core.config.endpoint import blocks_sending
from abtui.core.config.form import read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.config.form_edit import edit_form, edit_settings
from abtui.core.config.migrated import migrated_config
from abtui.core.config.reader import read_config
from abtui.core.proven_fix import Fixer
from abtui.core.text.mask_keys import keys_in

FORMS = Path(__file__).parent.parent / "data" / "configs"
KEY = "sk-9f8e7d6c5b4a"
ENDPOINT = "https://acme.absmartly.io/v1"
GIVEN: dict[str, Any] = {
    "apiKey": KEY,
    "collectorEndpoint": ENDPOINT,
    "environment": "production",
    "application": "web",
    "unitMapping": {"userId": "user_id"},
    "goalMapping": {"Order Completed": "purchase"},
    "enablePageViewTracking": True,
}
TEXT = json.dumps(GIVEN)
OTHER = {"id": "1", "name": "Amplitude", "metadata": {"name": "Amplitude"}, "settings": {"apiKey": "amplitude-key-1"}}
OURS = {"id": "65a", "name": "AB Smartly", "metadata": {"name": "AB Smartly"}, "settings": GIVEN}
SUBSCRIPTION = {
    "id": "s1", "name": "Bought", "actionId": "a1", "actionSlug": "trackGoal", "destinationId": "7", "enabled": True,
    "trigger": 'event = "Bought"', "settings": {"name": "purchase", "units": {"user_id": {"@path": "$.userId"}}},
}  # fmt: skip
MAPPING = {"name": "Bought", "enabled": True, "subscribe": 'event = "Bought"', "partnerAction": "trackGoal", "mapping": SUBSCRIPTION["settings"]}  # fmt: skip
CONFIG_API = [{"name": f"workspaces/w/sources/js/destinations/absmartly/config/{name}", "display_name": name, "value": value} for name, value in GIVEN.items()]  # fmt: skip


def resource(settings: str, name: str = "AB Smartly", label: str = "ab", rest: str = "") -> str:
    return f'resource "segment_destination" "{label}" {{\n  name = "{name}"\n{rest}  settings = {settings}\n}}\n'


def quoted(text: str) -> str:
    """A text as a literal of HCL."""
    return json.dumps(text, ensure_ascii=False)


def hcl(value: Any) -> str:
    """A value as an expression of HCL."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"  {quoted(key)} = {hcl(member)}\n" for key, member in value.items()) + "}"
    return json.dumps(value)


FORMS_OF_ONE: dict[str, str] = {
    "an answer of the Public API": json.dumps({"data": {"destination": OURS}}),
    "a list of destinations": json.dumps({"data": {"destinations": [OTHER, OURS], "pagination": {}}}, indent="\t"),
    "destinations of sources": json.dumps({"sources": [{"name": "web", "destinations": [OTHER]}, {"name": "app", "settings": {"a": 1}, "destinations": [OURS]}]}),
    "the Config API": json.dumps({"destinations": [{"name": "workspaces/w/sources/js/destinations/absmartly", "display_name": "AB Smartly", "config": CONFIG_API}]}),
    "one destination": json.dumps(OURS),
    "settings as JSON text": json.dumps({**OURS, "settings": TEXT}),
    "settings as JSON text alone": json.dumps({"settings": TEXT}),
    "bare settings": "\ufeff" + TEXT,
    "labels": json.dumps({**OURS, "settings": {"API Key": KEY, "Collector Endpoint": ENDPOINT, "Environment": "production", "APPLICATION": "web", "Unit Mapping": {"userId": "user_id"}, "goal_mapping": {"Order Completed": "purchase"}, "EnablePageViewTracking": True}}),
    "maps as lists": json.dumps({**OURS, "settings": GIVEN | {"unitMapping": [{"key": "userId", "value": "user_id"}]}}),
    "maps as JSON text": json.dumps({**OURS, "settings": GIVEN | {"unitMapping": '{"userId": "user_id"}'}}),
    "another name": json.dumps({"data": {"destinations": [OTHER, {**OURS, "name": "Shop", "metadata": {"name": "?"}}]}}),
    "Terraform, JSON text": resource(quoted(TEXT)),
    "Terraform, CRLF": resource(quoted(TEXT)).replace("\n", "\r\n"),
    "Terraform, jsonencode": "# ours\n/* a\nb */\n" + resource(f"jsonencode({hcl(GIVEN)})"),
    "Terraform, here-document": resource(f"<<-EOT\n    {TEXT}\n  EOT"),
    "Terraform, locals": f'locals {{ env = "production" }}\nvariable "settings" {{ default = {hcl(GIVEN | {"environment": 0}).replace("= 0", "= local.env")} }}\n' + resource("jsonencode(var.settings)"),
    "Terraform, a module": f'module "shop" {{\n  source = "./absmartly"\n  settings = {hcl(GIVEN)}\n}}\n',
    "Terraform, among others": 'resource "segment_source" "web" { settings = jsonencode({ a = 1 }) }\n' + resource('"{}"', "Slack", "slack") + resource(quoted(TEXT)),
    "Terraform as JSON": json.dumps({"locals": {"e": "production"}, "resource": {"segment_destination": {"ab": {"name": "AB Smartly", "settings": "${jsonencode(" + hcl(GIVEN | {"environment": 0}).replace("= 0", "= local.e") + ")}"}}}}),
    "a state": json.dumps({"version": 4, "terraform_version": "1.7", "resources": [{"type": "segment_destination", "name": "ab", "instances": [{"attributes": {"id": "65a", "name": "AB Smartly", "settings": TEXT}}]}]}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS_OF_ONE)
def test_every_form_has_the_settings(form: str) -> None:
    reading = read_config(FORMS_OF_ONE[form], {})
    assert reading.config is not None, reading.findings
    assert {item.code for item in reading.findings} <= {"CONFIG-KEY-IN-FILE", "CONFIG-LABEL"}
    assert reading.config.destination == "classic"
    settings = dict(reading.config.settings)
    assert settings.pop("apiKey").reveal() == KEY
    assert {name: settings[name] for name in GIVEN if name != "apiKey"} == {name: value for name, value in GIVEN.items() if name != "apiKey"}  # fmt: skip
    assert reading.export
    assert KEY in keys_in(FORMS_OF_ONE[form], {})
    assert KEY not in repr(reading)


@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ("settings.tf", {("CONFIG-KEY-MASKED", 5, 15), ("CONFIG-APPLICATION", 5, 3)}),
        ("settings-of-several.json", {("CONFIG-KEY-IN-FILE", 1, 237), ("CONFIG-APPLICATION", 1, 216)}),
        ("actions.tf", {("CONFIG-DISABLED", 16, 3), ("CONFIG-UNKNOWN-VALUE", 21, 16), ("CONFIG-UNKNOWN-VALUE", 23, 21)}),
        ("show.json", {("CONFIG-KEY-MASKED", 37, 33)}),
        ("plan.json", {("CONFIG-KEY-MASKED", 1, 566)}),
    ],
)  # fmt: skip
def test_findings_say_the_place_in_the_file(file: str, codes: set[tuple[str, int, int]]) -> None:
    reading = read_config((FORMS / file).read_text(), {}, name=file)
    assert {(item.code, item.line, item.column) for item in reading.findings} == codes
    assert reading.config is not None
    if "CONFIG-KEY-MASKED" in {code for code, *_place in codes}:
        assert reading.config.settings["apiKey"] is None
        assert "only the mask" in (blocks_sending(reading.config.default_target) or "")


@pytest.mark.parametrize(
    ("file", "name", "action"),
    [("actions.tf", "Bought", "trackGoal"), ("actions.tf", "Seen", "trackExposure"), ("show.json", "Goals", "trackGoal"), ("plan.json", "Goals", "trackGoal")],
)  # fmt: skip
def test_subscriptions_are_mappings(file: str, name: str, action: str) -> None:
    config = read_config((FORMS / file).read_text(), {}, name=file).config
    assert config is not None
    assert config.destination == "actions"
    [mapping] = [item for item in config.lists["mappings"] if item["name"] == name]
    assert mapping["partnerAction"] == action
    assert set(mapping) == {"name", "enabled", "subscribe", "partnerAction", "mapping"}


@pytest.mark.parametrize(
    "value",
    [
        {"data": {"destination": {"id": "7", "name": "Exp", "metadata": {"name": "ABsmartly (Actions)"}, "settings": GIVEN, "subscriptions": [SUBSCRIPTION]}}},
        {"destinations": [OTHER, {"id": "7", "name": "AB Smartly", "settings": GIVEN}], "subscriptions": [{**SUBSCRIPTION, "destinationId": "1"}, {**SUBSCRIPTION, "settings": json.dumps(SUBSCRIPTION["settings"])}]},
        {"destinations": [{"id": "7", "metadata": {"slug": "actions-absmartly"}, "settings": GIVEN}], "subscriptions": [{**SUBSCRIPTION, "destinationId": None}]},
    ],
    ids=["inside", "beside, by its id", "of the only one"],
)  # fmt: skip
def test_subscriptions_go_with_their_destination(value: Any) -> None:
    config = read_config(json.dumps(value), {}).config
    assert config is not None
    assert (config.destination, config.lists["mappings"]) == ("actions", (MAPPING,))


TWO = {"data": {"destinations": [{**OURS, "id": "x1", "name": f"Shop {KEY}"}, {**OURS, "id": "x2", "name": "App", "metadata": {"name": "ABsmartly (Actions)"}}, OTHER]}}  # fmt: skip


@pytest.mark.parametrize("choice", ["x2", "App", "app", "actions"])
def test_one_of_several_is_chosen(choice: str) -> None:
    text = json.dumps(TWO)
    for env in ({}, {"ABTUI_DESTINATION": "nobody"}):
        reading = read_config(text, env)
        [finding] = reading.findings
        assert reading.config is None
        assert (finding.code, finding.severity) == ("CONFIG-NOT-OURS", "error")
        assert "`Shop ****` (x1), `App` (x2)" in finding.message
        assert "ABTUI_DESTINATION=x1" in finding.hint
    config = read_config(text, {"ABTUI_DESTINATION": choice}).config
    assert config is not None
    assert config.destination == "actions"


@pytest.mark.parametrize(
    ("text", "code", "part", "place"),
    [
        (json.dumps({"data": {"destinations": [OTHER, {**OTHER, "id": "2", "name": "Slack"}]}}), "NOT-OURS", "none is AB Smartly's: `Amplitude` (1), `Slack` (2)", (1, 1)),
        (resource('"{}"', "Slack"), "NOT-OURS", "none is AB Smartly's: `Slack` (segment_destination.ab)", (1, 1)),
        ('resource "segment_source" "a" {}\n', "NOT-OURS", "no `segment_destination`", (1, 1)),
        (resource('file("a.json")'), "NOT-OURS", "an expression", (3, 3)),
        (resource("local.all"), "NOT-OURS", "`local.all`", (3, 3)),
        (resource('"nothing"'), "NOT-OURS", "no JSON", (3, 3)),
        (resource("1" + "+1" * 500), "NOT-OURS", "an expression", (3, 3)),
        (resource("[" * 300 + "]" * 300), "NOT-OURS", "no JSON", (3, 3)),
        (resource(quoted(TEXT))[:-3], "NOT-TERRAFORM", "cannot be read from here", (3, 297)),
        ('resource "a" "b" {\n  x = = 1\n}\n', "NOT-TERRAFORM", "cannot be read from here", (2, 7)),
        ("locals {}\n" + "#\n" * 600_000, "TOO-LARGE", "more than 524,288 characters", (1, 1)),
        (json.dumps({"destinations": [OURS]})[:-1], "NOT-YAML", "", None),
        ('{"data":' * 300, "NOT-YAML", "more than 64 levels", None),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_cannot_be_read_is_said_once(text: str, code: str, part: str, place: tuple[int, int] | None) -> None:
    reading = read_config(text, {}, name="infra.tf")
    [finding] = reading.findings
    assert reading.config is None
    assert (finding.code, finding.severity) == (f"CONFIG-{code}", "error")
    assert part in finding.message
    assert place is None or (finding.line, finding.column) == place
    assert KEY not in repr(reading)


def only(reading: ConfigReading, code: str) -> list[tuple[int | None, str]]:
    return [(item.line, item.message) for item in reading.findings if item.code == code]


def test_an_expression_costs_its_own_setting_alone() -> None:
    written = {"apiKey": "var.key", "environment": "terraform.workspace", "goalMapping": "merge({}, {})", "enablePageViewTracking": "var.on"}  # fmt: skip
    lines = [f"  {name} = {written.get(name) or hcl(value)}" for name, value in GIVEN.items()]
    reading = read_config(resource("jsonencode({\n" + "\n".join(lines) + "\n})"), {})
    assert only(reading, "CONFIG-UNKNOWN-VALUE") == [
        (4, "`settings.apiKey` is `var.key`, whose value is not in this file; it is taken for empty."),
        (6, "`settings.environment` is an expression, whose value is not in this file; it is taken for empty."),
        (11, "`settings.goalMapping` is an expression, whose value is not in this file; it is taken for empty."),
        (12, "`settings.enablePageViewTracking` is `var.on`, whose value is not in this file; it is taken for empty."),
    ]
    assert reading.config is not None
    assert reading.config.settings["unitMapping"] == {"userId": "user_id"}
    assert blocks_sending(reading.config.default_target) is not None


@pytest.mark.parametrize(
    ("settings", "environment", "unknown"),
    [
        ('"{\\"environment\\":\\"${var.e}\\",REST"', "", 1),
        ('"{\\"environment\\":${jsonencode(var.e)},REST"', "", 1),
        ('"{\\"environment\\":\\"pre-${var.e}\\",REST"', "", 1),
        ('"{\\"environment\\":\\"$${E}\\",REST"', "${E}", 0),
        ('"{\\"environment\\":\\"${STAGE}\\",REST"', "staging", 0),
        ('"{\\"environment\\":\\"pre-${local.s}\\",REST"', "pre-x1", 0),
        ('"{\\"environment\\":\\"%{ if true }a%{ endif }\\",REST"', "", 1),
        ('"{\\"environment\\":\\"${local.loop}\\",REST"', "", 1),
        ('"{\\"environment\\":\\"${local.bomb}\\",REST"', "", 1),
    ],
)
def test_templates_in_a_text(settings: str, environment: str, unknown: int) -> None:
    rest = json.dumps({**GIVEN, "environment": 1}).replace('"environment": 1, ', "")[1:].replace('"', '\\"')
    bomb = "\n".join(f'  b{at} = "${{local.b{at - 1}}}${{local.b{at - 1}}}"' for at in range(1, 40))
    names = f'locals {{\n  s = "x1"\n  loop = local.loop\n  b0 = "xxxxxxxx"\n{bomb}\n  bomb = local.b39\n}}\n'
    reading = read_config(names + resource(settings.replace("REST", rest)), {"STAGE": "staging", "E": "wrong"})
    assert reading.config is not None, reading.findings
    assert reading.config.settings["environment"] == environment
    assert len(only(reading, "CONFIG-UNKNOWN-VALUE")) == unknown


def test_a_key_that_comes_twice_is_told() -> None:
    text = json.dumps(OURS, indent=1).replace('"environment": "production"', '"environment": "a",\n"environment": "b"')
    reading = read_config(text, {})
    assert [line for line, _message in only(reading, "CONFIG-DUPLICATE-KEY")] == [text[: text.index('"environment"')].count("\n") + 1]  # fmt: skip
    assert reading.config is not None
    assert reading.config.settings["environment"] == "b"


@pytest.mark.parametrize("form", ["a list of destinations", "Terraform, JSON text", "bare settings"])
def test_it_is_shown_as_a_form_and_not_changed(form: str) -> None:
    text = FORMS_OF_ONE[form]
    reading = read_config(text, {})
    assert "abtui init config.yaml --from-segment" in reading.not_edited
    shown = read_form(text, reading.findings)
    assert shown.field("environment").value == "production"
    assert KEY not in repr(shown)
    for edited in (
        edit_form(text, FormEdit(field="environment", kind="text", text="b")),
        edit_settings(text, {("settings", "environment"): "b"}),
    ):
        assert (edited.text, edited.problem) == (None, reading.not_edited)
    fixer = Fixer(text, reading.config, None)
    assert all(fixer.fix(finding, None) is None for finding in reading.findings)


def test_it_can_be_migrated_without_its_mask() -> None:
    text = (FORMS / "settings.tf").read_text()
    config = read_config(text, {}).config
    assert config is not None
    made = read_config(migrated_config(text, config, "settings.tf").text, {"ABSMARTLY_API_KEY": KEY})
    assert made.config is not None
    assert made.config.destination == "actions"
    assert made.config.settings["apiKey"].reveal() == KEY
    assert made.config.settings["environment"] == "production"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([TEXT, "{", "${var.a}", "\ue0009\ue001"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GIVEN, "settings", "config", "name", "metadata", "trigger", "actionId", "planned_values", "resource", "segment_destination", "key", "value"]) | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(ANY)
def test_any_json_has_an_answer(value: Any) -> None:
    for document in (value, {"destination": {"name": "AB Smartly", "settings": value}}, {**OURS, "settings": GIVEN | {"unitMapping": value, "environment": value}}, {"resource": {"segment_destination": {"a": value}}}):  # fmt: skip
        reading = read_config(json.dumps(document), {})
        assert reading.config is not None or reading.mistakes
        assert KEY not in repr(reading.findings)


@given(st.lists(st.sampled_from(['resource "segment_destination" "a" {', "}", "\n", "settings = ", '"', "{", "[", "]", "jsonencode(", ")", "${", "var.a", "<<E\n", "E\n", "=", "x", ",", "1", "\\", "#", "/*", "locals {", '"{\\"apiKey\\":1}"']), max_size=14))  # fmt: skip
def test_any_terraform_has_an_answer(parts: list[str]) -> None:
    reading = read_config("locals {}\n" + "".join(parts), {})
    assert reading.config is not None or reading.mistakes


@pytest.mark.parametrize(
    "text",
    [
        resource('"' + '${"' * 500 + "x" + '"}' * 500 + '"'),
        resource("local.a900") + "locals {\n" + "".join(f"  a{n + 1} = local.a{n}\n" for n in range(900)) + "}\n",
        resource("local.a900") + "locals {\n" + "".join(f'  a{n + 1} = "${{local.a{n}}}"\n' for n in range(900)) + "}\n",
        json.dumps({"resource": {"segment_destination": {"ab": {"name": "AB Smartly", "settings": '${"' * 200 + '"}' * 200}}}}),
    ],
)  # fmt: skip
def test_expressions_inside_each_other_come_to_an_end(text: str) -> None:
    assert [item.code for item in read_config(text, {}, name="main.tf").mistakes] == ["CONFIG-NOT-OURS"]


def test_many_destinations_with_one_key_keep_their_names() -> None:
    text = json.dumps({"destinations": [{**OURS, "id": str(number), "name": f"Shop {KEY}"} for number in range(300)]})
    [mistake] = read_config(text, {}, name="export.json").mistakes
    assert "`Shop ****` (0), `Shop ****` (1)," in mistake.message
