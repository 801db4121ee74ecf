"""Servers that fake it, and a proxy that spoils what an emulator answers: what the suite must not be fooled by."""

#: The cassette of the rows that count seeded faults in a run's record; those of a stub name the stub.
FAULTS = "stubs/seeded-faults"
