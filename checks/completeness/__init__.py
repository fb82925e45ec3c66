"""Completeness: what each table must hold, judged through Great Expectations and per record."""
