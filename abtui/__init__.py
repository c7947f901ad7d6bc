"""abtui: see what Segment's AB Smartly destination does with your events, and why, before it happens."""

__version__ = "0.1.0"
