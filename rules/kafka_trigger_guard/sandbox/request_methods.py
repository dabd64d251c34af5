"""The methods that answer a service's requests, looked up once: moto looks at all of them each time."""

from functools import cache

from moto.core import responses
from moto.core.utils import method_names_from_class

from kafka_trigger_guard.sandbox.corrections import correct


@correct(responses, "method_names_from_class")
@cache
def _method_names(service: type) -> frozenset[str]:
    return frozenset(method_names_from_class(service))
