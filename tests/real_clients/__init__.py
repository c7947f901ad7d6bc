"""The vendors' own clients, unmodified, against what abtui serves on this machine. What each did is judged by what arrived."""
