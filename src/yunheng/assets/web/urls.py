from django.urls import URLPattern, path

from yunheng.assets.web import in_use, listing, records

app_name = "assets"

system_urls: list[URLPattern] = [
    path("systems/", listing.system_list, name="systems"),
    path("systems/new", records.system_new, name="system-new"),
    path("systems/<str:uid>", records.system_page, name="system"),
    path("systems/<str:uid>/edit", records.system_edit, name="system-edit"),
    path("systems/<str:uid>/in-use", in_use.system_put, name="system-put-in-use"),
    path("systems/<str:uid>/out-of-use", in_use.system_take, name="system-take-out-of-use"),
]
device_urls: list[URLPattern] = [
    path("", listing.device_list, name="devices"),
    path("devices/new", records.device_new, name="device-new"),
    path("devices/<str:uid>", records.device_page, name="device"),
    path("devices/<str:uid>/edit", records.device_edit, name="device-edit"),
    path("devices/<str:uid>/in-use", in_use.device_put, name="device-put-in-use"),
    path("devices/<str:uid>/out-of-use", in_use.device_take, name="device-take-out-of-use"),
]
urlpatterns = system_urls + device_urls
