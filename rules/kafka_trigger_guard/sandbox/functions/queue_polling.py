"""Lambda's pollers of SQS queues: batches go to the function, and what it answered leaves the queue.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from hashlib import md5
from typing import Any

from moto.awslambda_simple.models import lambda_simple_backends
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.functions.event_source_mappings import KafkaEventSourceMapping
from kafka_trigger_guard.sandbox.functions.invocations import Functions
from kafka_trigger_guard.sandbox.iam.roles import session_as

_AT_ONCE = 10
_PARTIAL = "ReportBatchItemFailures"
_moto_add_message = Queue.add_message


@correct(Queue, "add_message")
def _add_message(queue: Any, message: Any) -> None:
    """A message waits for its poller; moto invokes a function for it at once, without its code."""
    mappings, queue.lambda_event_source_mappings = queue.lambda_event_source_mappings, {}
    try:
        _moto_add_message(queue, message)
    finally:
        queue.lambda_event_source_mappings = mappings


@correct(SQSBackend, "is_message_valid_based_on_retention_period")
def _is_retained(backend: Any, queue_name: str, message: Any) -> bool:
    """moto counts all messages of the queue to learn how long it keeps one."""
    kept_seconds = int(backend.get_queue(queue_name).message_retention_period)
    return bool(message.sent_timestamp / 1000 + kept_seconds > time.time())


def polled(functions: Functions) -> Iterator[str]:
    """Hand one batch of every queue with an enabled mapping to its function; what went wrong, if anything."""
    for account, regions in tuple(lambda_simple_backends.items()):
        for region, backend in tuple(regions.items()):
            for mapping in tuple(getattr(backend, "_event_source_mappings", {}).values()):
                if not isinstance(mapping, KafkaEventSourceMapping) and mapping.enabled:
                    yield from _poll(account, region, mapping, functions)


def waiting() -> bool:
    """Whether a queue with an enabled mapping has messages that can be received."""
    return any(
        queue.messages and any(mapping.enabled for mapping in queue.lambda_event_source_mappings.values())
        for regions in tuple(sqs_backends.values())
        for backend in tuple(regions.values())
        for queue in backend.queues.values()
    )


def _poll(account: str, region: str, mapping: Any, functions: Functions) -> Iterator[str]:
    queue = _queue(account, region, str(mapping.event_source_arn))
    if queue is None or not queue.messages:
        return
    session = session_as(*functions.session_role(mapping.function_arn), "poller")
    sqs: Any = session.client("sqs")
    url = f"https://sqs.{region}.amazonaws.com/{account}/{queue.name}"
    batch = list(_batch(sqs, url, int(mapping.batch_size)))
    if not batch:
        return
    failed = {message["MessageId"] for message in batch}
    try:
        answer = functions.invoke(mapping.function_arn, _event(batch, mapping.event_source_arn, region))
        failed = _failed(answer, mapping)
    except Exception as error:
        yield f"{mapping.function_arn} failed: {type(error).__name__}: {error}"
    done = [message for message in batch if message["MessageId"] not in failed]
    for start in range(0, len(done), _AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(done[start : start + _AT_ONCE])
        ]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    _show_again(account, region, queue, [m["ReceiptHandle"] for m in batch if m["MessageId"] in failed])


def _queue(account: str, region: str, arn: str) -> Any | None:
    queues: dict[str, Any] = sqs_backends[account][region].queues
    return next((queue for queue in queues.values() if queue.queue_arn == arn), None)


def _batch(sqs: Any, url: str, size: int) -> Iterator[dict[str, Any]]:
    taken = 0
    while taken < size:
        received = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(_AT_ONCE, size - taken),
            WaitTimeSeconds=0,
            AttributeNames=["All"],
        ).get("Messages", [])
        if not received:
            return
        taken += len(received)
        yield from received


def _event(batch: Sequence[dict[str, Any]], queue_arn: str, region: str) -> dict[str, Any]:
    """lambda/latest/dg/with-sqs (example standard queue message event)"""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {},
                "md5OfBody": md5(message["Body"].encode(), usedforsecurity=False).hexdigest(),
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": region,
            }
            for message in batch
        ]
    }


def _failed(answer: Any, mapping: Any) -> set[str]:
    if _PARTIAL not in (mapping.function_response_types or ()) or not isinstance(answer, dict):
        return set()
    return {str(failure["itemIdentifier"]) for failure in answer.get("batchItemFailures") or ()}


def _show_again(account: str, region: str, queue: Any, handles: Sequence[str]) -> None:
    """The time for which messages are hidden passes."""
    backend: Any = sqs_backends[account][region]
    for handle in handles:
        backend.change_message_visibility(queue.name, handle, visibility_timeout=0)
