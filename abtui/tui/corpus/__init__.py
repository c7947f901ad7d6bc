"""The corpus on screen: the loaded events, a list row for each of them, and the filter."""

from abtui.core.events import Stored, read_stored, stored
from abtui.tui.corpus.corpus import Corpus
from abtui.tui.corpus.index_set import IndexSet
from abtui.tui.corpus.rows import map_stored, message_id_of, summary

__all__ = ["Corpus", "IndexSet", "Stored", "map_stored", "message_id_of", "read_stored", "stored", "summary"]
