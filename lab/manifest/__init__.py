"""The command ``lab manifest``."""
