"""The alerts that are known, each with the groups it falls in.

The routes of an alert are decided once per label set and remembered with it; what arrives again
costs one look-up.
"""

from datetime import datetime

from alertrouter.engine.grouping import KnownAlert
from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels


class Shelf(dict[Labels, KnownAlert]):
    """All known alerts by their labels."""

    def put(self, alert: Alert) -> KnownAlert:
        """Take in an alert that was not known; it is in no group yet."""
        known = self[alert.labels] = KnownAlert(alert)
        return known

    def forget_over(self, now: datetime) -> list[Labels]:
        """Drop the alerts of which nobody needs to be told any more; return their labels."""
        over = [labels for labels, known in self.items() if known.is_forgettable(now)]
        for labels in over:
            del self[labels]
        return over
