"""`admin job list`: the work that was given up, for whoever keeps the server."""

from clickclack.cli.commands import AdminCommand, Asked, Said
from clickclack.kernel import jobs
from clickclack.kernel.clock import to_rfc3339
from clickclack.kernel.jobs import Job
from clickclack.kernel.transaction import Tx


def _list(tx: Tx, _: Asked) -> Said:
    return Said("\n".join(map(_line, jobs.dead(tx))))


def _line(job: Job) -> str:
    why = " ".join((job.last_error or "").split())
    return f"{job.id}\t{job.kind}\t{job.attempts}\t{to_rfc3339(job.finished_at or 0)}\t{why}"


COMMANDS: dict[str, AdminCommand] = {
    "job list": AdminCommand(
        "Prints a line for each job that was given up in the last 30 days, the last first, divided by tabs:"
        " id, kind, attempts, when, why.",
        _list,
        needs_data=True,
    )
}
