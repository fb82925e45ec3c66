"""What the law says: rules, rulebooks, the register of clauses, calendars, conflicts between
clauses."""
