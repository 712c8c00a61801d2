"""When a mail is sent: a worker was rung for it."""

from celery import shared_task

from notifications import delivery


@shared_task(soft_time_limit=75, time_limit=90)
def deliver_email(email_id):
    delivery.deliver(email_id)
