"""The product's addresses and a page with every component, for tests and for looking at."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from tests.ui.builders import NOW, a_bulk_action, a_clock, a_listing, some_steps, some_trail, some_transitions
from tests.ui.models import Note

from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import Scope
from yunheng.site.urls import handler400, handler403, handler404, handler500
from yunheng.site.urls import urlpatterns as product_urls
from yunheng.ui.lists import render_list

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class NoteForm(forms.Form):
    title = forms.CharField(label="标题", help_text="一句话说明发生了什么。", max_length=60)
    level = forms.ChoiceField(label="级别", choices=[("1", "一级"), ("2", "二级")], widget=forms.RadioSelect)
    system = forms.ChoiceField(label="系统", choices=[("", "—"), ("oa", "协同办公系统")], required=False)
    at = forms.DateTimeField(label="发生时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    file = forms.FileField(label="附件", required=False)
    text = forms.CharField(label="经过", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    sure = forms.BooleanField(label="已与用户确认", required=False)


def components(request: HttpRequest) -> HttpResponse:
    form = NoteForm(request.POST or None)
    if "message" in request.GET:
        messages.success(request, "已登记 INC-2021-000123。")
        messages.error(request, "没有保存：结束时间早于开始时间。")
    clocks = [
        a_clock(remaining=8100, label="响应", due=NOW, url="/ui/drawer/"),
        a_clock(remaining=1500),
        a_clock(remaining=-2400, url="/ui/drawer/"),
        a_clock("paused", reason="等待采购", party="甲方"),
        a_clock("met"),
        a_clock("missed", remaining=-5400),
        a_clock("waiting"),
        a_clock("stopped"),
    ]
    values = {
        "form": form,
        "clocks": clocks,
        "steps": some_steps(),
        "transitions": some_transitions(),
        "entries": some_trail(),
        "now": NOW,
        "crumbs": [("首页", "/"), ("工单", "/notes/"), ("INC-2021-000123", "")],
    }
    return render(request, "styleguide/components.html", values)


def drawer(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide/drawer.html", {"now": NOW})


def note_list(request: HttpRequest) -> HttpResponseBase:
    listing = a_listing(look=lambda note: f"/ui/drawer/?note={note.uid}", actions=[a_bulk_action()], page_size=25)
    scopes = Scope.objects.filter(tenant__code="T1").values_list("pk", flat=True)
    return render_list(request, listing, Note.objects.all(), list(scopes))


def trouble(request: HttpRequest, name: str) -> HttpResponse:
    troubles = {
        "invalid": Invalid("结束时间早于开始时间。", fields={"end": "结束时间应晚于 08:30。"}, place="第 12 行"),
        "refused": Refused("您的角色不能封存评价。"),
        "unseen": Unseen("这里没有内容，或您无权查看。"),
        "conflict": Conflict("王工刚刚受理了这张工单。"),
    }
    if name == "crash":
        raise RuntimeError("a fault of ours")
    if name == "missing":
        raise Http404
    raise troubles[name]


urlpatterns = [
    path("ui/components/", components),
    path("ui/drawer/", drawer, name="drawer-example"),
    path("notes/", note_list, name="note-list"),
    path("trouble/<name>/", trouble),
    *product_urls,
]
