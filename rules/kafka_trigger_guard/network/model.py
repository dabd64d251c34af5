"""What a network is made of: one frozen dataclass for each kind of AWS object, IPv4 only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from kafka_trigger_guard.network.policies import Policy
from kafka_trigger_guard.network.ranges import EMPTY, RangeSet, Span


@dataclass(frozen=True, slots=True)
class Resource:
    """An AWS object by id; `type` is its CloudFormation type, `account` its owner's 12 digits."""

    id: str
    type: str
    account: str


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC; `dns_support` and `dns_hostnames` are None where the attribute was not read.

    `blocks` are its associated CIDR blocks one by one, `cidrs` their union.
    """

    id: str
    account: str
    region: str
    blocks: tuple[Span, ...]
    cidrs: RangeSet
    dhcp_options_id: str | None = None
    dns_support: bool | None = None
    dns_hostnames: bool | None = None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet; `account` is the owner's, which differs from the user's in a shared VPC.

    `zone` is the zone's id, the same in all accounts, where AWS tells it; `zone_name` is the account's name.
    """

    id: str
    vpc_id: str
    account: str
    region: str
    zone: str
    zone_name: str
    addresses: RangeSet


class RouteTarget(Enum):
    """The kind of thing a route leads to."""

    LOCAL = "local"
    NAT_GATEWAY = "AWS::EC2::NatGateway"
    INTERNET_GATEWAY = "AWS::EC2::InternetGateway"
    TRANSIT_GATEWAY = "AWS::EC2::TransitGateway"
    PEERING = "AWS::EC2::VPCPeeringConnection"
    VPN_GATEWAY = "AWS::EC2::VPNGateway"
    CORE_NETWORK = "AWS::NetworkManager::CoreNetwork"
    ENDPOINT = "AWS::EC2::VPCEndpoint"
    INTERFACE = "AWS::EC2::NetworkInterface"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Route:
    """One IPv4 route: to a CIDR block or a prefix list, towards a target by id."""

    target: RouteTarget
    target_id: str
    addresses: RangeSet | None = None
    prefix_length: int = 0
    prefix_list_id: str | None = None
    active: bool = True
    propagated: bool = False


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table with the subnets that name it; `main` serves those that name none."""

    id: str
    vpc_id: str
    account: str
    routes: tuple[Route, ...]
    subnet_ids: tuple[str, ...] = ()
    main: bool = False


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One IPv4 entry of a network ACL as far as it can match TCP."""

    number: int
    egress: bool
    allow: bool
    addresses: RangeSet
    ports: RangeSet


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """A network ACL; entries are sorted by number, and what none matches is denied."""

    id: str
    vpc_id: str
    account: str
    entries: tuple[AclEntry, ...]
    subnet_ids: tuple[str, ...] = ()
    default: bool = False


@dataclass(frozen=True, slots=True)
class GroupReference:
    """A security group named in a rule; a `stale` one (its peering is gone) matches nothing."""

    group_id: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of a security group as far as it can match TCP over IPv4."""

    ports: RangeSet
    addresses: RangeSet = EMPTY
    groups: tuple[GroupReference, ...] = ()
    prefix_list_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group: allow rules only, united."""

    id: str
    vpc_id: str
    account: str
    name: str
    ingress: tuple[Permission, ...] = ()
    egress: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; `addresses` holds secondary addresses and IPv4 prefixes too."""

    id: str
    vpc_id: str
    subnet_id: str
    account: str
    type: str
    addresses: RangeSet
    primary: int
    group_ids: tuple[str, ...] = ()
    public: bool = False
    source_dest_check: bool = True
    private_dns_names: tuple[str, ...] = ()
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint; `state` is lower case, `region` that of the service it reaches."""

    id: str
    vpc_id: str
    account: str
    type: str
    service_name: str
    state: str
    region: str
    private_dns_enabled: bool = False
    inbound_resolver_only: bool = False
    ipv4: bool = True
    group_ids: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    interface_ids: tuple[str, ...] = ()
    route_table_ids: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    policy: Policy | None = None

    @property
    def available(self) -> bool:
        """Whether the endpoint serves: AWS writes `available` on the wire, `Available` in the model."""
        return self.state == "available"


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway; a regional one has no subnet but may have a route table of its own."""

    id: str
    vpc_id: str
    account: str
    subnet_id: str | None
    available: bool
    public: bool
    route_table_id: str | None = None


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """An internet gateway and the VPCs to which it is attached now."""

    id: str
    account: str
    vpc_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeeringSide:
    """One side of a peering: the VPC, its account and Region."""

    vpc_id: str
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Peering:
    """A VPC peering connection; `active` says that it carries, `state` is AWS's word in lower case."""

    id: str
    account: str
    active: bool
    requester: PeeringSide
    accepter: PeeringSide
    state: str = ""


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A managed prefix list; each entry is its addresses and its prefix length."""

    id: str
    name: str
    account: str
    entries: tuple[tuple[RangeSet, int], ...]
    addresses: RangeSet


@dataclass(frozen=True, slots=True)
class DhcpOptions:
    """A VPC's DHCP options; `resolvers` are its domain name servers as written."""

    id: str
    account: str
    resolvers: tuple[str, ...]


class BlockMode(Enum):
    """How VPC Block Public Access stands in a Region. vpc/latest/userguide/security-vpc-bpa-basics"""

    OFF = "off"
    INGRESS = "block-ingress"
    BIDIRECTIONAL = "block-bidirectional"


@dataclass(frozen=True, slots=True)
class BlockPublicAccess:
    """Block Public Access of one account and Region; `excluded` holds VPC and subnet ids let out."""

    mode: BlockMode = BlockMode.OFF
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """A transit gateway; `references` says that security group references may cross it."""

    id: str
    account: str
    references: bool = False
    region: str = ""


@dataclass(frozen=True, slots=True)
class TransitAttachment:
    """An attachment to a transit gateway, seen by its owner or by the gateway's.

    `resource_id` is the attached VPC or, of `kind` peering, the other transit gateway; `account` its owner's;
    `state` AWS's word in lower case. In `appliance_mode` packets come out in any of its zones.
    """

    id: str
    transit_gateway_id: str
    transit_gateway_account: str
    account: str
    kind: str
    resource_id: str
    available: bool = True
    subnet_ids: tuple[str, ...] | None = None
    references: bool = False
    route_table_id: str | None = None
    association_known: bool = False
    state: str = ""
    appliance_mode: bool = False


@dataclass(frozen=True, slots=True)
class TransitRoute:
    """One route of a transit gateway route table; ECMP gives it several attachments."""

    addresses: RangeSet
    prefix_length: int
    active: bool
    propagated: bool
    attachments: tuple[tuple[str, str, str], ...]
    """(attachment id, resource type, resource id)"""


@dataclass(frozen=True, slots=True)
class TransitRouteTable:
    """What a search of a transit gateway route table found; `complete` unless it was cut short."""

    id: str
    routes: tuple[TransitRoute, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """A record set of a private hosted zone; names are lower case without a final dot.

    `alias_zone` is the id of the zone that holds the alias's target: its own, or that of an AWS resource.
    """

    name: str
    type: str
    values: tuple[str, ...] = ()
    alias: str | None = None
    alias_zone: str = ""


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A private hosted zone that answers in some VPC."""

    id: str
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a Route 53 Profile brings to its VPCs: hosted zones and interface endpoints, by id; `owners` are
    pairs of such an id and the account that AWS names for it; `account` is one that may read the Profile."""

    id: str
    zone_ids: tuple[str, ...]
    endpoint_ids: tuple[str, ...]
    owners: tuple[tuple[str, str], ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not read: the operation (with its key), where, and why."""

    operation: str
    account: str
    region: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that was read, by id; `gaps` by (account, Region, operation with its key)."""

    scopes: frozenset[tuple[str, str]]
    gaps: Mapping[tuple[str, str, str], Gap] = field(default_factory=dict)
    vpcs: Mapping[str, Vpc] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    route_tables: Mapping[str, RouteTable] = field(default_factory=dict)
    network_acls: Mapping[str, NetworkAcl] = field(default_factory=dict)
    security_groups: Mapping[str, SecurityGroup] = field(default_factory=dict)
    interfaces: Mapping[str, Interface] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    nat_gateways: Mapping[str, NatGateway] = field(default_factory=dict)
    internet_gateways: Mapping[str, InternetGateway] = field(default_factory=dict)
    peerings: Mapping[str, Peering] = field(default_factory=dict)
    prefix_lists: Mapping[str, PrefixList] = field(default_factory=dict)
    dhcp_options: Mapping[str, DhcpOptions] = field(default_factory=dict)
    block_public_access: Mapping[tuple[str, str], BlockPublicAccess] = field(default_factory=dict)
    transit_gateways: Mapping[str, TransitGateway] = field(default_factory=dict)
    transit_attachments: tuple[TransitAttachment, ...] = ()
    transit_route_tables: Mapping[str, TransitRouteTable] = field(default_factory=dict)
    zones_of_vpc: Mapping[str, tuple[HostedZone, ...]] = field(default_factory=dict)
    zones: Mapping[str, HostedZone] = field(default_factory=dict)
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    profiles_of_vpc: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
