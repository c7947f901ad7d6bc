"""Sending many events: what would go out, in which order, what an answer says of each event, and what is tried again."""
