"""Specification of the embedded AWS."""
