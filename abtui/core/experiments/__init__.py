"""Experiments as AB Smartly runs them: the file that describes them, what is derived, and who gets which variant."""
