"""What can be written at a place of a config, whole or broken."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config.completion import MOST, complete
from abtui.core.config.corpus_names import CorpusNames, CorpusNameTally
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.text.yaml_place import place_at
from abtui.core.text.yaml_tree import parse_yaml

SEEN = CorpusNames(
    events=20,
    names=(("Order Completed", 9), ("Signed Up", 5), ("it's: odd", 2), ("on", 1), ("${X}", 1)),
    fields=(("userId", 18), ("anonymousId", 12), ("email", 3)),
    used=("purchase", "old goal"),
    catalog={
        "goals": ("purchase", "signup"),
        "units": ("anonymous_id", "user_id"),
        "environments": ("production", "staging"),
        "applications": ("website",),
    },
)
TOP = ["destination", "settings", "behavior", "experiments", "catalog", "targets", "check"]

# A text with the cursor at `|`: the labels, and the text once the first one is taken.
CASES: dict[str, tuple[str, list[str] | None, str]] = {
    "nothing yet": ("|", TOP, "destination: "),
    "a section": ("destination: classic\nse|", ["settings"], "destination: classic\nsettings:\n  "),
    "the destination": ("destination: |\n", ["classic", "actions"], "destination: classic\n"),
    "a setting": ("settings:\n  env|", ["environment"], "settings:\n  environment: "),
    "a setting's word": ("settings:\n  track|\n", ["enablePageViewTracking", "enableAppScreenViewTracking", "enableExposureTracking"], "settings:\n  enablePageViewTracking: \n"),
    "a map of settings": ("settings:\n  goal|\n", ["goalMapping"], "settings:\n  goalMapping:\n    \n"),
    "not what is there": ("settings:\n  environment: x\n  appl|\n  application: y\n", None, ""),
    "not where its label is": ("settings:\n  Goal Mapping: {}\n  goal|", None, ""),
    "a toggle": ("settings:\n  enablePageViewTracking: |", ["true", "false"], "settings:\n  enablePageViewTracking: true"),
    "a toggle, replaced": ("settings:\n  enablePageViewTracking: f|alse # why\n", ["false"], "settings:\n  enablePageViewTracking: false # why\n"),
    "a label's toggle": ("settings:\n  Enable Page View Tracking: t|", ["true"], "settings:\n  Enable Page View Tracking: true"),
    "an environment": ("settings:\n  environment: st|", ["staging"], "settings:\n  environment: staging"),
    "a target's": ("targets:\n  prod:\n    environment: |", ["production", "staging"], "targets:\n  prod:\n    environment: production"),
    "a target's keys": ("targets:\n  prod: { a| }", ["apiKey", "application", "allow"], "targets:\n  prod: { apiKey:  }"),
    "a key in braces": ("targets: { prod: { apiKey: | } }", ["${ABSMARTLY_API_KEY}"], "targets: { prod: { apiKey: ${ABSMARTLY_API_KEY} } }"),
    "names": ("settings:\n  goalMapping:\n    |\n", ["Order Completed", "Signed Up", "it's: odd", "on", "${X}"], "settings:\n  goalMapping:\n    Order Completed: \n"),
    "names, by a later word": ("settings:\n  goalMapping:\n    up|", ["Signed Up"], "settings:\n  goalMapping:\n    Signed Up: "),
    "a name that has to be quoted": ("settings:\n  goalMapping:\n    it|", ["it's: odd"], "settings:\n  goalMapping:\n    \"it's: odd\": "),
    "a name that is a truth value": ("settings:\n  goalMapping:\n    on|", ["on"], 'settings:\n  goalMapping:\n    "on": '),
    "a name that looks like a reference": ("settings:\n  goalMapping:\n    ${|", ["${X}"], 'settings:\n  goalMapping:\n    "$\\x7bX}": '),
    "a name begun in quotes": ('settings:\n  goalMapping:\n    "Sig|', ["Signed Up"], 'settings:\n  goalMapping:\n    "Signed Up": '),
    "a name begun in others": ("settings:\n  goalMapping:\n    'it|", ["it's: odd"], "settings:\n  goalMapping:\n    'it''s: odd': "),
    "a name with its value": ("settings:\n  goalMapping:\n    Sig|n: signup\n", ["Signed Up"], "settings:\n  goalMapping:\n    Signed Up: signup\n"),
    "names but those mapped": ("settings:\n  goalMapping:\n    'Order Completed': purchase\n    |\n    Signed Up: x\n", ["it's: odd", "on", "${X}"], "settings:\n  goalMapping:\n    'Order Completed': purchase\n    \"it's: odd\": \n    Signed Up: x\n"),
    "names in braces": ("settings: {goalMapping: {Order Completed: purchase, si|}}", ["Signed Up"], "settings: {goalMapping: {Order Completed: purchase, Signed Up: }}"),
    "names in braces over lines": ("settings:\n  goalMapping: {\n    Order Completed: purchase, # c\n    si|\n  }\n", ["Signed Up"], "settings:\n  goalMapping: {\n    Order Completed: purchase, # c\n    Signed Up: \n  }\n"),
    "braces never closed": ("settings:\n  goalMapping: { Order Completed: pu|", ["purchase"], "settings:\n  goalMapping: { Order Completed: purchase"),
    "a reference in braces": ("targets: { a: { apiKey: ${KEY}, en| } }", ["environment", "collectorEndpoint"], "targets: { a: { apiKey: ${KEY}, environment:  } }"),
    "a goal": ("settings:\n  goalMapping:\n    Signed Up: |", ["purchase", "signup", "old goal"], "settings:\n  goalMapping:\n    Signed Up: purchase"),
    "a goal of a quoted name": ("settings:\n  goalMapping:\n    \"a: b\": sig|", ["signup"], 'settings:\n  goalMapping:\n    "a: b": signup'),
    "identities": ("settings:\n  unitMapping:\n    userId: user_id\n    |", ["anonymousId", "email"], "settings:\n  unitMapping:\n    userId: user_id\n    anonymousId: "),
    "units": ("settings:\n  unitMapping: { userId: u| }", ["user_id"], "settings:\n  unitMapping: { userId: user_id }"),
    "behavior": ("behavior: { identify: | }", ["attributes", "reject"], "behavior: { identify: attributes }"),
    "behavior, slug": ("behavior:\n  viewGoalNames: s|", ["slug"], "behavior:\n  viewGoalNames: slug"),
    "catalog": ("catalog:\n  a|", ["archived", "applications"][::-1], "catalog:\n  applications: "),
    "a catalog file": ("catalog: |", ["!file catalog.yaml"], "catalog: !file catalog.yaml"),
    "check": ("check: { failOn: w| }", ["warning"], "check: { failOn: warning }"),
    "codes": ("check:\n  ignore: [UNIT-EMA|]", ["UNIT-EMAIL"], "check:\n  ignore: [UNIT-EMAIL]"),
    "codes, one a line": ("check:\n  ignore:\n    - UNIT-MISSING\n    - UNIT-EMA|\n", ["UNIT-EMAIL"], "check:\n  ignore:\n    - UNIT-MISSING\n    - UNIT-EMAIL\n"),
    "codes at the key's column": ("check:\n  ignore:\n  - UNIT-EMA|\n", ["UNIT-EMAIL"], "check:\n  ignore:\n  - UNIT-EMAIL\n"),
    "below what is broken": ('settings:\n  environment: "sta\n  goalMapping:\n    si|\n', ["Signed Up"], 'settings:\n  environment: "sta\n  goalMapping:\n    Signed Up: \n'),
    "below a bracket too many": ("behavior: { identify: reject }}\nsettings:\n  unitMapping:\n    e|\n", ["email"], "behavior: { identify: reject }}\nsettings:\n  unitMapping:\n    email: \n"),
    "in a comment": ("settings: # se|", None, ""),
    "in a comment of its own line": ("settings:\n  # env|", None, ""),
    "in a block of text": ("settings:\n  environment: |-\n    sta|", None, ""),
    "behind a block of text": ("settings:\n  environment: >\n    sta\n  appl|", ["application"], "settings:\n  environment: >\n    sta\n  application: "),
    "below a value": ("settings:\n  environment: staging\n    app|", None, ""),
    "behind a closed quote": ('settings:\n  environment: "staging"|', None, ""),
    "between key and colon": ("settings:\n  environment |: x", None, ""),
    "what nobody knows": ("settings:\n  collectorEndpoint: h|", None, ""),
    "carriage returns": ("settings:\r\n  env|\r\n", ["environment"], "settings:\r\n  environment: \r\n"),
    "carriage returns, a map": ("set|\r\n", ["settings"], "settings:\r\n  \r\n"),
    "a dash of a name": ("settings:\n  goalMapping:\n    -a: x\n    si|", ["Signed Up"], "settings:\n  goalMapping:\n    -a: x\n    Signed Up: "),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_can_be_written(case: str) -> None:
    marked, labels, taken = CASES[case]
    at = marked.rindex("|")
    text = marked[:at] + marked[at + 1 :]
    found = complete(text, at, SEEN)
    if labels is None:
        assert found is None
        return
    assert found is not None
    assert [candidate.label for candidate in found.candidates] == labels
    assert text[: found.start] + found.candidates[0].insert + text[found.end :] == taken


def test_notes_tell_how_often_and_from_where() -> None:
    found = complete("settings:\n  goalMapping:\n    ", 29, SEEN)
    assert found is not None
    assert [candidate.note for candidate in found.candidates][:2] == ["9 events", "5 events"]
    text = "settings:\n  goalMapping:\n    a: "
    found = complete(text, len(text), SEEN)
    assert found is not None
    assert found.candidates[-1].note == "in use, not in the catalog"


@given(st.text(alphabet="ab:{}[]\"'#-,| \n$\\&*!>", max_size=60), st.integers(0, 60))
def test_any_text_has_a_place_or_none(text: str, at: int) -> None:
    at = min(at, len(text))
    place = place_at(text, at)
    if place is not None:
        assert place.start <= at <= place.end <= len(text)
    complete(text, at, SEEN)


@given(st.text(max_size=20))
def test_a_name_that_is_taken_reads_back_as_itself(name: str) -> None:
    seen = CorpusNames(events=1, names=((name, 1),), used=(name,))
    text = "settings:\n  goalMapping:\n    "
    found = complete(text, len(text), seen)
    if found is None:
        return
    text = text[: found.start] + found.candidates[0].insert
    value = complete(text, len(text), seen)
    assert value is not None
    text += value.candidates[0].insert
    root = parse_yaml(text, "config").root
    assert root is not None
    entry = root.children[1].children[1].children
    assert (entry[0].value, entry[1].value.replace("$${", "${")) == (name, name)


def test_the_tally_counts_names_and_identities() -> None:
    tally = CorpusNameTally()
    tally.add({"type": "track", "event": "A", "userId": "u", "anonymousId": 7, "messageId": "m", "properties": {}})
    tally.add({"type": "track", "event": "A", "userId": None, "email": "e"})
    tally.add({"type": "page", "name": "Home", "event": "no", "userId": True})
    seen = tally.seen()
    assert (seen.events, seen.names) == (3, (("A", 2),))
    assert dict(seen.fields) == {"userId": 1, "anonymousId": 1, "email": 1, "name": 1}
    assert seen.count_of("A") == 2
    assert seen.count_of("B") == 0


def test_the_tally_is_bounded() -> None:
    tally = CorpusNameTally()
    for number in range(2_500):
        tally.add({"type": "track", "event": f"E{number}"})
    assert len(tally.seen().names) == 2_000
    found = complete("settings:\n  goalMapping:\n    E", 30, tally.seen())
    assert found is not None
    assert len(found.candidates) == MOST


def test_what_a_config_tells() -> None:
    config = read_config(
        "settings: {collectorEndpoint: https://a.io/v1, environment: s, unitMapping: {userId: u}, goalMapping: {A: b, C: b}}\ncatalog: {goals: [z, b]}",
        {},
    ).config
    assert config is not None
    seen = CorpusNames(events=1).with_config(config, Mapper(config).goals_in_use)
    assert (seen.used, seen.known("goals"), seen.known("units")) == (("b",), ("b", "z"), ())


MAPPINGS = "destination: actions\nmappings:\n  - "
IN_MAPPINGS: dict[str, tuple[str, list[str], str]] = {
    "an item": ("|", ["name", "enabled", "subscribe", "partnerAction", "mapping"], "name: "),
    "another key": ("name: x\n    s|", ["subscribe"], "name: x\n    subscribe: "),
    "not what is there": ("name: x\n    |\n    mapping: {}\n", ["enabled", "subscribe", "partnerAction"], "name: x\n    enabled: \n    mapping: {}\n"),
    "in the next item": ("name: x\n    enabled: true\n    subscribe: type = \"page\"\n  - name: y\n    subscribe: type = \"track\"\n    |", ["enabled", "partnerAction", "mapping"], "name: x\n    enabled: true\n    subscribe: type = \"page\"\n  - name: y\n    subscribe: type = \"track\"\n    enabled: "),
    "an action": ("partnerAction: |", ["trackGoal", "trackExposure"], "partnerAction: trackGoal"),
    "a switch": ("enabled: f|", ["false"], "enabled: false"),
    "the start of a subscription": ("subscribe: ev|", ["event"], "subscribe: event"),
    "an operator": ("subscribe: event |", ["=", "!=", "contains"], "subscribe: event = "),
    "a type": ("subscribe: type = \"tr|", ['"track"'], 'subscribe: type = "track"'),
    "a connective": ('subscribe: type = "track" a|', ["and"], 'subscribe: type = "track" and '),
    "a name of the events": ('subscribe: type = "track" and event = "Si|', ['"Signed Up"'], 'subscribe: type = "track" and event = "Signed Up"'),
    "in quotes": ("subscribe: 'event = \"Si|'", ['"Signed Up"'], "subscribe: 'event = \"Signed Up\"'"),
    "a property": ("subscribe: (properties.|", ["properties.total"], "subscribe: (properties.total"),
    "a field": ("mapping: { p| }", ["properties"], "mapping: { properties:  }"),
    "the fields of a goal": ("partnerAction: trackGoal\n    mapping:\n      |\n  - partnerAction: trackExposure\n", ["units", "name", "properties", "agent", "application"], "partnerAction: trackGoal\n    mapping:\n      units: \n  - partnerAction: trackExposure\n"),
    "the fields of an exposure, whose action is below": ("partnerAction: trackGoal\n  - mapping: { | }\n    partnerAction: trackExposure\n", ["exposure", "agent", "application"], "partnerAction: trackGoal\n  - mapping: { exposure:  }\n    partnerAction: trackExposure\n"),
    "a unit": ("mapping:\n      units:\n        us|", ["user_id"], "mapping:\n      units:\n        user_id: "),
    "a directive": ("mapping:\n      name: { @t| }", ["@template", "@transform"], 'mapping:\n      name: { "@template":  }'),
    "a goal": ("mapping: { name: sig| }", ["signup"], "mapping: { name: signup }"),
    "a path": ('mapping: { name: { "@path": $.prop| } }', ["$.properties", "$.properties.total"], 'mapping: { name: { "@path": "$.properties" } }'),
    "a path in a list": ('mapping: { x: { "@merge": { objects: [{ "@path": $.user| }] } } }', ["$.userId"], 'mapping: { x: { "@merge": { objects: [{ "@path": "$.userId" }] } } }'),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_MAPPINGS)
def test_mappings_are_completed_from_the_events_and_the_catalog(case: str) -> None:
    before, labels, after = IN_MAPPINGS[case]
    text, offset = MAPPINGS + before.replace("|", "", 1), len(MAPPINGS) + before.index("|")
    tally = CorpusNameTally()
    tally.add({"type": "track", "event": "Signed Up", "userId": "u", "properties": {"total": 1, "a.b": 2}})
    found = complete(text, offset, msgspec.structs.replace(tally.seen(), catalog=SEEN.catalog))
    assert found is not None
    assert [item.label for item in found.candidates] == labels
    assert text[: found.start] + found.candidates[0].insert + text[found.end :] == MAPPINGS + after


def test_in_the_middle_of_a_subscription_nothing_is_completed() -> None:
    text = f'{MAPPINGS}subscribe: type = "track" and event = "A"'
    assert complete(text, text.index("and"), SEEN) is None


def test_the_paths_of_many_events_are_offered_without_a_count() -> None:
    tally = CorpusNameTally()
    for at in range(2_001):
        tally.add(
            {"type": "track", "traits": {"late" if at == 2_000 else "early": {"deep": {"er": {"est": {"no": 1}}}}}}
        )
    assert dict(tally.seen().paths)["traits.early.deep.er.est"] == 0
    assert not any("late" in path or path.endswith("no") for path, _count in tally.seen().paths)
