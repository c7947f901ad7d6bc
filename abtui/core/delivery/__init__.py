"""Sending events: the plan, requests and their order, what an answer means for each event, and what is tried again."""
