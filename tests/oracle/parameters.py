"""The parameters of the rules, from the strings in which AWS Config and the command line hand them over."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.rules import Parameters


def parameters_of(values: Mapping[str, str]) -> Parameters:
    """Parameters from strings; what is absent has its default."""
    nat = values.get("AllowNat")
    exempt = [
        (part.split("@")[0], part.split("@")[1]) for part in values.get("Exempt", "").split(",") if part
    ]
    return Parameters(
        allow_nat=None if nat is None else nat == "true",
        include_disabled=values.get("IncludeDisabled") == "true",
        minimum_brokers=int(values.get("MinimumBrokers", "2")),
        minimum_zones=int(values.get("MinimumZones", "2")),
        exempt=dict(exempt),
    )
