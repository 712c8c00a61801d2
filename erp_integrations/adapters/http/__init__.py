"""The one way out to an ERP: HTTP within the deployment's rules, one clock over all, every outcome a typed error."""

from .addresses import check_url
from .client import HttpClient
from .reply import Reply, fields_of, text_of

__all__ = ["HttpClient", "Reply", "check_url", "fields_of", "text_of"]
