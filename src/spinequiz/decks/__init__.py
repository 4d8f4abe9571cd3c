"""YAML in: decks are read, checked, compiled and found on disk."""
