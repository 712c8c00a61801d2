from directory.admin.scope import ReadOnly


class AuditEventAdmin(ReadOnly):
    list_display = ("at", "company", "actor", "action", "subject")
    list_display_links = ("action",)
    list_select_related = ("company", "actor")
    list_filter = ("action",)
    search_fields = ("subject",)
    ordering = ("-at", "-id")
    list_per_page = 50
