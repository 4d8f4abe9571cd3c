"""Folders, settings and keys."""
