"""Groups formed anew, after a reload or a restart, from the alerts that are known.

What was told stays told. A group that exists before and after keeps its identity, so that a flush
under way goes on. Timers start again: a group whose first alert is older than the group wait looks
at once whether it has something to say, and the notification log keeps it from repeating itself.
"""

from collections.abc import Container, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from alertrouter.engine.flushing import Told
from alertrouter.engine.grouping import Group, GroupId, Groups, KnownAlert
from alertrouter.engine.policy import Policy
from alertrouter.engine.routing import matching
from alertrouter.engine.shelf import Shelf
from alertrouter.model.alert import Alert
from alertrouter.model.labels import Labels
from alertrouter.model.notification import LogKey
from alertrouter.model.route import Route


def formed_anew(shelf: Shelf, policy: Policy, former: Groups, told: Told, now: datetime) -> Groups:
    """Route every known alert again and return its groups; *former* ones are gone after that."""
    held = {group.id: group.members for group in former}
    for group in former:
        group.is_gone, group.members = True, {}
    formation = _Formation(policy, former, held, told, Groups(), now)
    for known in shelf.values():
        routes = matching(policy.root, known.alert.labels)
        known.groups = [formation.joined(known, route) for route in routes]
    for known in shelf.values():
        known.groups = [formation.closed_silently(known, group) for group in known.groups]
        known.is_settled = all(known in group for group in known.groups)
    return formation.formed


def resumed_due(alert: Alert, group_wait: timedelta, now: datetime) -> datetime:
    """Say when a group that *alert* joins again may speak.

    The wait counts from the alert's start, so that a restart does not make people wait again.
    """
    return max(now, min(alert.starts_at + group_wait, now + group_wait))


class _Formation(Struct, frozen=True):
    policy: Policy
    former: Groups
    held: Mapping[GroupId, Container[KnownAlert]]
    told: Told
    formed: Groups
    now: datetime

    def joined(self, known: KnownAlert, route: Route) -> Group:
        """Return the alert's group on *route*, with the alert in it.

        An alert that is over joins only where somebody still has to hear of its end; elsewhere
        its group counts as gone, to be opened should the alert fire again.
        """
        labels = route.group_labels(known.alert.labels)
        if not known.alert.is_resolved(self.now) or self._is_end_owed(known, route, labels):
            return self._entered(known, route, labels)
        gone = Group(route, labels, self.now)
        gone.is_gone = True
        return gone

    def closed_silently(self, known: KnownAlert, group: Group) -> Group:
        """Open *group* if it is gone, and those who want no ends were told that the alert fires.

        The log has to learn that nothing fires any more; nobody is told. A group that lives learns
        it in time, and with this alert in it would tell its end to others once more.
        """
        is_open = not group.is_gone or self.formed.get(group.id) is not None
        if is_open or not self._has_heard(known, group.route, group.labels, wants_ends=False):
            return group
        return self._entered(known, group.route, group.labels)

    def _entered(self, known: KnownAlert, route: Route, labels: Labels) -> Group:
        due = resumed_due(known.alert, route.options.group_wait, self.now)
        group = self.formed.get((route.id, labels))
        if group is None:
            former = self.former.get((route.id, labels))
            group = Group(route, labels, due) if former is None else former
            group.route, group.due, group.is_gone = route, due, False
            self.formed.add(group)
        elif due < group.due:
            self.formed.rearm(group, due)
        group.join(known)
        return group

    def _is_end_owed(self, known: KnownAlert, route: Route, labels: Labels) -> bool:
        """Say whether a group still held the alert, or somebody who wants ends heard of it."""
        is_held = known in self.held.get((route.id, labels), ())
        return is_held or self._has_heard(known, route, labels, wants_ends=True)

    def _has_heard(
        self, known: KnownAlert, route: Route, labels: Labels, *, wants_ends: bool
    ) -> bool:
        receiver = self.policy.receivers[route.options.receiver]
        group_key = route.group_key(labels)
        return any(
            self.told.has_heard(
                LogKey(group_key, receiver.name, integration.kind, integration.index),
                known.alert.labels,
            )
            for integration in receiver.integrations
            if integration.send_resolved is wants_ends
        )
