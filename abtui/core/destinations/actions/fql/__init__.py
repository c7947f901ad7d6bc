"""FQL, the language of subscriptions, as far as Segment's own code understands it: its oddities are part of what it does."""

from abtui.core.destinations.actions.fql.conditions import Comparison, Condition, Group, Nothing
from abtui.core.destinations.actions.fql.explanation import Explanation, Seen
from abtui.core.destinations.actions.fql.subscription import Invalid, Subscription, parse

__all__ = ["Comparison", "Condition", "Explanation", "Group", "Invalid", "Nothing", "Seen", "Subscription", "parse"]
