"""What network ACLs let through: first match by rule number, stateless, IPv4 and TCP.

vpc/latest/userguide/vpc-network-acls: evaluated "when traffic enters and leaves the subnet, not as it is
routed within a subnet".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.hops import Axis, Extent, Hop, HopKind, Slice, passage
from kafka_trigger_guard.network.lacks import Lack, LackKind
from kafka_trigger_guard.network.model import NetworkAcl, Resource, Subnet
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import ALL_IPV4, EMPTY, RangeSet, Span
from kafka_trigger_guard.network.security_groups import Peer, Ports, named


@dataclass(frozen=True, slots=True)
class _Border:
    """What an ACL lets through on some ports in one direction, and the hop of what passes."""

    open_to: RangeSet
    open_hop: Hop


class NetworkAcls:
    """The network ACLs of one network; what an ACL lets through on some ports is worked out once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._acls: dict[str, NetworkAcl | Doubt] = {}
        self._borders: dict[tuple[str, tuple[Span, ...], bool, bool], _Border] = {}
        self._open: dict[tuple[str, tuple[Span, ...], bool], RangeSet] = {}

    def hop(
        self, subnet: Subnet, axis: Axis, ports: Ports, peer: Peer, *, egress: bool, back: bool = False
    ) -> Hop:
        """The hop at a subnet's border. `back` means the way of the answers, for which all of `ports` must
        be open; otherwise one port is known, or one of them is meant and nobody knows which."""
        acl = self._acls.get(subnet.id)
        if acl is None:
            acl = self._acls[subnet.id] = self._network.network_acl_of(subnet)
        if isinstance(acl, Doubt):
            resource = Resource(subnet.id, "AWS::EC2::Subnet", subnet.account)
            return Hop(HopKind.NETWORK_ACL, Answer.UNKNOWN, resource, acl.text, doubt=acl, back=back)
        key = (acl.id, ports.numbers.spans, egress, back)
        border = self._borders.get(key)
        if border is None:
            border = self._borders[key] = self._border(acl, ports, egress=egress, back=back)
        if peer.addresses <= border.open_to:
            return border.open_hop
        whom = f"{subnet.id} {'to' if egress else 'from'} {named(peer.addresses)}"
        return passage(
            HopKind.NETWORK_ACL,
            border.open_hop.resource,
            partial(_sentence, acl, ports, whom, egress=egress, back=back),
            Extent(axis, peer.addresses, tuple(_slices(acl, peer.addresses, ports.numbers, egress=egress))),
            peer.doubt or ports.doubt,
            exact=peer.exact,
            port_known=back or ports.numbers.sole() is not None,
            back=back,
            lack=Lack(
                LackKind.ACL_ENTRY,
                acl.account,
                at_destination=axis is Axis.DESTINATION,
                egress=egress,
                ports=ports.numbers,
            ),
        )

    def _border(self, acl: NetworkAcl, ports: Ports, *, egress: bool, back: bool) -> _Border:
        open_to = self._open_to(acl, ports.numbers, egress=egress)
        say = partial(_sentence, acl, ports, "", egress=egress, back=back)
        resource = Resource(acl.id, "AWS::EC2::NetworkAcl", acl.account)
        return _Border(open_to, Hop(HopKind.NETWORK_ACL, Answer.ALLOW, resource, say, back=back))

    def _open_to(self, acl: NetworkAcl, ports: RangeSet, *, egress: bool) -> RangeSet:
        """The addresses for which an ACL lets all the ports through."""
        key = (acl.id, ports.spans, egress)
        found = self._open.get(key)
        if found is None:
            found = ALL_IPV4
            for piece in _slices(acl, ALL_IPV4, ports, egress=egress):
                found &= piece.allowed
            self._open[key] = found
        return found


def _slices(acl: NetworkAcl, addresses: RangeSet, ports: RangeSet, *, egress: bool) -> list[Slice]:
    entries = [e for e in acl.entries if e.egress is egress and e.addresses.overlaps(addresses)]
    edges = {first for first, _ in ports.spans} | {last + 1 for _, last in ports.spans}
    edges |= {edge for e in entries for a, b in e.ports.spans for edge in (a, b + 1)}
    marks = sorted(edges)
    slices = []
    for first, after in pairwise(marks):
        if first not in ports:
            continue
        allowed, undecided = EMPTY, addresses
        for entry in entries:
            if first in entry.ports:
                if entry.allow:
                    allowed |= undecided & entry.addresses
                undecided -= entry.addresses
                if not undecided:
                    break
        slices.append(Slice((first, after - 1), allowed, allowed))
    return slices


def _sentence(acl: NetworkAcl, ports: Ports, whom: str, *, egress: bool, back: bool) -> str:
    what = "answers on TCP 1024-65535" if back else f"TCP {ports}"
    if not whom:
        return f"{acl.id} lets {what} {'out' if egress else 'in'}"
    return f"{acl.id} does not let all {what} {'out of' if egress else 'into'} {whom}"
