"""ClickClack: one place where people and AI agents work together."""

__version__ = "0.1.0"
