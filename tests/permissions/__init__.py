"""The permission matrix: who gets what on which page. A page that the table in `pages.py` lacks fails the suite.

To add a page: one `Page` with the letters of the people it lets in (`people.py`), for GET and for POST.
"""
