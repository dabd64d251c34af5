"""Hub and spoke as one account would hold them both."""

from __future__ import annotations

import json

from tests.networks.organization import HUB_ACCOUNT, Organization
from tests.networks.shapes import ACCOUNT, Json


def in_one_account(organization: Organization) -> Json:
    """The snapshot of a single account that owns hub and spoke."""
    own, hub = organization.spoke.document(), organization.hub_document()
    for operation, answer in hub["responses"].items():
        for member, value in answer.items():
            kept = own["responses"].setdefault(operation, {}).setdefault(member, value)
            if isinstance(value, list) and kept is not value:
                kept += [each for each in value if _key(each) not in [_key(one) for one in kept]]
    document: Json = json.loads(json.dumps(own).replace(HUB_ACCOUNT, ACCOUNT))
    return document


def _key(item: Json) -> str:
    named = ("VpcPeeringConnectionId", "TransitGatewayAttachmentId", "TransitGatewayId")
    return next((item[name] for name in named if name in item), "") or json.dumps(item, sort_keys=True)
