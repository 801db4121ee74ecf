"""What changes: between two recordings (drift), between endpoints (compare), between steps or commits (bisect)."""
