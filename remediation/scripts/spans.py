"""Sets of whole numbers as sorted spans: IPv4 addresses and TCP ports, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

Span = tuple[int, int]
Spans = tuple[Span, ...]

EVERYTHING: Spans = ((0, 2**32 - 1),)
RETURN_PORTS: Spans = ((1024, 65535),)
"""Where answers go. vpc/latest/userguide/vpc-network-acls"""


def block(text: str) -> Span:
    """First and last address of a CIDR block or of a single address. Raises ValueError."""
    network = IPv4Network(text, strict=False)
    return int(network.network_address), int(network.broadcast_address)


def union(spans: Iterable[Span]) -> Spans:
    """Spans in order that neither touch nor overlap."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def minus(spans: Spans, holes: Spans) -> Spans:
    """What is left of spans without others."""
    for low, high in holes:
        halves = ((first, min(last, low - 1)) for first, last in spans)
        others = ((max(first, high + 1), last) for first, last in spans)
        spans = tuple(sorted(piece for piece in (*halves, *others) if piece[0] <= piece[1]))
    return union(spans)


def both(spans: Spans, others: Spans) -> Spans:
    """What is in both sets."""
    return minus(spans, minus(EVERYTHING, others))


def within(spans: Spans, others: Spans) -> bool:
    """Whether the first set lies in the second."""
    return not minus(spans, others)


def number_of(text: str) -> int | None:
    """An IPv4 address as a number; None if the text is none."""
    try:
        return int(IPv4Address(text))
    except ValueError:
        return None


def single(number: int) -> Spans:
    """The set of one number."""
    return ((number, number),)


def in_words(spans: Spans) -> str:
    """Addresses as people write them."""
    if len(spans) != 1:
        return "several address ranges" if spans else "no address"
    first, last = spans[0]
    if first == last:
        return str(IPv4Address(first))
    text = f"{IPv4Address(first)}/{33 - (last - first + 1).bit_length()}"
    return text if block(text) == (first, last) else f"{IPv4Address(first)}-{IPv4Address(last)}"


_RESERVED = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/3"),
)
PUBLIC: Spans = minus(EVERYTHING, tuple(block(text) for text in _RESERVED))
"""Every address that the internet routes. IANA IPv4 Special-Purpose Address Registry"""
