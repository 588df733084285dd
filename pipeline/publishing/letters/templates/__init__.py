"""Letters as Word files: templates made from what `reports` declares, made ready, and filled. Alone knows docxtpl."""

from pipeline.publishing.letters.templates.blank import blank, own_name, slot
from pipeline.publishing.letters.templates.form import Form, NotUsable, ready

__all__ = ["Form", "NotUsable", "blank", "own_name", "ready", "slot"]
