"""A diagnosis that adds security group rules, as outputs: four with steps of their own, and all as text.

Number and kind of the rules vary; a step of an automation makes one call. What nearly every trigger needs,
references between groups, gets steps of its own, so that the console shows each call; the rest a script adds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from remediation.scripts.diagnosis import Diagnosis
from remediation.scripts.group_rules import Rule, authorize_call, rules_of
from remediation.scripts.presenting import NONE, call_text
from remediation.scripts.tags import own_tags

SLOTS = 4


def present_authorizations(diagnosis: Diagnosis, events: Mapping[str, str]) -> dict[str, Any]:
    """Calls, Rules (JSON text), and Group1, Peer1, From1, To1, Description1 … of the rules with own steps."""
    rules = sorted(rules_of(diagnosis.authorizations), key=lambda rule: not is_plain(rule))
    tags = own_tags(events["ExecutionId"], diagnosis.trigger_id, events["Document"])
    plain = [rule for rule in rules if is_plain(rule)][:SLOTS]
    outputs: dict[str, Any] = {
        "Calls": [call_text("ec2", *authorize_call(rule, tags)) for rule in rules],
        "Rules": json.dumps(rules),
    }
    for number in range(1, SLOTS + 1):
        outputs |= _slot(number, plain[number - 1 : number])
    return outputs


def is_plain(rule: Rule) -> bool:
    """Whether it is a reference to a group of the same account over one range of TCP ports."""
    permission = rule["Permission"]
    pair = (permission.get("UserIdGroupPairs") or [{}])[0]
    ports = {"FromPort", "ToPort"} <= permission.keys()
    return permission["IpProtocol"] == "tcp" and ports and set(pair) == {"GroupId", "Description"}


def _slot(number: int, rules: Iterable[Rule]) -> dict[str, Any]:
    for rule in rules:
        permission = rule["Permission"]
        pair = permission["UserIdGroupPairs"][0]
        return {
            f"Group{number}": rule["GroupId"],
            f"Peer{number}": pair["GroupId"],
            f"From{number}": permission["FromPort"],
            f"To{number}": permission["ToPort"],
            f"Description{number}": pair["Description"],
        }
    names = ("Group", "Peer", "Description")
    return {f"{name}{number}": NONE for name in names} | {f"From{number}": 0, f"To{number}": 0}
