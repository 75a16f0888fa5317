"""The Word file: `document` assembles it, `styles` gives it its look, `check` reads it back."""
