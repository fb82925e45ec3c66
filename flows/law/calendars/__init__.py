"""Working days from files: a company's own calendar, and the holiday notices that were imported."""

from flows.law.calendars.company import company_days
from flows.law.calendars.notices import notices, pins, with_notices

__all__ = ["company_days", "notices", "pins", "with_notices"]
