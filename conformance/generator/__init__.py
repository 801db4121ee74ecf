"""Variants of every operation's input, made from the models: what must be accepted, what refused, and why."""
