"""The command ``lab stubs``."""
