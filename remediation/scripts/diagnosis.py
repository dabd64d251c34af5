"""What a document's diagnosis says: the decision, the sentence for people, and what would change.

Runs inside SSM Automation (python3.11, boto3): standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Clients = Callable[[str], Any]
"""Service name (`ec2`, `lambda`, `kafka`, `route53resolver` …) -> a boto3 client of the trigger's Region."""

Inputs = Mapping[str, Any]
"""A document's parameters by name, `Exempt` a list, others text; what is absent or empty has its default."""

Permission = Mapping[str, Any]
"""One EC2 IpPermission, ready for AuthorizeSecurityGroupIngress or -Egress."""


class Decision(StrEnum):
    """What the document does: end Success, go on, or end Failed because a person must act."""

    NOTHING = "nothing"
    APPLY = "apply"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Authorization:
    """Permissions to add to one security group: one AuthorizeSecurityGroupIngress or -Egress call."""

    group_id: str
    direction: str
    """`ingress` or `egress`."""
    permissions: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class EndpointPlan:
    """How the service's interface endpoint comes to serve the VPC; the steps in the order of the fields.

    A group (`group_id`, or a new one named `group_name` when that is empty and `needs_group`) gets
    `group_permissions` (ingress). Then `endpoint_id` is changed, or, when it is empty, an endpoint is
    created in `subnet_ids` with private DNS and that group. The VPC's DNS attributes come before that.
    """

    vpc_id: str
    service_name: str
    """`com.amazonaws.<region>.lambda` and the like."""
    service: str
    """`lambda`, `sts`, `secretsmanager`, `sqs`, `sns`."""
    needs_group: bool = True
    """False: no group is made or given permissions (only VPC DNS attributes, or waiting)."""
    group_id: str = ""
    """The existing group of our name in the VPC; empty: create it."""
    group_name: str = ""
    group_permissions: tuple[Permission, ...] = ()
    """Ingress that the group still lacks; may be empty when it is adopted."""
    endpoint_id: str = ""
    """The endpoint to change or await; empty: create one."""
    endpoint_pending: bool = False
    """The endpoint is on its way already (made by us): wait until it is available."""
    subnet_ids: tuple[str, ...] = ()
    """For CreateVpcEndpoint: one trigger subnet per zone that the service offers."""
    add_group_to_endpoint: bool = False
    """ModifyVpcEndpoint AddSecurityGroupIds with the group."""
    enable_private_dns: bool = False
    """ModifyVpcEndpoint PrivateDnsEnabled (an existing endpoint; a created one has it from the start)."""
    enable_dns_support: bool = False
    enable_dns_hostnames: bool = False
    egress_group_id: str = ""
    """A trigger group that does not let pollers out to the endpoint yet: authorize egress of TCP 443 from it
    to `egress_peer_group_id` (empty: the plan's own group), before the endpoint. Empty: nothing to add."""
    egress_peer_group_id: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis. APPLY carries `authorizations` or `endpoint`; `affected` are sentences on neighbours."""

    decision: Decision
    sentence: str
    trigger_id: str
    """The UUID that was judged (also when the document was given a function name); empty if there is none."""
    authorizations: tuple[Authorization, ...] = ()
    endpoint: EndpointPlan | None = None
    affected: tuple[str, ...] = ()
