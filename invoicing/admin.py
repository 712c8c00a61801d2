"""Contracts, applications and codes in Django admin: to look up, never to change; the product's pages write."""

from django.contrib import admin

from directory.admin.scope import ReadOnly
from invoicing.models import CostCode, Owner, OwnerInvoice, PrimeContract


class OwnerAdmin(ReadOnly):
    term = "owner"
    list_display = ("name", "code", "company", "email")
    list_select_related = ("company",)
    search_fields = ("name", "code")
    list_per_page = 50


class CostCodeAdmin(ReadOnly):
    list_display = ("code", "name", "company")
    list_select_related = ("company",)
    search_fields = ("code", "name")
    list_per_page = 50


class PrimeContractAdmin(ReadOnly):
    term = "prime_contract"
    list_display = ("number", "title", "company", "project", "owner", "status")
    list_select_related = ("company", "project", "owner")
    list_filter = ("status",)
    search_fields = ("number", "title", "project__name")
    list_per_page = 50


class OwnerInvoiceAdmin(ReadOnly):
    term = "owner_invoice"
    list_display = ("display_number", "number", "company", "period", "status", "erp_status", "current_payment_due")
    list_select_related = ("company", "contract", "period")
    list_filter = ("status", "erp_status")
    search_fields = ("number", "contract__number", "contract__project__name")
    ordering = ("-created_at", "-pk")
    list_per_page = 50


admin.site.register(Owner, OwnerAdmin)
admin.site.register(CostCode, CostCodeAdmin)
admin.site.register(PrimeContract, PrimeContractAdmin)
admin.site.register(OwnerInvoice, OwnerInvoiceAdmin)
