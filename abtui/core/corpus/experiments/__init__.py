"""The experiments that a corpus belongs to: its requests counted, one unit's story, and the report."""
