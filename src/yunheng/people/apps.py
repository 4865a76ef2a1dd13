from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "yunheng.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.people import access, jobs, links  # noqa: F401 (they register themselves)
        from yunheng.ui import navigation

        for label, url_name, kind, icon, order in (
            (_("Users"), "people:users", access.USER, "users", 10),
            (_("Roles"), "people:grants", access.GRANT, "user-shield", 20),
            (_("Service calendars"), "people:calendars", access.CALENDAR, "calendar-time", 30),
            (_("Jobs"), "people:jobs", access.JOB, "settings-automation", 40),
            (_("Audit chain"), "people:audit", access.AUDIT, "link", 50),
        ):
            navigation.register(group="system", label=label, url_name=url_name, kind=kind, icon=icon, order=order)
        navigation.register(
            group="system", label=_("Health"), url_name="health", kind=access.JOB, icon="heart", order=45
        )
        for label, url_name, kind, icon, order in (
            (_("Postings"), "people:postings", access.POSTING, "id-badge", 60),
            (_("Organisations"), "people:organisations", access.ORGANISATION, "building", 70),
        ):
            navigation.register(group="contract", label=label, url_name=url_name, kind=kind, icon=icon, order=order)
