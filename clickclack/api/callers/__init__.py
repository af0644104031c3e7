"""Who is calling, asked the same way by every surface: bearer, cookie, this very machine."""
