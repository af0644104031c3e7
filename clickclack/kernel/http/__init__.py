"""HTTP for every surface: endpoints declared once, one middleware, sockets, OpenAPI."""
