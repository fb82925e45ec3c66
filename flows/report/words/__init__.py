"""What the report says: texts, wording, how values are printed, what is masked."""
