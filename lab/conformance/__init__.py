"""The command ``lab conformance``."""
