"""How amounts with a currency, billing periods and ages read on a page."""

from django.utils import timezone
from django.utils.formats import date_format

from invoicing.money import MINUS, format_amount

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$"}
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def amount_text(value, currency="USD"):
    """Write an amount with its currency: "$1,250.00", "1,250.00 CHF"."""
    sign = SIGNS.get(currency)
    if sign is None:
        return f"{format_amount(value)} {currency}"
    text = format_amount(value)
    return f"{MINUS}{sign}{text[1:]}" if text.startswith(MINUS) else f"{sign}{text}"


def period_text(start, end):
    """Write a range of dates, naming month and year once where both ends share them."""
    if start == end:
        return date_format(start, "M j, Y")
    if start.year != end.year:
        return f"{date_format(start, 'M j, Y')} – {date_format(end, 'M j, Y')}"
    last = date_format(end, "j, Y" if start.month == end.month else "M j, Y")
    return f"{date_format(start, 'M j')} – {last}"


def time_text(moment):
    """Write a moment in the zone of the page, in full: "Nov 3, 2026, 9:41 AM"."""
    return date_format(timezone.localtime(moment), "M j, Y, g:i A")


def days_between(moment, now):
    """Count calendar days in the zone of the page, not multiples of 24 hours."""
    return (timezone.localtime(now).date() - timezone.localtime(moment).date()).days


def age_text(moment, now):
    """Write how long ago a moment was: "just now", "2 min ago", "3 h ago", "yesterday", "4 days ago"."""
    seconds = (now - moment).total_seconds()
    days = days_between(moment, now)
    if seconds < MINUTE:
        return "just now" if seconds > -MINUTE else time_text(moment)
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    if days == 0 or seconds < 6 * HOUR:
        return f"{int(seconds // HOUR)} h ago"
    return "yesterday" if days == 1 else f"{days} days ago"
