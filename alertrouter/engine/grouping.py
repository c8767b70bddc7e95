"""Alert groups: what is announced together, and when it may next speak.

Rules of this file:
1. A group is a route and the values of the route's ``group_by`` labels. Nothing else.
2. ``due`` is the only timer a group has; it is set as long as the group exists.
3. While a flush is under way the group does not start another; a tick that comes meanwhile is
   remembered and taken up when the flush has ended.

Timing is Alertmanager's: ``group_wait`` before the first flush (none if the alert that opens the
group started longer ago than that), ``group_interval`` between later ones.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TypeAlias

from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.route import Route

GroupId: TypeAlias = tuple[str, Labels]


class KnownAlert:
    """The latest truth about one alert, and the groups it falls in (some may be gone).

    ``is_settled`` says that every group exists and has the alert among its members, so that a
    report that comes again changes nothing but ``alert``.
    """

    __slots__ = ("alert", "groups", "is_settled")

    def __init__(self, alert: Alert) -> None:
        self.alert = alert
        self.groups: list[Group] = []
        self.is_settled = False

    def is_forgettable(self, now: datetime) -> bool:
        """Say whether the alert is over and no group still has to tell of it."""
        return self.alert.is_resolved(now) and not any(self in group for group in self.groups)


class Group:
    """The alerts of one group, those that are over until people know."""

    __slots__ = ("due", "has_missed_tick", "is_flushing", "is_gone", "labels", "members", "route")

    def __init__(self, route: Route, labels: Labels, due: datetime) -> None:
        self.route = route
        self.labels = labels
        self.due = due
        self.members: dict[KnownAlert, None] = {}
        self.is_flushing = False
        self.has_missed_tick = False
        self.is_gone = False

    @property
    def id(self) -> GroupId:
        """What tells this group from all others."""
        return (self.route.id, self.labels)

    @property
    def key(self) -> str:
        """The name under which receivers and the notification log know the group."""
        return self.route.group_key(self.labels)

    def __contains__(self, known: KnownAlert) -> bool:
        return known in self.members

    def __len__(self) -> int:
        return len(self.members)

    def join(self, known: KnownAlert) -> None:
        """Take an alert in; one that is in already stays."""
        self.members[known] = None

    def alerts(self) -> list[Alert]:
        """Return the members as they are now."""
        return [known.alert for known in self.members]

    def over(self, now: datetime) -> dict[KnownAlert, Alert]:
        """Return the members that are over, as they are now."""
        return {known: known.alert for known in self.members if known.alert.is_resolved(now)}

    def drop_told(self, told: Mapping[KnownAlert, Alert]) -> None:
        """Remove alerts of whose end people know, unless they were updated since."""
        for known, alert in told.items():
            if known.alert is alert and known in self.members:
                del self.members[known]
                known.is_settled = False


def first_due(alert: Alert, group_wait: timedelta, now: datetime) -> datetime:
    """Say when a group that *alert* opens at *now* may first speak."""
    return now if alert.starts_at + group_wait < now else now + group_wait


class Groups:
    """All live groups and one heap of the moments at which they are due."""

    def __init__(self) -> None:
        self._by_id: dict[GroupId, Group] = {}
        self._timers: list[tuple[datetime, int, Group]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Group]:
        return iter(self._by_id.values())

    def get(self, group_id: GroupId) -> Group | None:
        """Return a live group."""
        return self._by_id.get(group_id)

    def add(self, group: Group) -> None:
        """Take in a group and arm its timer."""
        self._by_id[group.id] = group
        self._arm(group)

    def rearm(self, group: Group, due: datetime) -> None:
        """Set the moment at which the group may next speak."""
        group.due = due
        self._arm(group)

    def remove(self, group: Group) -> None:
        """End a group; an alert that comes later opens a new one."""
        group.is_gone = True
        self._by_id.pop(group.id, None)

    def next_due(self) -> datetime | None:
        """Return the earliest moment at which a group is due."""
        while self._timers and self._is_stale(self._timers[0]):
            heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def pop_due(self, now: datetime) -> Group | None:
        """Return the group that is due first, if one is; whoever takes it must rearm it."""
        due = self.next_due()
        return heappop(self._timers)[2] if due is not None and due <= now else None

    def shift(self, by: timedelta) -> None:
        """Move every timer, because the clock was moved."""
        self._timers = []
        for group in self._by_id.values():
            group.due += by
            self._timers.append((group.due, next(self._order), group))
        heapify(self._timers)

    def _arm(self, group: Group) -> None:
        heappush(self._timers, (group.due, next(self._order), group))

    @staticmethod
    def _is_stale(timer: tuple[datetime, int, Group]) -> bool:
        due, _, group = timer
        return group.is_gone or group.due != due
