"""The kernel: storage, events, work and HTTP, without a word of the domain."""
