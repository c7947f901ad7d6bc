"""What is told of many events: mapping, coverage, comparison, golden cases, queries."""
