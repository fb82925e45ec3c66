"""What an audit reads: the canonical tables, and how cells and rows become records."""
