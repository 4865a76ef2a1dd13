"""The tables of people; other packages import from here."""

from yunheng.people.models.calendars import ServiceCalendar, ServiceCalendarVersion
from yunheng.people.models.organisation import Organisation
from yunheng.people.models.posting import Posting
from yunheng.people.models.user import User

__all__ = ["Organisation", "Posting", "ServiceCalendar", "ServiceCalendarVersion", "User"]
