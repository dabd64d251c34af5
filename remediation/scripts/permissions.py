"""The permissions that open denied paths: the fewest, each as narrow as the way allows.

By group reference where references match, else by CIDR. vpc/latest/userguide/security-group-rules
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from remediation.scripts.diagnosis import Authorization, Permission
from remediation.scripts.grounds import sole_port
from remediation.scripts.reading import Item, Reading, UnreadError
from remediation.scripts.spans import Spans, block, in_words, within
from remediation.scripts.ways import Path

MOST_RULES = 60
"""Rules of a security group in one direction by default. vpc/latest/userguide/amazon-vpc-limits"""


class Opening(NamedTuple):
    """One permission of one group: a port and its peer: a group, a prefix list or a CIDR block."""

    group_id: str
    side: str
    port: int
    peer: str

    def permission(self) -> Permission:
        """The IpPermission for EC2."""
        kinds = {"sg-": ("UserIdGroupPairs", "GroupId"), "pl-": ("PrefixListIds", "PrefixListId")}
        kind, name = kinds.get(self.peer[:3], ("IpRanges", "CidrIp"))
        return {"IpProtocol": "tcp", "FromPort": self.port, "ToPort": self.port, kind: [{name: self.peer}]}


Cover = tuple[Opening, frozenset[int]]
"""A permission and the paths that it opens, by their place in a list."""


def blocks_of(spans: Spans) -> list[str]:
    """CIDR blocks for spans that are blocks each."""
    return [text if "/" in text else f"{text}/32" for text in (in_words((span,)) for span in spans)]


def fewest(covers: Iterable[Cover]) -> list[Opening]:
    """The openings that are needed: none whose paths the others open too."""
    merged: dict[Opening, set[int]] = {}
    for opening, paths in covers:
        merged.setdefault(opening, set()).update(paths)
    for opening in reversed(list(merged)):
        others = set().union(*(paths for each, paths in merged.items() if each != opening))
        if merged[opening] <= others:
            del merged[opening]
    return list(merged)


def authorizations_of(openings: Iterable[Opening]) -> tuple[Authorization, ...]:
    """The calls that add them, one for each group."""
    by_group: dict[tuple[str, str], list[Permission]] = {}
    for opening in openings:
        by_group.setdefault((opening.group_id, opening.side), []).append(opening.permission())
    return tuple(Authorization(*key, tuple(found)) for key, found in by_group.items())


def in_sentences(openings: Iterable[Opening]) -> str:
    """The openings as people read them."""
    ways = {"ingress": ("ingress", "from"), "egress": ("egress", "to")}
    return "; ".join(
        f"TCP {o.port} {ways[o.side][1]} {o.peer} in the {ways[o.side][0]} of {o.group_id}" for o in openings
    )


def least_used(reading: Reading, vpc_id: str, group_ids: Iterable[str]) -> str:
    """The group that the fewest interfaces carry, so that a rule reaches no further than it must."""
    ids = list(dict.fromkeys(group_ids))
    if len(ids) == 1:
        return ids[0]
    try:
        carried = [
            group["GroupId"] for each in reading.interfaces(vpc_id) for group in each.get("Groups") or []
        ]
    except UnreadError:
        return ids[0]
    return min(ids, key=carried.count)


def unowned(reading: Reading, group_id: str) -> str:
    """The account that owns the group if it is another one, else nothing."""
    group = reading.group(group_id) or {}
    owner = str(group.get("OwnerId") or reading.account)
    return "" if owner == reading.account else owner


def refusal(reading: Reading, openings: list[Opening]) -> str:
    """Why a group cannot take the openings: another account's, or its rules are at their limit."""
    for authorization in authorizations_of(openings):
        owner = unowned(reading, authorization.group_id)
        if owner:
            return f"Account {owner} owns {authorization.group_id}: it must allow {in_sentences(openings)}."
        most = rule_limit(reading)
        side = "IpPermissions" if authorization.direction == "ingress" else "IpPermissionsEgress"
        count = rules_in((reading.group(authorization.group_id) or {}).get(side) or [])
        if count + len(authorization.permissions) > most:
            said = f"merge some or raise the quota, and then allow {in_sentences(openings)}"
            return f"{authorization.group_id} holds {count} of {most} rules: the network team must {said}."
    return ""


def rules_in(permissions: Iterable[Item]) -> int:
    """How many rules permissions are in the API's count: one for each source."""
    kinds = ("UserIdGroupPairs", "IpRanges", "PrefixListIds")
    return sum(len(each.get(kind) or []) for each in permissions for kind in kinds)


def rule_limit(reading: Reading) -> int:
    """How many rules a group may have in one direction: the quota that applies, else AWS's default."""
    return quota(reading, "L-0EA8095F", MOST_RULES)


def quota(reading: Reading, code: str, default: int) -> int:
    """A quota of the service `vpc` as it applies to this account here, the default if it is not read."""
    try:
        answer = reading.ask("service-quotas", "get_service_quota", ServiceCode="vpc", QuotaCode=code)
        return int(answer["Quota"]["Value"])
    except UnreadError:
        return default


def port_of(path: Path) -> int:
    """The port of a path if it is known, else 0."""
    return sole_port(path.target.ports)


def contains(peer: str, spans: Spans) -> bool:
    """Whether a peer that is a CIDR block holds all of some addresses."""
    return not peer.startswith(("sg-", "pl-")) and within(spans, (block(peer),))
