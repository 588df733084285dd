"""Tables that staff send: one module a kind, with its columns, identity, headings and examples."""
