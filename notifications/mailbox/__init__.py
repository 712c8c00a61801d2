"""The demo's mail server: takes every mail, shows it on a page, passes nothing on. Stands alone, on loopback only."""
