"""Sessions in a real terminal, recorded as text."""
