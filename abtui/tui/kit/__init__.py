"""What the screens are drawn with: text, lists and panes that draw themselves, and what leans on Textual's private parts."""
