"""The building blocks of the workbench: widgets that know core values and messages, and nothing of each other's owners."""
