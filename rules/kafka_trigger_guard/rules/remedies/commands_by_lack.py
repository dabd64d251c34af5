"""The commands that supply what hops lack, by what it is."""

from __future__ import annotations

from collections.abc import Callable

from kafka_trigger_guard.network.lacks import LackKind
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.rules.remedies import commands_of_filters as filters
from kafka_trigger_guard.rules.remedies import commands_of_nat as nat
from kafka_trigger_guard.rules.remedies import commands_of_routes as routes
from kafka_trigger_guard.rules.remedies.wanting import Wanting


def commands(wanting: Wanting, network: Network) -> tuple[str, ...]:
    """What the owner of the object runs; nothing where what was read does not tell it."""
    return tuple(_COMMANDS[wanting.lack.kind](wanting, network))


_COMMANDS: dict[LackKind, Callable[[Wanting, Network], list[str]]] = {
    LackKind.GROUP_RULE: filters.group_rule,
    LackKind.ACL_ENTRY: filters.acl_entries,
    LackKind.ROUTE: routes.route,
    LackKind.WORKING_ROUTE: routes.working_route,
    LackKind.TRANSIT_ROUTE: routes.transit_route,
    LackKind.WORKING_TRANSIT_ROUTE: routes.working_transit_route,
    LackKind.ASSOCIATION: routes.association,
    LackKind.ATTACHMENT: routes.attachment,
    LackKind.ATTACHED_ZONE: routes.attached_zone,
    LackKind.ACCEPTANCE: routes.acceptance,
    LackKind.PEERING: routes.peering,
    LackKind.WORKING_NAT: nat.nat,
    LackKind.INTERNET_ROUTE: nat.internet_route,
    LackKind.INTERNET_GATEWAY: nat.internet_gateway,
    LackKind.EXCLUSION: nat.exclusion,
    LackKind.FORWARDING: nat.forwarding,
    LackKind.PUBLIC_ADDRESS: nat.public_address,
}
