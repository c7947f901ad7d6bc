"""What the screens are drawn with: marks, lines and rows of text that use the theme's roles only.

Nothing here knows a screen or the state. A widget is told what to show, draws it in its own size, and posts a message for a click.
"""
