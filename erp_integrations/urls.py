"""The accounting side, under /c/<company>/erp/."""

from django.urls import path

from erp_integrations.views import (
    bulk,
    causes,
    connection,
    decisions,
    doubt,
    linking,
    mappings,
    outside,
    queue,
    review,
    runs,
)

app_name = "erp_integrations"

urlpatterns = [
    path("owner-invoices/", queue.owner_invoices, name="owner_invoices"),
    path("owner-invoices/accept/", bulk.accept_many, name="accept_many"),
    path("owner-invoices/undo/", bulk.undo_many, name="undo_many"),
    path("owner-invoices/reject/", bulk.reject_many, name="reject_many"),
    path("owner-invoices/retry/", bulk.retry_many, name="retry_many"),
    path("owner-invoices/retry-cause/", causes.retry_cause, name="retry_cause"),
    path("owner-invoices/<int:invoice_id>/", review.review, name="invoice"),
    path("owner-invoices/<int:invoice_id>/attachments/<int:attachment_id>/", review.attachment, name="attachment"),
    path("owner-invoices/<int:invoice_id>/accept/", decisions.accept, name="accept"),
    path("owner-invoices/<int:invoice_id>/undo/", decisions.undo, name="undo"),
    path("owner-invoices/<int:invoice_id>/reject/", decisions.reject, name="reject"),
    path("owner-invoices/<int:invoice_id>/retry/", runs.retry, name="retry"),
    path("owner-invoices/<int:invoice_id>/retry-now/", runs.retry_now, name="retry_now"),
    path("owner-invoices/<int:invoice_id>/withdraw/", runs.withdraw, name="withdraw"),
    path("owner-invoices/<int:invoice_id>/booked-outside/", outside.book, name="booked_outside"),
    path("owner-invoices/<int:invoice_id>/take-back/", outside.take_back, name="take_back"),
    path("owner-invoices/<int:invoice_id>/answer/", doubt.answer, name="answer"),
    path("owner-invoices/<int:invoice_id>/link/", linking.link, name="link"),
    path("owner-invoices/<int:invoice_id>/unlink/", linking.unlink, name="unlink"),
    path("export/", runs.export, name="export"),
    path("try-now/", runs.try_connection, name="try_connection"),
    path("exports/", runs.runs, name="runs"),
    path("exports/<int:number>/", runs.run, name="run"),
    path("exports/<int:number>/progress/", runs.progress, name="run_progress"),
    path("exports/<int:number>/dismiss/", runs.dismiss, name="dismiss"),
    path("mappings/", mappings.mappings, name="mappings"),
    path("mappings/<str:kind>/<int:subject_id>/", mappings.map_code, name="map_code"),
    path("settings/", connection.settings, name="settings"),
    path("settings/check/", connection.check_connection, name="check_connection"),
]
