"""Print the figures: `make bench`. Nothing here passes or fails; machines differ."""

from __future__ import annotations

import importlib
import pkgutil

import tests.benchmarks as room


def main() -> None:
    """Run every benchmark module of this room that has a `report`."""
    for found in sorted(pkgutil.iter_modules(room.__path__), key=lambda module: module.name):
        if found.name.startswith("bench_"):
            module = importlib.import_module(f"{room.__name__}.{found.name}")
            print(f"\n{(module.__doc__ or found.name).strip().splitlines()[0]}")
            for line in module.report():
                print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
