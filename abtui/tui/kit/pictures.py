"""Pictures of the screen as SVG."""

from __future__ import annotations


def with_spaces(svg: str) -> str:
    """The picture with `xml:space="preserve"` on each of its texts, as some viewers trim the spaces at their ends otherwise.

    What is shown on screen cannot look like a tag here: in the picture its `<` is written as an entity.
    """
    return svg.replace("<text ", '<text xml:space="preserve" ')
