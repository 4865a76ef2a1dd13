from __future__ import annotations

from django.urls import path

from yunheng.servicedesk.web import lists, steps, tickets

app_name = "servicedesk"

urlpatterns = [
    path("", lists.ticket_list, name="ticket-list"),
    path("new/", tickets.new, name="ticket-new"),
    path("<str:uid>/", tickets.ticket, name="ticket"),
    path("<str:uid>/clock/<str:kind>/", tickets.clock, name="clock"),
    path("<str:uid>/step/<str:name>/", steps.step, name="step"),
    path("<str:uid>/pause/<int:number>/", steps.decide_pause, name="decide-pause"),
    path("<str:uid>/level/", steps.decide_level, name="decide-level"),
    path("<str:uid>/fact/<int:number>/confirm/", steps.confirm_fact, name="confirm-fact"),
    path("<str:uid>/fact/<int:number>/correct/", steps.correct_fact, name="correct-fact"),
]
