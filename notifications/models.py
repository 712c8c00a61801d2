from django.db import models
from django.db.models import Q

from notifications.clock import TieoutNow


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class OutgoingEmailQuerySet(models.QuerySet):
    def undelivered(self):
        return self.filter(state__in=[DeliveryState.QUEUED, DeliveryState.SENDING])

    def due(self):
        """Mails a worker may claim now: their time has come, or the lease of whoever was sending them ran out."""
        return self.undelivered().filter(next_attempt_at__lte=TieoutNow())


class OutgoingEmail(models.Model):
    """One mail to one person: written in the transaction of what it tells, delivered when the mail server answers.

    A row is leased while it is being sent (`next_attempt_at` in the future, state sending), so that a killed worker's
    mail is tried again and two workers do not send it at once.
    """

    to = models.EmailField()
    to_name = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    headers = models.JSONField(default=dict)
    # What was sent must be what was approved: the file is made once and kept, not made again at each try.
    attachment = models.BinaryField(default=b"")
    attachment_name = models.CharField(max_length=120, blank=True, default="")
    dedupe_key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="email_state_is_known"),
            models.CheckConstraint(
                condition=(Q(state="sent") & Q(sent_at__isnull=False)) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="email_is_sent_when_it_says_so",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state__in=["queued", "sending"]), name="email_due"),
        ]

    def __str__(self):
        return f"{self.subject} to {self.to}"


class OutgoingFile(models.Model):
    """A further file that goes with a mail, kept as it was when the mail was written."""

    email = models.ForeignKey(OutgoingEmail, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name
