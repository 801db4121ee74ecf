"""Servers that fake it, and a proxy that spoils what an emulator answers: what the suite must not be fooled by."""
