"""Why a model gives an item its place: what each part of a history adds, and what would be without it."""
