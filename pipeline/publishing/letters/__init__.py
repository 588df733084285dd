"""Letters to customers: what stands in each, and the files people edit, stamp and send.

Judged tables and the company's letterhead go in, drafts come out; drafts and templates go in, .docx files come out.
"""

from pipeline.publishing.letters.confirm import confirmations
from pipeline.publishing.letters.draft import Draft, Sender, add_letter_files
from pipeline.publishing.letters.files import FilledLetters, fill_letters, write_letters

__all__ = ["Draft", "FilledLetters", "Sender", "add_letter_files", "confirmations", "fill_letters", "write_letters"]
