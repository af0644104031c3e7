"""Figures for Prometheus, with route patterns and no user data in the labels (contract chat 7.5)."""

from collections.abc import Callable

from aiohttp import web

_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LABELS = ("method", "route", "status_class")


class Metrics:
    """Counts requests; `exposition` is the text of `/metrics`."""

    def __init__(self, version: str, environment: str, commit: str = "") -> None:
        # Imported here, for it takes a tenth of the start and most servers show no figures.
        from prometheus_client import (  # noqa: PLC0415
            CollectorRegistry,
            Counter,
            Gauge,
            Summary,
            generate_latest,
        )

        self._registry, self._counter = CollectorRegistry(), Counter
        self._write = generate_latest
        build = Gauge(
            "clickclack_build_info", "The running build", ("environment", "version", "commit"), registry=self._registry
        )
        build.labels(environment, version, commit).set(1)
        self._ready = Gauge("clickclack_ready", "The last readiness probe", registry=self._registry)
        self._dead_jobs = Gauge("clickclack_dead_jobs", "Jobs given up in the last 30 days", registry=self._registry)
        self._requests = Counter("clickclack_http_requests", "Requests answered", _LABELS, registry=self._registry)
        self._seconds = Summary(
            "clickclack_http_request_duration_seconds", "Time to answer", _LABELS, registry=self._registry
        )

    def observe(self, request: web.Request, response: web.StreamResponse, seconds: float) -> None:
        """Counts one answer."""
        resource = request.match_info.route.resource
        method = request.method if request.method in _KNOWN else "OTHER"
        route = resource.canonical if resource is not None else "unmatched"
        labels = (method, route, f"{response.status // 100}xx")
        self._requests.labels(*labels).inc()
        self._seconds.labels(*labels).observe(seconds)

    def events(self, name: str, description: str) -> Callable[[str], None]:
        """A counter of what happens, told the name of each event."""
        counter = self._counter(name, description, ("event",), registry=self._registry)
        return lambda event: counter.labels(event).inc()

    def ready(self, value: bool) -> None:
        """Notes what the last readiness probe said."""
        self._ready.set(int(value))

    def dead_jobs(self, count: int) -> None:
        """Notes how many jobs were given up and are still kept."""
        self._dead_jobs.set(count)

    def exposition(self) -> bytes:
        """Prometheus text format 0.0.4."""
        return self._write(self._registry)
