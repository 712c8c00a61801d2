"""The Company Directory and the company's settings; included under /c/<company>/."""

from django.urls import path

from directory.views import company, people, person

app_name = "directory"

urlpatterns = [
    path("directory/", people.people, name="people"),
    path("directory/add/", people.add_person, name="add_person"),
    path("directory/<int:membership_id>/", person.person, name="person"),
    path("directory/<int:membership_id>/project-level/", person.project_level, name="project_level"),
    path("directory/<int:membership_id>/sign-in/", person.sign_in_details, name="sign_in_details"),
    path("directory/<int:membership_id>/active/", person.active, name="active"),
    path("settings/", company.company_settings, name="company_settings"),
]
