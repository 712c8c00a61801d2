"""One tag per component; built into every template, no {% load %} needed. templates/components/ holds their HTML."""

from zlib import crc32

from django import template
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify

from config import font
from config.badges import BADGES
from config.figures import age_text, amount_text, days_between, period_text, time_text
from invoicing.money import format_amount, format_percent, format_share

register = template.Library()

LATE_AFTER_DAYS = 5
NOTE_KINDS = {"success": "ok", "info": "", "debug": "", "warning": "warn", "error": "bad"}

register.filter("percent", format_percent)
register.filter("share", format_share)
register.filter("amount", amount_text)
register.filter("full_time", time_text)


@register.filter
def money(value):
    """Write an amount for a cell of numbers: two decimals, true minus sign, no currency; nothing for None."""
    return "" if value is None else format_amount(value)


@register.filter
def negative(value):
    """The amount as a deduction, for a line that is taken off in a sum."""
    return -value


@register.simple_tag(name="amount")
def amount_tag(value, currency="USD"):
    """Write the one amount people act on, with its currency sign."""
    return format_html('<span class="nowrap">{}</span>', amount_text(value, currency))


@register.simple_tag
def icon(name, size=14):
    """Draw an icon of the sprite; always beside a word, so hidden from screen readers."""
    return format_html(
        '<svg width="{0}" height="{0}" aria-hidden="true"><use href="{1}#{2}"/></svg>',
        size,
        static("img/sprite.svg"),
        name,
    )


@register.simple_tag
def kbd(key):
    return format_html("<kbd>{}</kbd>", key)


@register.simple_tag
def chip(word, icon_name="", kind="", plain=False):
    """Write a word in a rounded box, with an icon and one of the status colours."""
    classes = " ".join(filter(None, ("chip", kind, "plain" if plain else "")))
    return format_html('<span class="{}">{}{}</span>', classes, icon(icon_name) if icon_name else "", word)


@register.simple_tag
def status_badge(status):
    """Show a billing, ERP, contract or change order status by word, icon and colour."""
    badge = BADGES[str(status)]
    return chip(badge.word, badge.icon, badge.kind)


@register.simple_tag
def period(start, end):
    return format_html('<span class="nowrap">{}</span>', period_text(start, end))


@register.simple_tag
def ago(moment, late_after=LATE_AFTER_DAYS):
    """Say how long ago, with the full time on hover; amber from `late_after` days on (None: never)."""
    if moment is None:
        return ""
    now = timezone.now()
    late = late_after is not None and days_between(moment, now) >= late_after
    words = chip(age_text(moment, now), "clock", "warn") if late else age_text(moment, now)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), time_text(moment), words)


def _attributes(attrs):
    """Write {"hx_post": url, "data_key": True, "id": None} as HTML attributes; None and False are left out."""
    named = [(name.strip("_").replace("_", "-"), value) for name, value in attrs.items() if value not in (None, False)]
    return format_html_join("", ' {}="{}"', ((name, "" if value is True else value) for name, value in named))


def _reason(because):
    """The sentence why not: a Decision's, or the text itself. Empty when the button works."""
    return "" if because is True or because is None else str(getattr(because, "reason", because) or "")


@register.inclusion_tag("components/button.html")
def button(text, kind="", size="", href="", label="", because=None, reason_id="", icon_name="", **attrs):
    """A button or, with `href`, a link that looks like one; greyed with its reason when `because` says no.

    `reason_id` names a {% reason %} elsewhere on the page, so that fifty rows need not repeat it.
    """
    reason, kind_of_button = _reason(because), attrs.pop("type", "submit")
    mark = crc32(f"{label or text} {attrs.get('id', '')} {reason}".encode())
    return {
        "text": text,
        "classes": " ".join(filter(None, ("btn", kind, size))),
        "href": href,
        "label": label,
        "reason": reason,
        "reason_id": reason_id or f"why-{mark:x}",
        "reason_elsewhere": bool(reason_id),
        "icon_name": icon_name,
        "attrs": _attributes({name: value for name, value in attrs.items() if not reason or name == "id"}),
        "type": kind_of_button,
    }


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(context, url, text, version=None, target="", because=None, fields=None, **button_arguments):
    """A form of one button: POST with CSRF token and the version the page showed; htmx swaps `target` when given."""
    request = context.get("request")
    return {
        "url": url,
        "button": button(text, because=because, **button_arguments),
        "greyed": bool(_reason(because)),
        "hidden": {"version": version, **(fields or {})} if version is not None else fields or {},
        "target": target,
        "csrf": get_token(request) if request else "",
    }


@register.simple_tag
def reason(because, id):
    """Write a refusal once, for the greyed buttons that point at it with `reason_id`."""
    text = _reason(because)
    return format_html('<p class="why" id="{}">{}</p>', id, text) if text else ""


@register.simple_block_tag
def note(content, kind="", id="", dismiss=""):
    """A banner that stays. Write actions last, in an element of class `grow`."""
    return render_to_string(
        "components/note.html", {"content": content, "kind": NOTE_KINDS.get(kind, kind), "id": id, "dismiss": dismiss}
    )


@register.simple_block_tag
def card(content, title="", id="", classes="padded"):
    return render_to_string("components/card.html", {"content": content, "title": title, "id": id, "classes": classes})


@register.simple_block_tag
def dialog(content, id, title):
    """A <dialog> that js/dialog.js opens; its form is the same one the page without JavaScript shows."""
    return render_to_string("components/dialog.html", {"content": content, "id": id, "title": title})


@register.inclusion_tag("components/field.html")
def field(bound, hint="", classes=""):
    """A form field: label, hint, control, and its error beside it, tied together for screen readers."""
    if hint:
        bound.help_text = hint  # so that Django names it in aria-describedby
    return {"field": bound, "classes": classes}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms):
    """All errors of the forms on top of the page, each a link to its field; takes the focus."""
    fields = [bound for form in forms for bound in form if bound.errors]
    return {"fields": fields, "general": [error for form in forms for error in form.non_field_errors()]}


@register.inclusion_tag("components/empty_state.html")
def empty_state(heading, text="", href="", action="", primary=True):
    return {"heading": heading, "text": text, "href": href, "action": action, "primary": primary}


@register.inclusion_tag("components/tabs.html")
def tabs(items, label):
    """Links that fold into More by the width they have; items: label, url, current, count, priority (1 to 3)."""
    return {"items": items, "label": label, "menu": f"more-{slugify(label)}"}


@register.inclusion_tag("components/filter_pane.html")
def filter_pane(items, heading="Filter Invoices By", saved=(), saved_heading="Saved views", oob=False):
    """The right pane's links; items: label, url, count, current, bad. `oob`: htmx swaps it in."""
    return {"items": items, "heading": heading, "saved": saved, "saved_heading": saved_heading, "oob": oob}


@register.inclusion_tag("components/progress_card.html")
def progress_card(title, done, total, failed=0, left="", url="", link="", poll="", fine="", oob=False):
    """The state of an export run; while `poll` is given js/progress.js asks that URL for the next state."""
    return {
        "title": title,
        "done": done,
        "total": total,
        "failed": failed,
        "left": left,
        "url": url,
        "link": link,
        "poll": poll,
        "fine": fine,
        "oob": oob,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page, shown="", parameter="cursor"):
    """Previous and next of a keyset page (next_cursor, previous_cursor); the other parameters of the URL stay."""
    request = context["request"]

    def link(cursor):
        query = request.GET.copy()
        query[parameter] = cursor
        return f"?{query.urlencode()}"

    return {
        "previous": link(page.previous_cursor) if page.previous_cursor else "",
        "next": link(page.next_cursor) if page.next_cursor else "",
        "shown": shown,
    }


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows, across=False):
    """Pairs of (name, value)."""
    return {"rows": rows, "across": across}


@register.inclusion_tag("components/shortcuts.html")
def shortcuts():
    return {}


@register.simple_tag
def font_preload():
    """Fetch the font early, where `manage.py cut_font` has made it; else the page falls back to system-ui."""
    if not font.path().exists():
        return ""
    return format_html('<link rel="preload" as="font" type="font/woff2" href="{}" crossorigin>', static(font.FILE_NAME))
