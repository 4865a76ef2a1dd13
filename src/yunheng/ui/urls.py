"""Addresses of the frame itself; the site includes them below `/ui/`."""

from __future__ import annotations

from django.urls import path

from yunheng.ui import switches

app_name = "ui"
urlpatterns = [path("project/", switches.choose_project, name="choose-project")]
