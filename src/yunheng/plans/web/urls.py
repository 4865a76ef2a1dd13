from django.urls import path

from yunheng.plans.web import days, occurrences, papers, plan, rows

app_name = "plans"
urlpatterns = [
    path("", plan.plan_page, name="plan"),
    path("today", days.today_page, name="today"),
    path("calendar", days.calendar_page, name="calendar"),
    path("days/<str:day>", days.day_page, name="day"),
    path("import", plan.bring_in, name="import"),
    path("versions/<str:uid>", plan.version_page, name="version"),
    path("versions/<str:uid>/answer", plan.answer_version, name="answer-version"),
    path("rows/<str:uid>", rows.row_page, name="row"),
    path("rows/<str:uid>/interpretation", rows.interpret, name="interpret"),
    path("rows/<str:uid>/satisfied-by", rows.settle, name="settle"),
    path("rows/<str:uid>/open", rows.open_by_need, name="open"),
    path("interpretations/<str:uid>/answer", rows.answer_interpretation, name="answer-interpretation"),
    path("work", occurrences.occurrence_list, name="occurrences"),
    path("work/<str:uid>", occurrences.occurrence_page, name="occurrence"),
    path("work/<str:uid>/complete", occurrences.complete, name="complete"),
    path("work/<str:uid>/waive", occurrences.waive_it, name="waive"),
    path("work/<str:uid>/entries/<int:pk>/confirm", occurrences.confirm, name="confirm"),
    path("work/<str:uid>/entries/<int:pk>/retract", occurrences.retract, name="retract"),
    path("papers", papers.document_page, name="documents"),
    path("papers/<str:uid>", papers.entry_page, name="document-entry"),
    path("papers/<str:uid>/hand-in", papers.hand_in, name="hand-in"),
]
