"""What goals bring for the metrics of the web console: findings about their properties, and how many events are stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from abtui.core.experiments.achieved import Census
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.naming import short
from abtui.core.experiments.relation_keys import Relation, is_relation_key
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.fate import console_has
from abtui.core.findings import Finding, info, warning
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import listed, most_first, plural

_AMOUNTS: Final = frozenset(
    [
        "revenue",
        "total",
        "value",
        "price",
        "subtotal",
        "amount",
        "discount",
        "tax",
        "shipping",
        "quantity",
        "order_total",
        "cart_total",
    ]
)
"""Names of numbers in Segment's specification of e-commerce events, and the usual ones beside it."""
_REFERRING: Final = re.compile(r"refund|chargeback|cancell?(?:ed|ation)|replace(?:d|ment)|returned|exchanged", re.I)
"""What the name of a goal has that refers to another goal."""
_OF_A_GOAL: Final = re.compile(r"refund|chargeback|order|purchase|booking|payment|subscription", re.I)
"""What the name of one has that must say to which: a cancelled checkout has none yet."""
_AS_NUMBER: Final = "Send it as a number, without quotes and signs."
_ONE_TYPE: Final = "Send it in one type everywhere."
_LEAST_KEYS: Final = 3
"""So many different keys without a match are no chance."""
_DAYS_OF_MONTH: Final = 30
_NAMED: Final = 4

LARGE: Final = warning(
    "METRIC-OVER-2KB",
    "Goals with properties over 2 KB",
    "AB Smartly announced in October 2025 that payloads of goals over 2 KB are not processed. What exactly is measured, and whether it is in force, is not published. Here more than 2,048 bytes of compact JSON are told.",
)
NUMBER: Final = warning(
    "METRIC-NUMBER-AS-TEXT",
    "A property that is a number, or should be one, is a text in goals",
    'A property metric needs numbers. What AB Smartly does with a text such as `"12.50"` is not published, so these goals may be missing from the metric.',
)
CURRENCIES: Final = info(
    "METRIC-CURRENCIES",
    "A goal has amounts in several currencies",
    "A metric adds up the numbers of a property, whatever their currency. Filter the metric by `currency`, or send amounts in one.",
)
DUPLICATES: Final = warning(
    "METRIC-DUPLICATES",
    "The same goal was achieved twice",
    "Two goals have the same name, time, properties and units. A metric that counts goals counts both; that AB Smartly removes one is not published. Usual causes are a retry, two tags on a page, and the classic and the Actions destination connected together.",
)
KEY_TYPE: Final = warning(
    "METRIC-KEY-TYPE",
    "Goals that refer to each other write the key in two types",
    'A refund, cancellation or replacement finds its goal by a property that both share. One has it as a number and the other as a text; whether AB Smartly takes `1001` and `"1001"` for equal is not published.',
)
KEY_UNMATCHED: Final = warning(
    "METRIC-KEY-UNMATCHED",
    "Goals that refer to each other share no key",
    "A refund, cancellation or replacement finds its goal by a property that both share. No value of it is in both here: it may be written differently, or these events have only one of the two.",
)
KEY_MISSING: Final = warning(
    "METRIC-KEY-MISSING",
    "A goal that refers to another lacks its key",
    "A refund, cancellation or replacement finds its goal by a property that both share. The other goal has one that identifies it, and this goal never has it.",
)


GOAL_IGNORED: Final = warning(
    "EXPERIMENT-GOAL-IGNORED",
    "The web console has no such goal",
    "The catalog does not have this goal. The web console ignores a goal that it does not know, so it counts in no experiment whoever was exposed, and Segment shows Success.",
)


def ignored_goals(counted: Counted) -> Iterator[Found]:
    """The findings about goals that the web console does not know, which count nowhere."""
    config = counted.config
    if config is None:
        return
    known = Nearest(config.catalog.goals or ())
    for name, census in sorted(counted.summary.achieved.census.items()):
        if not census.counts["total"] or console_has("goals", name, config) is not False:
            continue
        near, is_archived = known.of(name), name in config.catalog.archived.goals
        hint = "Create it in the web console, or map the events to a goal that exists."
        if is_archived:
            hint = "Restore it in the web console, or map the events to another goal."
        elif near is not None:
            hint = f"Map the events to `{short(near)}`, which the console has."
        says = "has this goal archived" if is_archived else "has no goal of this name"
        message = f"`{short(name)}`: the web console {says} and ignores {plural(census.counts['total'], 'goal')}."
        yield Found(GOAL_IGNORED.at(message, hint), goal=name)


def metric_findings(counted: Counted) -> Iterator[Found]:
    """The findings about all goals, by their names."""
    achieved = counted.summary.achieved
    duplicates = achieved.duplicates()
    for name, census in sorted(achieved.census.items()):
        for finding in _of_goal(name, census, duplicates[name]):
            yield Found(finding, goal=name)
        if is_referring(name):
            yield from (Found(item, goal=name) for item in _of_relation(name, census, counted.summary))


def _of_goal(name: str, census: Census, duplicates: int) -> Iterator[Finding]:
    shown, total = short(name), plural(census.counts["total"], "goal")
    if large := census.counts["over2048Bytes"]:
        message = f"`{shown}`: {large:,} of {total} have properties over 2 KB, which AB Smartly may not process."
        yield LARGE.at(message, "Send only the properties that metrics need.")
    for property, kinds in census.properties().items():
        number, written, text = (kinds.get(kind, 0) for kind in ("number", "numericText", "text"))
        if (number and written) or (property in _AMOUNTS and (written or (number and text))):
            counts = [f"a number in {number:,}"] if number else []
            counts += [f"a text in {written + text:,}"]
            message = f"`{shown}`: `{short(property)}` is {' and '.join(counts)} of {total}."
            yield NUMBER.at(message, _ONE_TYPE if is_relation_key(property) else _AS_NUMBER)
    currencies = [currency for currency, _count in most_first(census.currencies.counts)]
    if len(currencies) > 1 and any(property in _AMOUNTS for property, _kind in census.kinds):
        message = f"`{shown}` has amounts in {'' if census.currencies.whole else 'more than '}{len(currencies):,} currencies: {listed([short(text) for text in currencies], _NAMED)}."
        yield CURRENCIES.at(message, "Filter metrics by `currency`, or send one.")
    if duplicates:
        message = f"`{shown}`: {plural(duplicates, 'goal repeats', 'goals repeat')} another one of {total}."
        yield DUPLICATES.at(
            message,
            "Send each once: is a tag there twice, are two destinations connected, or were the same requests given twice?",
        )


def is_referring(goal: str) -> bool:
    """Whether a goal refers to another one, by its name."""
    return _REFERRING.search(goal) is not None


def _of_relation(name: str, census: Census, summary: ExperimentSummary) -> Iterator[Finding]:
    """The findings about a goal that refers to others, and the goals that it may refer to."""
    achieved = summary.achieved
    others = {goal: other.ids for goal, other in achieved.census.items() if not is_referring(goal)}
    keys = Counter(key for ids in others.values() for key in ids)
    shared = [key for key in sorted(census.ids) if keys[key]]
    if not shared:
        known = [f"`{short(key)}`" for key, _count in most_first(keys)]
        if known and _OF_A_GOAL.search(name):
            having = sorted(goal for goal, ids in others.items() if ids)
            message = f"`{short(name)}` has no key that another goal has; {listed([f'`{short(goal)}`' for goal in having], _NAMED)} {'has' if len(having) == 1 else 'have'} {listed(known, _NAMED)}."
            yield KEY_MISSING.at(message, "Send the key of the goal that it belongs to.")
        return
    by_key = {key: _of_key(name, key, achieved.relation(name, others, key)) for key in shared}
    if all(finding is not None for finding in by_key.values()):
        yield from (finding for finding in by_key.values() if finding is not None)


def _of_key(name: str, key: str, relation: Relation) -> Finding | None:
    if relation.same:
        return None
    if relation.as_text:
        message = f"`{short(name)}`: `{short(key)}` is a number on one side and a text on the other, in {plural(relation.as_text, 'key')}."
        return KEY_TYPE.at(message, "Send it in the same type with both goals.")
    if relation.own < _LEAST_KEYS or relation.there < _LEAST_KEYS:
        return None
    message = f"`{short(name)}`: none of {plural(relation.own, 'value')} of `{short(key)}` is in another goal."
    return KEY_UNMATCHED.at(message, "Compare how both goals write it; these events may also have only one of the two.")


class Quota:
    """The events that AB Smartly stores for a corpus, one for each unit, and what a month of such days would be."""

    def __init__(self, summary: ExperimentSummary) -> None:
        self.events = summary.days.total()
        self.days = len(summary.days)
        """The days of UTC that have an event."""
        self.month = round(self.events / self.days * _DAYS_OF_MONTH) if self.days else 0
        """Events in 30 days like those."""

    @property
    def sentence(self) -> str:
        """The numbers in words."""
        if not self.events:
            return "Nothing is stored."
        forecast = f"; 30 days like {'these' if self.days > 1 else 'this one'} make {self.month:,}"
        return f"{plural(self.events, 'event')} stored, one for each unit, in {plural(self.days, 'day')}{forecast}."
