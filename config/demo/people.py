"""The people of the demo, as the seeder makes them and the sign-in page lists them."""

from dataclasses import dataclass

PASSWORD = "tieout-demo"  # noqa: S105 - a demo's, told to everyone


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: str
    company: str


HARBOR = "Harbor & Vine Builders"
TIDEWATER = "Tidewater Development"
NORTHLINE = "Northline Mechanical"

PEOPLE = (
    Person("ana@harborvine.example", "Ana Whitfield", "Accounting approver", HARBOR),
    Person("priya@harborvine.example", "Priya Nair", "Project staff", HARBOR),
    Person("marcus@harborvine.example", "Marcus Lund", "Accounting, cannot accept", HARBOR),
    Person("dana@harborvine.example", "Dana Reyes", "Company admin", HARBOR),
    Person("olivia@tidewater.example", "Olivia Chen", "Accounting approver", TIDEWATER),
    Person("nora@northline.example", "Nora Becker", "Accounting approver", NORTHLINE),
    Person("admin@tieout.example", "Sam Ortiz", "Superuser, Django admin only", "Tieout"),
)
