"""What Kelou knows and how it judges: tables, rulebooks, verdicts. Pure: no I/O, no Prefect, no
Jinja."""
