"""Checks every answer of AWS against botocore's model, before botocore drops what it does not know."""

import json
import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Xml

import boto3
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

OUTSIDE_THE_BODY = ("header", "headers", "statusCode", "uri", "querystring")
WHOLE = re.compile(r"-?[0-9]+")


def check_answers(session: boto3.Session) -> boto3.Session:
    """Let every call of a session fail whose answer does not fit the model; returns the session."""
    session.events.register("before-parse", _check)
    return session


def _check(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    shape = operation_model.output_shape
    if response_dict["status_code"] >= 300 or shape is None:
        return
    protocol = operation_model.service_model.protocol
    if protocol == "rest-json":
        body = json.loads(response_dict["body"] or b"{}")
        problems = list(_json_problems(shape, body, operation_model.name))
    elif protocol == "ec2":
        problems = list(_xml_problems(shape, Xml.fromstring(response_dict["body"]), operation_model.name))
    else:
        return
    assert not problems, "\n".join(problems)


def _json_problems(shape: Shape, value: Any, path: str) -> list[str]:
    if isinstance(shape, StructureShape):
        return _json_structure(shape, value, path)
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [line for item in value for line in _json_problems(shape.member, item, f"{path}[]")]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no map"]
        return [
            line for key, item in value.items() for line in _json_problems(shape.value, item, f"{path}.{key}")
        ]
    return _scalar_problems(shape, value, path)


def _json_structure(shape: StructureShape, value: Any, path: str) -> list[str]:
    """A member that is null counts as left out: Lambda itself writes nulls."""
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no structure"]
    in_body = {
        member.serialization.get("name", name): (name, member)
        for name, member in shape.members.items()
        if member.serialization.get("location") not in OUTSIDE_THE_BODY
    }
    problems = [f"{path}: unknown member {key}" for key in value if key not in in_body]
    for key, (name, member) in in_body.items():
        if value.get(key) is not None:
            problems += _json_problems(member, value[key], f"{path}.{name}")
        elif name in shape.required_members:
            problems.append(f"{path}: required member {name} is missing")
    return problems


def _scalar_problems(shape: Shape, value: Any, path: str) -> list[str]:
    expected: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "long": (int,),
        "double": (int, float),
        "float": (int, float),
        "timestamp": (int, float, str),
    }
    if not isinstance(value, expected[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        return [f"{path}: {value!r} is no {shape.type_name}"]
    if shape.type_name == "string" and getattr(shape, "enum", None) and value not in shape.enum:  # type: ignore[attr-defined]
        return [f"{path}: {value!r} is not one of {shape.enum}"]  # type: ignore[attr-defined]
    return []


def _tag(element: Xml.Element) -> str:
    return element.tag.rpartition("}")[2]


def _xml_problems(shape: Shape, element: Xml.Element, path: str) -> list[str]:
    if isinstance(shape, StructureShape):
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        problems = []
        for child in element:
            if _tag(child) in members:
                problems += _xml_problems(members[_tag(child)], child, f"{path}.{_tag(child)}")
            elif _tag(child).lower() != "requestid":
                problems.append(f"{path}: unknown member {_tag(child)}")
        return problems
    if isinstance(shape, ListShape):
        strange = [f"{path}: {_tag(child)} in a list" for child in element if _tag(child) != "item"]
        return strange + [
            line for child in element for line in _xml_problems(shape.member, child, f"{path}[]")
        ]
    return _text_problems(shape, element.text or "", path)


def _text_problems(shape: Shape, text: str, path: str) -> list[str]:
    """Enumerations are left out: EC2 itself writes `available` where its model says `Available`."""
    fits = True
    if shape.type_name in ("integer", "long"):
        fits = WHOLE.fullmatch(text) is not None
    elif shape.type_name == "boolean":
        fits = text in ("true", "false")
    elif shape.type_name == "timestamp":
        fits = datetime.fromisoformat(text.replace("Z", "+00:00")) is not None
    return [] if fits else [f"{path}: {text!r} is no {shape.type_name}"]
