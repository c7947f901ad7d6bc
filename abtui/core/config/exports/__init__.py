"""Configs as Segment and Terraform give them: the destination in such a file, in the form that the config reader reads.

`tree.config_tree` is the one way from the text of any config to its tree.
"""
