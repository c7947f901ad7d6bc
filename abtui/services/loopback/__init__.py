"""What the HTTP servers of abtui share, the local collector and the listener: loopback only, guarded, ended cleanly."""
