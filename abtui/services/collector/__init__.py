"""The local collector: AB Smartly's collector API on this machine, for demos, tests and trying things out."""
