"""Tables that the pipeline makes: order status, receivables, complaint cases, findings, to-do, exports."""
