"""Figures as pictures: series by month, and where lines and bars stand. Pure; the pages and their tables draw them."""
