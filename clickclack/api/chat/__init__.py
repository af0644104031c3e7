"""The chat surface, `/api`: the dialect of contract chat."""
