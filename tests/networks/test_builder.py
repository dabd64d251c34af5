"""The builder speaks AWS's language, and every healthy start is what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from tests.networks.builder import COLLECTIONS, Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless, healthy_vpc_connection
from tests.networks.neighbours import with_attached_vpc, with_peered_vpc
from tests.networks.shapes import Json

STARTS = (healthy, healthy_msk, healthy_serverless, healthy_vpc_connection)
RICH: dict[str, Callable[[], Scenario]] = {
    **{start.__name__: start for start in STARTS},
    "NAT and an S3 gateway": lambda: healthy().nat().s3_gateway(),
    "a peered VPC": lambda: with_peered_vpc(healthy()),
    "a transit gateway": lambda: with_attached_vpc(healthy()),
    "a prefix list": lambda: healthy().prefix_list("spokes", "10.1.0.0/16"),
}
MERGED_FROM_SEVERAL_CALLS = ("ec2:DescribeVpcAttribute",)


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.Session().get_service_model(service)


def output_of(service: str, action: str) -> Shape:
    """What an operation answers, by the service's model."""
    shape: Shape | None = _model(service).operation_model(action).output_shape
    assert shape is not None
    return shape


def unknown_members(answer: Any, shape: Shape, path: str) -> list[str]:
    """The members of an answer, at any depth, that the service's model does not know."""
    if isinstance(shape, StructureShape) and isinstance(answer, dict):
        strange = [f"{path}.{key}" for key in answer if key not in shape.members]
        known = {key: value for key, value in answer.items() if key in shape.members}
        return strange + [
            each
            for key, value in known.items()
            for each in unknown_members(value, shape.members[key], f"{path}.{key}")
        ]
    if isinstance(shape, ListShape) and isinstance(answer, list):
        return [each for item in answer for each in unknown_members(item, shape.member, f"{path}[]")]
    return []


def answers_of(document: Json) -> list[tuple[str, Json]]:
    """Every answer of a document with its operation; those of keyed operations one by one."""
    found = []
    for operation, answer in document["responses"].items():
        if operation in COLLECTIONS or operation == "ec2:DescribeVpcBlockPublicAccessOptions":
            found.append((operation, answer))
        elif operation not in MERGED_FROM_SEVERAL_CALLS:
            found += [(operation, each) for each in answer.values()]
    return found


@pytest.mark.parametrize("name", sorted(RICH))
def test_every_member_of_every_answer_is_one_of_the_services_model(name: str) -> None:
    """What the builder writes could have come from AWS."""
    strange = []
    for operation, answer in answers_of(RICH[name]().document()):
        service, action = operation.split(":")
        shape = output_of(service, action)
        strange += unknown_members(answer, shape, operation)
    assert strange == []


@pytest.mark.parametrize("start", STARTS)
def test_a_document_is_detached_from_its_builder(start: Any) -> None:
    """What is done to a document does not change the next one."""
    scenario: Scenario = start()
    first = scenario.document()
    first["responses"].clear()
    assert scenario.document() == start().document()


def test_ids_are_realistic_and_unique() -> None:
    """Seventeen digits after the prefix, and no two objects of a kind share one."""
    document = healthy().nat().document()
    for operation, (key, identifier) in COLLECTIONS.items():
        ids = [each[identifier] for each in document["responses"][operation][key]]
        assert len(ids) == len(set(ids))
    assert json.dumps(document).count("vpce-0") > 0
