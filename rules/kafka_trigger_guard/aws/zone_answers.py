"""What private hosted zones that were read answer for names, as far as it decides where to read on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

_ENDPOINT_NAME: Final = re.compile(r"(?:^|\.)(vpce-[0-9a-z]+)-")
_MOST_ALIASES: Final = 8


@dataclass(frozen=True, slots=True)
class ZoneAnswers:
    """The wanted names that zones answer, with addresses and VPC endpoints.

    `endpoints` are pairs of the endpoint's id and the owner of the zone that points at it.
    """

    names: frozenset[str]
    addresses: frozenset[str]
    endpoints: frozenset[tuple[str, str]]


def answers_of(
    zones: Mapping[str, Any], wanted: Collection[tuple[str, str]], names: Collection[str]
) -> ZoneAnswers:
    """What the wanted zones (id and owner) answer for names, aliases between their names included."""
    sets = [
        (owner, record)
        for zone_id, owner in sorted(wanted)
        for record in zones.get(zone_id, {}).get("ResourceRecordSets", [])
    ]
    asked, answered = set(names), set()
    addresses, endpoints = set(), set()
    for _ in range(_MOST_ALIASES):
        found = [(owner, record) for owner, record in sets if _matches(record, asked)]
        answered |= {name for name in names if any(_matches(record, [name]) for _, record in found)}
        targets = {(target, owner) for owner, record in found for target in _targets(record)}
        addresses |= {value for _, record in found for value in _addresses(record)}
        endpoints |= {(m[1], owner) for name, owner in targets if (m := _ENDPOINT_NAME.search(name))}
        if {name for name, _ in targets} <= asked:
            break
        asked |= {name for name, _ in targets}
    return ZoneAnswers(frozenset(answered), frozenset(addresses), frozenset(endpoints))


def _matches(record: Mapping[str, Any], names: Collection[str]) -> bool:
    written = _plain(record.get("Name"))
    if written.startswith("*."):
        return any(name.endswith(written[1:]) for name in names)
    return written in names


def _plain(name: object) -> str:
    return str(name).replace("\\052", "*").lower().rstrip(".")


def _targets(record: Mapping[str, Any]) -> set[str]:
    alias = (record.get("AliasTarget") or {}).get("DNSName")
    if alias:
        return {_plain(alias)}
    return {_plain(value) for value in _values(record)} if record.get("Type") == "CNAME" else set()


def _addresses(record: Mapping[str, Any]) -> set[str]:
    return set(_values(record)) if record.get("Type") == "A" else set()


def _values(record: Mapping[str, Any]) -> list[str]:
    return [str(value["Value"]) for value in record.get("ResourceRecords") or [] if value.get("Value")]
