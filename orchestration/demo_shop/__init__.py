"""A generated shop with planted behaviour: data for demos, tests and benchmarks."""

from orchestration.demo_shop.generate import Plan, generate

__all__ = ["Plan", "generate"]
