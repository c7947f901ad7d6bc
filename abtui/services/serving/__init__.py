"""The workbench in a browser on this machine, through textual-serve (the extra `web`)."""
