"""A Polars execution engine for Great Expectations. Importing it imports GX (seconds), and makes
`add_polars` known."""

from checks.completeness.gx.catalogue import install
from checks.completeness.gx.datasource import PolarsDatasource
from checks.completeness.gx.engine import PolarsExecutionEngine, Tables
from checks.completeness.gx.run import run

__all__ = ["PolarsDatasource", "PolarsExecutionEngine", "Tables", "install", "run"]
