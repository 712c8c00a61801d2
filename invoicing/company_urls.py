"""What contracts of all projects share, under /c/<company>/."""

from django.urls import path

from invoicing.views import projects, receivables

app_name = "projects"

urlpatterns = [
    path("projects/", projects.projects, name="projects"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("payments/", receivables.company_receivables, name="receivables"),
    path("owners/", projects.owners, name="owners"),
    path("cost-codes/", projects.cost_codes, name="cost_codes"),
]
