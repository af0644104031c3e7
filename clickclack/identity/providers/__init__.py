"""Other people's servers that say who somebody is: GitHub, OpenID Connect, Cloudflare Access."""
