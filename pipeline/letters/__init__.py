"""Letters to customers: what stands in each, and the files people edit, stamp and send."""

from pipeline.letters.confirm import confirmations
from pipeline.letters.draft import Draft, Sender, told
from pipeline.letters.own import Forms, forms
from pipeline.letters.write import write

__all__ = ["Draft", "Forms", "Sender", "confirmations", "forms", "told", "write"]
