"""Letters to customers: what stands in each, and the files people edit, stamp and send."""

from pipeline.publishing.letters.confirm import confirmations
from pipeline.publishing.letters.draft import Draft, Sender, told
from pipeline.publishing.letters.own import Forms, forms
from pipeline.publishing.letters.write import write

__all__ = ["Draft", "Forms", "Sender", "confirmations", "forms", "told", "write"]
