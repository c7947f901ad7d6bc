"""The screens: the workbench, and the dialogs over it."""
