"""Text with structure: nodes that know their place, schemas that read them, diagnostics that name the cure."""
