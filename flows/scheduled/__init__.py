"""Prefect: the same audit as flows and tasks, by schedule, on a cluster."""
