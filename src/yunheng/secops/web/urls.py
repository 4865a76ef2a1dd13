from django.urls import path

from yunheng.secops.web import pages

app_name = "secops"
urlpatterns = [
    path("", pages.event_list, name="event-list"),
    path("report", pages.report, name="report"),
    path("<str:uid>", pages.event_page, name="event"),
    path("<str:uid>/confirm", pages.confirm, name="confirm"),
    path("<str:uid>/dismiss", pages.dismiss, name="dismiss"),
    path("<str:uid>/note", pages.note, name="note"),
]
