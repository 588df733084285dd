"""Letters as Word files.

What `reports` declares becomes a template that people may edit; a template, ours or theirs, is made ready once;
values go in, and a .docx comes out for each letter.
"""

from pipeline.publishing.letters.templates.shipped import own_name, shipped_template, slot
from pipeline.publishing.letters.templates.template import LetterTemplate, NotUsable, read_template

__all__ = ["LetterTemplate", "NotUsable", "own_name", "read_template", "shipped_template", "slot"]
