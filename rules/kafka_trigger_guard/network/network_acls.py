"""What network ACLs let through: first match by rule number, stateless, IPv4 and TCP.

vpc/latest/userguide/vpc-network-acls: evaluated "when traffic enters and leaves the subnet, not as it is
routed within a subnet".
"""

from __future__ import annotations

from itertools import pairwise

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.hops import Axis, Extent, Hop, HopKind, Slice, passage
from kafka_trigger_guard.network.model import NetworkAcl, Resource, Subnet
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import EMPTY, RangeSet
from kafka_trigger_guard.network.security_groups import Peer, Ports, named


class NetworkAcls:
    """The network ACLs of one network; what an ACL does with addresses and ports is worked out once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._slices: dict[tuple[str, bool, RangeSet, RangeSet], tuple[Slice, ...]] = {}

    def hop(
        self, subnet: Subnet, axis: Axis, ports: Ports, peer: Peer, *, egress: bool, back: bool = False
    ) -> Hop:
        """The hop at a subnet's border. `back` means the way of the answers, for which all of `ports` must
        be open; otherwise one port is known, or one of them is meant and nobody knows which."""
        acl = self._network.network_acl_of(subnet)
        if isinstance(acl, Doubt):
            resource = Resource(subnet.id, "AWS::EC2::Subnet", subnet.account)
            return Hop(HopKind.NETWORK_ACL, Answer.UNKNOWN, resource, acl.text, doubt=acl, back=back)
        slices = self._passed(acl, peer.addresses, ports.numbers, egress=egress)
        return passage(
            HopKind.NETWORK_ACL,
            Resource(acl.id, "AWS::EC2::NetworkAcl", acl.account),
            _sentence(acl, subnet, ports, peer, egress=egress, back=back),
            Extent(axis, peer.addresses, slices),
            peer.doubt or ports.doubt,
            exact=peer.exact,
            port_known=back or ports.numbers.sole() is not None,
            back=back,
        )

    def _passed(
        self, acl: NetworkAcl, addresses: RangeSet, ports: RangeSet, *, egress: bool
    ) -> tuple[Slice, ...]:
        key = (acl.id, egress, addresses, ports)
        found = self._slices.get(key)
        if found is None:
            found = self._slices[key] = tuple(_slices(acl, addresses, ports, egress=egress))
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


def _sentence(acl: NetworkAcl, subnet: Subnet, ports: Ports, peer: Peer, *, egress: bool, back: bool) -> str:
    way = "out of" if egress else "into"
    end = "to" if egress else "from"
    what = "answers on TCP 1024-65535" if back else f"TCP {ports}"
    return f"{acl.id} on {what} {way} {subnet.id} {end} {named(peer.addresses)}"
