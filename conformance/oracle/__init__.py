"""Judges answers: form against the model on the wire, content against what was sent, refusals against what AWS says."""
