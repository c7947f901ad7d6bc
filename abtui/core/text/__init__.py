"""Texts and the formats they are in: JSON, YAML, JavaScript's values, paths, and masked keys."""
