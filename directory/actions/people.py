from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from directory.actions.grants import refuse_if_last_admin, revoke_held
from directory.actions.locking import lock_company, lock_membership, record, require_admin
from directory.exceptions import AlreadyMember
from directory.models import Membership, User
from directory.policies import can_change_sign_in, can_grant_privilege, deny
from directory.web.access import require


@transaction.atomic
def add_member(company_id, *, email, name, password="", title="", actor):
    """Let a person into the company; whoever has that e-mail address already joins as they are.

    Raises `AlreadyMember`, or `ValidationError` by field.
    """
    company = lock_company(company_id)
    require_admin(actor, company)
    person = find_or_create_person(email, name, password)
    membership, created = Membership.objects.get_or_create(company=company, user=person, defaults={"title": title})
    if not created:
        raise AlreadyMember(membership)
    record(company.pk, actor, "membership.added", person.name, membership=membership.pk, email=person.email)
    return membership


@transaction.atomic
def change_title(membership_id, title, *, actor):
    membership = lock_membership(membership_id)
    require_admin(actor, membership.company)
    if membership.title != title:
        before, membership.title = membership.title, title
        membership.save(update_fields=["title"])
        _record(membership, actor, "membership.title_changed", before=before, after=title)


@transaction.atomic
def deactivate_membership(membership_id, *, actor):
    """Shut the company to the person, who keeps their levels and loses their privileges.

    Raises `LastDirectoryAdmin`.
    """
    membership = lock_membership(membership_id)
    require_admin(actor, membership.company)
    if not membership.is_active:
        return
    refuse_if_last_admin(membership)
    held = list(membership.privilege_grants.values_list("privilege", flat=True))
    if held and actor is not None:
        require(can_grant_privilege(actor, membership.company))
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    for privilege in held:
        revoke_held(membership, privilege, actor=actor)
    _record(membership, actor, "membership.deactivated")


@transaction.atomic
def reactivate_membership(membership_id, *, actor):
    membership = lock_membership(membership_id)
    require_admin(actor, membership.company)
    if not membership.is_active:
        membership.is_active = True
        membership.save(update_fields=["is_active"])
        _record(membership, actor, "membership.reactivated")


@transaction.atomic
def change_sign_in(membership_id, *, actor, email=None, name=None, password=""):
    """Change a member's name, e-mail address or password; an empty password stays as it is.

    Never of somebody who belongs elsewhere too (the policy says who may). Raises `ValidationError` by field. A new
    password ends the person's sessions everywhere.
    """
    membership = lock_membership(membership_id)
    if actor is not None:
        require(can_change_sign_in(actor, membership))
    person = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    wanted = {"email": email and email.lower(), "name": name}
    changed = {field: value for field, value in wanted.items() if value and value != getattr(person, field)}
    for field, value in changed.items():
        setattr(person, field, value)
    if password:
        check_password(password, person)
        person.set_password(password)
    if changed or password:
        person.full_clean()
        person.save()
        _record(membership, actor, "sign_in.changed", changed=sorted([*changed, *(["password"] if password else [])]))


@transaction.atomic
def save_person(user_id, *, actor, name, email, is_active, is_superuser, password=""):
    """Make or change any person, for superusers alone; each company they belong to records it.

    Raises `ValidationError` by field.
    """
    require(actor.is_superuser or deny("Only a superuser can change this."))
    person = User.objects.select_for_update(no_key=True).get(pk=user_id) if user_id else User()
    person.name, person.email = name, email.lower()
    person.is_active, person.is_superuser = is_active, is_superuser
    if password or person.pk is None:
        check_password(password, person)
        person.set_password(password)
    person.full_clean()
    person.save()
    for membership in person.memberships.select_related("user").order_by("company"):
        _record(membership, actor, "person.changed", active=is_active, password=bool(password))
    return person


def change_settings(user_id, *, theme, shortcuts_enabled, dictionary):
    """A person's own settings; nobody else's business, so not audited."""
    person = User.objects.get(pk=user_id)
    person.theme, person.shortcuts_enabled, person.dictionary = theme, shortcuts_enabled, dictionary
    person.full_clean()
    person.save(update_fields=["theme", "shortcuts_enabled", "dictionary"])
    return person


def find_or_create_person(email, name, password):
    """The person with that e-mail address, made if need be; raises `ValidationError` by field."""
    person = User.objects.filter(email__iexact=email).first()
    if person is not None:
        return person
    person = User(email=User.objects.normalize_email(email).lower(), name=name)
    check_password(password, person)
    person.set_password(password)
    person.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # made by somebody else since we looked
        return User.objects.get(email__iexact=email)
    return person


def check_password(password, person):
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


def _record(membership, actor, action, **detail):
    record(membership.company_id, actor, action, membership.user.name, membership=membership.pk, **detail)
