"""Deliveries: what other servers are told, durable, at least once (design section 8).

`queue` adds them, `endpoints` are who is told, `lanes` say whose turn it is, `runner` sends, `outcomes` says how each
try ends, `history` tells of what was sent.
"""
