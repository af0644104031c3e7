"""The identity area: who there is, where they belong, what they may do and how they prove who they are."""
