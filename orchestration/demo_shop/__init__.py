"""A generated shop with known behaviour planted in it: data for trying, testing and timing."""

from orchestration.demo_shop.generate import Plan, generate

__all__ = ["Plan", "generate"]
