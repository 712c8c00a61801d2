"""How fast exports go, as ratios of things measured side by side: `make bench` writes docs/performance.md."""
