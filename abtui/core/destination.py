"""The contract that a destination of AB Smartly fulfils: everything the rest of abtui may ask of one.

Each destination is a folder of `core/destinations` that makes one `Destination`; only the registry there imports its inside.
What a destination leaves out has a default, so a small one needs little more than its settings and `decide`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import CatalogPart, Config, Settings, Target
from abtui.core.corpus.effect import ChangeCounts, Effect
from abtui.core.corpus.tally import Tally
from abtui.core.delivery.request import request_frame
from abtui.core.findings import Finding, Rule
from abtui.core.goal_plan import GoalPlan
from abtui.core.list_section import ListSection
from abtui.core.mapping_names import names_of
from abtui.core.migration import Meaning, Migrated
from abtui.core.outcomes import UNSUBSCRIBED, Fate, Outcome, Request, Step, Verdict
from abtui.core.segment import SHOWS
from abtui.core.text.paths import Path
from abtui.core.text.plain import letters

if TYPE_CHECKING:
    from abtui.core.delivery.answers import AnswerKind
    from abtui.core.experiments.found import Counted

SettingKind = Literal["text", "address", "secret", "toggle", "map", "choice", "list"]
MapKeys = Literal["names", "fields"]
JSONObject = dict[str, Any]


class Advice(msgspec.Struct, frozen=True):
    """The finding about an optional setting that is not set: its rule, and the effect in a few words."""

    rule: Rule
    effect: str


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a destination. All code about settings reads this: reader, schema, form, starter, comparison, documentation.

    `name` is Segment's own, `label` what Segment's form shows, `about` one sentence for people. `required`: Segment's form
    requires it; a secret is needed only for sending. `hint` says what to write if it is missing. A new config has the value
    `first`, or else the default. `example` is for documentation.

    `catalog` is the part of the catalog that its value, or the values of its map, must be in. `keys` says what the keys of
    a map are: names of track calls, or top-level fields of the event; `empty` says what follows from an empty map.
    `ordered`: another order of the map is another payload. `header` is the HTTP header in which `frame` sends
    it, `of_target`: a target may have its own. `choices` are the values of a choice, each with a note; the first is the default.
    `flag` is the option of `abtui init` (by default made from the name), `question` is the question that it asks.
    `spoken`: its value, or each of its map, may be any JSON value, which a list shows in a line and reads from one (`ListSection`).
    `counted` is the noun for the events that it decides about. Only a form has the kind `list`: it stands for a list to which
    items can be added (`ListSection`).
    """

    name: str
    label: str = ""
    kind: SettingKind
    about: str
    required: bool = False
    hint: str = ""
    first: Any = None
    example: Any = None
    catalog: CatalogPart | None = None
    keys: MapKeys | None = None
    ordered: bool = False
    of_target: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    advice: Advice | None = None
    empty: str = ""
    header: str = ""
    flag: str = ""
    question: str = ""
    counted: str = "event"
    spoken: bool = False

    @property
    def default(self) -> Any:
        """Its value where the config does not have it; None for a secret."""
        match self.kind:
            case "map":
                return {}
            case "toggle":
                return False
            case "choice":
                return self.choices[0][0]
            case "secret":
                return None
        return ""


class Labels(dict[str, str]):
    """The labels of some settings, each with the setting's name. `get` finds a label or a name in any spelling: `API_KEY`, `ApiKey`."""

    def __init__(self, settings: Sequence[Setting]) -> None:
        super().__init__({setting.label: setting.name for setting in settings if setting.label})
        named = ((letters(name), setting.name) for setting in settings for name in (setting.label, setting.name))
        self._spelled = {spelled: name for spelled, name in named if spelled}

    def get(self, name: str, default: Any = None, /) -> Any:
        """The name of a setting, by its label or by its name in any spelling."""
        return self._spelled.get(letters(name), default)


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A section of the config that only this destination has, beside `settings`. `note` is for completion, `about` for the schema."""

    name: str
    note: str
    about: str
    settings: tuple[Setting, ...]


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A verdict, the code of its reason, the body of the request (JSON value; only with `send`), and details for the sentence.

    `goal` is the goal's name as sent, or of a mapping that stops as far as it is known; `detail` is the text that the reason's
    sentence needs, `path` the event path that made the function throw. `headers` are those that this decision adds to the
    request, in place of the frame's. `results` are the decisions of the mappings one by one, of a destination that has several:
    then this is their `summary`.
    """

    verdict: Verdict
    code: str
    body: Any = None
    goal: Any = None
    detail: str = ""
    path: Path | None = None
    headers: tuple[tuple[str, str], ...] = ()
    results: tuple[Result, ...] = ()


class Result(msgspec.Struct, frozen=True, gc=False):
    """The decision of one mapping, by its name, and its steps where there is a trace.

    No two results of an event have the same name (see `mapping_names`), and the order is the config's: results are paired, and
    requests are found again in a run that is resumed, by the name.
    """

    mapping: str
    decision: Decision
    steps: tuple[Step, ...] = ()


def summary(results: Sequence[Result]) -> Decision:
    """The decision about an event, of those of its mappings: `fail` if one fails, else `send` if one sends, else `drop`.

    Its request is the first that is sent, also beside a failure.
    """
    sent = failed = dropped = None
    for result in results:
        decision = result.decision
        if decision.verdict in UNSUBSCRIBED:
            # So are most of them, where there are many.
            continue
        match decision.verdict:
            case "send":
                sent = sent or decision
            case "fail":
                failed = failed or decision
            case "drop":
                dropped = dropped or decision
    says = failed or sent or dropped or Decision("drop", NOT_SUBSCRIBED)
    body, headers = (None, ()) if sent is None else (sent.body, sent.headers)
    goal = says.goal if sent is None else sent.goal
    return Decision(says.verdict, says.code, body, goal, says.detail, says.path, headers, tuple(results))


def leading(results: Sequence[Result]) -> Result | None:
    """The result whose request is the event's; if nothing is sent, the one that the summary has its reason from."""
    for verdict in ("send", "fail", "drop"):
        for result in results:
            if result.decision.verdict == verdict:
                return result
    return None


def subscribed(results: Iterable[Result]) -> Iterator[Result]:
    """The results of the mappings that are for the event, whatever they do with it."""
    return (result for result in results if result.decision.verdict not in UNSUBSCRIBED)


Check = Callable[[JSONObject, Decision, list[Finding]], None]
"""Appends the destination's findings about one event and the decision about it, which is neither FILTERED nor FETCH-THROWS."""
FILTERED: Final = "FILTERED"
"""The reason of an event that Segment filters before the destination."""
FETCH_THROWS: Final = "FETCH-THROWS"
"""The reason of an event whose request the settings make impossible."""
NOT_SUBSCRIBED: Final = "NOT-SUBSCRIBED"
"""The reason of an event that is for none of the destination's mappings."""
CheckResult = Callable[[JSONObject, Result, list[Finding]], None]
"""Like `Check`, about the result of one mapping that is for the event. `Check` itself has the summary, for what is about several."""
Shows = Callable[[Decision, Fate], str]
"""The word of Event Delivery for a decision, given the forecast of what becomes of the event."""
ShowsAnswer = Callable[[int, "AnswerKind"], tuple[str, str]]
"""The word of Event Delivery for an answer that was not redirected and not late, by its status and kind, and a sentence why."""
Uses = Callable[[JSONObject, Outcome], Iterable[Path]]
"""Gives the entries of the config, by their paths, that an event fills."""
KindOf = Callable[[JSONObject], Hashable | None]
"""Gives what the kind of an event depends on; None for an event that is of no kind (`Destination.kind_with`)."""
Trace = list[Step]
Decide = Callable[[JSONObject, Trace | None], Decision]
"""Decides about one event, which it does not change. Steps are appended to the trace, in the order taken."""


class ReasonType(msgspec.Struct, frozen=True, kw_only=True):
    """One reason of a verdict. `sentence` may name `{goal}`, `{name}` and `{detail}`; `short` says in a few words why nothing is sent.

    `about` explains it to a person who sees only its code; "" where the sentence does.
    `why` says the same as a clause about the event, "" where it is `short`; it may name `{detail}`. `goal`: an event of this
    reason sends one goal, the first of its body. `unmapped`: no entry of the config chose its name. `body_at` is the place in the
    event whose value is the whole body, unchanged. `no_unit`: it would be sent if it had a unit. `setting` is the setting, by its
    path in the config, that stops the event; a comparison counts what another value lets through.
    """

    sentence: str
    about: str = ""
    short: str = ""
    why: str = ""
    goal: bool = False
    unmapped: bool = False
    body_at: Path | None = None
    no_unit: bool = False
    setting: tuple[str, str] | None = None

    def explained(self, gap: str) -> str:
        """What it means without an event; `gap` stands for what only an event has."""
        return self.about or self.sentence.format(goal=gap, name=gap, detail=gap)


class Usage(Protocol):
    """How the events of a corpus use a config, as `corpus.coverage` counts it.

    `entries` counts the uses of each entry of a map from names to goals, `identities` those of a map from fields to unit types.
    `entry_fates` and `setting_fates` count events by their fate: those that use an entry of a map of names, and those about which
    a toggle or a choice decides, by its path. `fields` are the top-level fields that a unit could come from. `unmapped` are names
    without an entry, `first` gives the source of the first event with one of them; `viewed` are names of page and screen calls.
    `experiments` are those that the events belong to, where they were counted.
    `mapped` counts the verdicts of each mapping, of a destination that has several, and `mapped_fates` the fates of the events
    that it is for; `filled` counts the events by the entries that they fill (`uses_with`).
    """

    config: Config
    events: int
    experiments: Counted | None
    entries: Counter[str]
    identities: Counter[str]
    entry_fates: Counter[tuple[str, Fate]]
    setting_fates: Counter[tuple[tuple[str, str], Fate]]
    fields: Tally[str]
    unmapped: Tally[str]
    viewed: Tally[str]
    mapped: Counter[tuple[str, Verdict]]
    mapped_fates: Counter[tuple[str, Fate]]
    filled: Counter[Path]

    def names_without_entry(self) -> list[tuple[str, int]]:
        """The names of `unmapped` with their numbers, the most frequent first, and equal ones in the order of the input."""
        ...

    def first(self, name: str) -> str:
        """The source of the first event with a name of `unmapped`."""
        ...


def shows_verdict(decision: Decision, _fate: Fate) -> str:
    """For a destination that Segment takes for successful whatever the collector answers."""
    return SHOWS[decision.verdict]


def track_name(event: Mapping[str, Any]) -> str | None:
    """For a destination that looks up the names of track calls in its maps of names, if it has any."""
    name = event.get("event") if event.get("type") == "track" else None
    return name if isinstance(name, str) else None


def no_plan(_event: JSONObject, outcome: Outcome, _config: Config, _seen: CorpusNames) -> GoalPlan:
    """For a destination whose settings do not choose the names of goals."""
    return GoalPlan(about=(outcome.reason.message,))


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """One destination.

    `name` is its name in a config, `title` its name in Segment, also in an event's `integrations`; `about` is one sentence.
    `frame` makes a request to a target, still without a body: by default the one that all AB Smartly destinations share. `rules`
    are the rules of its own findings, with their fixes (`findings.declared_in` gathers them from modules). `checks_with` makes
    the function that appends the findings about one event. `corpus_findings` gives those that need the whole corpus, each with
    the source of its event, or None if it is about the config; `uses_with` makes the function for the entries that they count.
    `decide_with` makes the decision function for one config. `fields` are the top-level fields of an event that it reads,
    `mapped_fields` those whose names a config gives as the source of a unit; with `reads_any` a config may read any other, too.
    `plan_goal` makes the plan to map an event to a goal from the screen. `name_key` gives the key that is looked up in maps of
    names for an event, or None. `names_for` gives the names of track calls that a config asks for beside its maps to send a goal,
    and `let_in` the edits after which it asks for more of them. `decided_by` gives the paths of the toggles and choices in the config that decide about an event,
    whatever their values are. `effect` gives the effect that the config entry at a path has on the events that change, or None if
    it follows from the table of settings and the reasons. `kind_with` makes the function for the kinds of events, if there are
    any: two events that are alike for it, and have the same type, `event`, `name`, and fields with values of the same types, have
    the same outcome but for their values: equal verdicts, reasons, fates, findings, goals and types of units. `compared_by` does so for
    any configs with one decision an event that read ids from some fields: two events that are alike for it and filtered alike change alike. Of the
    fields `unopened` it needs only the text (`msgspec.Raw`); if they are objects, one member of each matters, which is named. `demo` is the package with the `tour.yaml` of the demo, "" if there is none.
    `meaning` tells what a config does, given also its settings as the file has them, and `migrated` makes the lists of a config of this
    destination that does the same.

    For a destination with several mappings: `lists` are its sections that are lists, and `several` says that its decisions have
    `results`. `item_fields` gives the fields of an item of a list for the form, each with its path in the item.
    `checks_result_with` is like `checks_with`, for each result. `check_config` gives findings about a config that is read, at
    places (`Config.at`); however grave, they never stop the mapping. With `coerce` the destination refuses its settings itself,
    event by event: it gives the text that a value of another type becomes, or None. The reader then only reports them;
    `Config.wrong` and `Config.missing` have what is left. `shows` and `shows_answer` say what Segment shows, if it is not as for
    a function that returns every JSON answer. `batches`: its requests may be sent in batches. `key_call` is the call that tests
    the key, and `key_refused` what Segment says where it makes that call itself and the answer is no 2xx; it may name `{status}`
    and `{phrase}`.
    """

    name: str
    title: str
    about: str
    settings: tuple[Setting, ...]
    sections: tuple[Section, ...] = ()
    decide_with: Callable[[Config], Decide]
    reasons: Mapping[str, ReasonType]
    fields: tuple[str, ...]
    mapped_fields: Callable[[Config], Iterable[str]] = lambda _config: ()
    reads_any: bool = False
    frame: Callable[[Target], Request] = request_frame
    rules: tuple[Rule, ...] = ()
    checks_with: Callable[[Config], Check] = lambda _config: lambda _event, _decision, _found: None
    corpus_findings: Callable[[Usage], Iterable[tuple[str | None, Finding]]] = lambda _usage: ()
    uses_with: Callable[[Config], Uses] = lambda _config: lambda _event, _outcome: ()
    plan_goal: Callable[[JSONObject, Outcome, Config, CorpusNames], GoalPlan] = no_plan
    name_key: Callable[[Mapping[str, Any]], str | None] = track_name
    names_for: Callable[[str, Config], Iterable[str]] = lambda _goal, _config: ()
    let_in: Callable[[Iterable[str], str, Config], dict[Path, Any]] = lambda _names, _goal, _config: {}
    decided_by: Callable[[Mapping[str, Any]], tuple[tuple[str, str], ...]] = lambda _event: ()
    effect: Callable[[tuple[str, ...], ChangeCounts], Effect | None] = lambda _path, _counts: None
    kind_with: Callable[[Config], KindOf] | None = None
    compared_by: Callable[[Collection[str]], Callable[[JSONObject], tuple[Any, ...] | None]] | None = None
    unopened: Mapping[str, str] = {}
    demo: str = ""
    meaning: Callable[[Config, Settings], Meaning] | None = None
    migrated: Callable[[Meaning], Migrated] | None = None
    several: bool = False
    lists: tuple[ListSection, ...] = ()
    item_fields: Callable[[str, Mapping[str, Any]], Iterable[tuple[Path, Setting]]] = lambda _section, _item: ()
    checks_result_with: Callable[[Config], CheckResult] = lambda _config: lambda _event, _result, _found: None
    check_config: Callable[[Config], Iterable[Finding]] = lambda _config: ()
    coerce: Callable[[Setting, Any], str | None] | None = None
    shows: Shows = shows_verdict
    shows_answer: ShowsAnswer | None = None
    batches: bool = True
    key_call: str = "/context/authed"
    key_refused: str = ""

    @property
    def labels(self) -> Labels:
        """The labels of Segment's form, each with the name of its setting."""
        return Labels(self.settings)

    def catalog_names(self, config: Config) -> Iterator[tuple[CatalogPart, str]]:
        """The names in a config's settings that the web console must have, each with its part of the catalog."""
        for setting in self.settings:
            value = config.settings.get(setting.name)
            if setting.catalog is not None and value is not None:
                names = value.values() if setting.kind == "map" else (value,) if value or setting.required else ()
                for name in names:
                    yield setting.catalog, name

    def setting(self, name: str) -> Setting | None:
        """A setting by its name."""
        return next((setting for setting in self.settings if setting.name == name), None)

    def setting_at(self, path: Path) -> Setting | None:
        """The setting that a key path of a config leads to, or into."""
        tables = {"settings": self.settings} | {section.name: section.settings for section in self.sections}
        return next((item for item in tables.get(str(path[0]), ()) if path[1:2] == (item.name,)), None)

    def line_of_mapping(self, config: Config, mapping: str) -> int | None:
        """The line of a mapping in the config, by the name of its results; None where the config does not have it."""
        for section in self.lists:
            names = list(names_of(config.lists.get(section.name, ())))
            if mapping in names:
                return config.line(section.name, names.index(mapping))
        return None

    def maps(self, keys: MapKeys) -> list[str]:
        """The settings that are maps with keys of one kind."""
        return [setting.name for setting in self.settings if setting.keys == keys]


def filled(settings: Iterable[Setting], given: Settings) -> dict[str, Any]:
    """The values of all settings, in the table's order; those that are not given have their defaults."""
    return {setting.name: given.get(setting.name, setting.default) for setting in settings}
