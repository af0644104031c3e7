"""The chat area: channels, messages, threads, reactions, reads and who may see them."""
