"""Seeded, realistic service records of an invented company, of any size, and the sample month."""

from flows.generate.month import generate
from flows.generate.plan import Plan
from flows.generate.sample import write_sample
from flows.generate.write import write

__all__ = ["Plan", "generate", "write", "write_sample"]
