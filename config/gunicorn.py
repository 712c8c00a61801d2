"""How gunicorn serves Tieout. WEB_BIND says where, WEB_CONCURRENCY (gunicorn's own) how many processes."""

import os

from config.logs import logging_settings

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 10
# Nobody steers a running server through it, and its default place is the home folder.
control_socket_disable = True
# Its own words, about its processes, go where Tieout's go.
logconfig_dict = logging_settings()
logconfig_dict["loggers"]["gunicorn.error"] = {"level": "INFO", "propagate": True}
