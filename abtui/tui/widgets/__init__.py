"""The building blocks of the workbench: widgets that show values of the core and post messages.

No widget here knows the screen that owns it.
"""
