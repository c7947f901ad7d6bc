"""Work on many events: mapping, coverage, comparison, golden cases, queries."""
