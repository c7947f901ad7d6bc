"""The classic AB Smartly destination, a published function of Segment's catalog."""

from abtui.core.destination import Destination
from abtui.core.destinations.classic.decide import Classic
from abtui.core.destinations.classic.facets import decided_by, effect, name_key
from abtui.core.destinations.classic.findings import RULES, checks_with
from abtui.core.destinations.classic.findings.unused import corpus_findings
from abtui.core.destinations.classic.goal_plan import plan_goal
from abtui.core.destinations.classic.kinds import UNOPENED, compared_by, kind_with
from abtui.core.destinations.classic.meaning import meaning
from abtui.core.destinations.classic.reasons import REASONS
from abtui.core.destinations.classic.settings import BEHAVIOR, SETTINGS, classic_settings

DESTINATION = Destination(
    name="classic",
    title="AB Smartly",
    about="The AB Smartly destination of Segment's catalog.",
    settings=SETTINGS,
    sections=(BEHAVIOR,),
    decide_with=lambda config: Classic(config).decide,
    reasons=REASONS,
    fields=("type", "event", "name", "properties", "traits", "sentAt", "originalTimestamp"),
    rules=RULES,
    checks_with=checks_with,
    corpus_findings=corpus_findings,
    plan_goal=plan_goal,
    name_key=name_key,
    decided_by=decided_by,
    effect=effect,
    kind_with=kind_with,
    compared_by=compared_by,
    unopened=UNOPENED,
    demo=__name__,
    meaning=meaning,
    mapped_fields=lambda config: classic_settings(config).unit_mapping,
)
