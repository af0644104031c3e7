"""What goes on beside requests: the timers that come round, and who does which kind of job."""

from collections.abc import Callable
from functools import partial

from clickclack.api.callers.resolution import Resolver
from clickclack.chat import image_inspection, search_index, slash_calls, upload_removal, uploads, waiting_room
from clickclack.chat.image_inspection import ImageInspector
from clickclack.chat.purging import purge
from clickclack.identity import (
    bot_setup_codes,
    credentials,
    desktop_grants,
    magic_links,
    oauth_transactions,
    workspaces,
)
from clickclack.kernel import clock, jobs
from clickclack.kernel.blobs import BlobStore
from clickclack.kernel.database import Database
from clickclack.kernel.deliveries import outcomes
from clickclack.kernel.jobs import Retries, Worker
from clickclack.kernel.orphans import remove_orphans
from clickclack.kernel.timers import Timer
from clickclack.kernel.transaction import Tx

USES_EVERY = 30.0
INDEX_EVERY = 1.0
MINUTE = 60.0
HOUR = 3600.0
DAY = 24 * HOUR


def timers(db: Database, resolver: Resolver, blobs: BlobStore) -> list[Timer]:
    """Every timer of the server."""
    orphans = partial(remove_orphans, db, blobs, [upload_removal.named_keys])
    return [
        Timer("credential uses", USES_EVERY, resolver.write_uses, kept=False),
        Timer("search index", INDEX_EVERY, partial(search_index.catch_up, db), kept=False),
        Timer("pruning of the waiting room", HOUR, partial(_until_none_is_left, db, waiting_room.prune)),
        Timer("pruning of jobs", MINUTE, partial(db.write, jobs.prune), kept=False),
        Timer("pruning of magic links", HOUR, partial(_until_none_is_left, db, magic_links.prune)),
        Timer("pruning of sign-ins at providers", HOUR, partial(_until_none_is_left, db, oauth_transactions.prune)),
        Timer("pruning of desktop grants", HOUR, partial(_until_none_is_left, db, desktop_grants.prune)),
        Timer("pruning of setup codes", HOUR, partial(_until_none_is_left, db, bot_setup_codes.prune)),
        Timer("pruning of credentials", HOUR, partial(_until_none_is_left, db, credentials.prune)),
        Timer("expiry of deliveries", MINUTE, partial(_until_none_is_left, db, outcomes.expire), kept=False),
        Timer("pruning of deliveries", MINUTE, partial(_until_none_is_left, db, outcomes.prune), kept=False),
        Timer("pruning of slash invocations", HOUR, partial(_until_none_is_left, db, slash_calls.prune)),
        Timer("removal of orphans", 10 * MINUTE, partial(orphans, since=clock.DAY)),
        Timer("removal of orphans of any age", DAY, orphans),
    ]


async def _until_none_is_left(db: Database, prune: Callable[[Tx], int]) -> None:
    while await db.write(prune):
        pass


def workers(db: Database, blobs: BlobStore, inspector: ImageInspector) -> dict[str, Worker]:
    """Who does each kind of job; what was deleted is removed in the end, however long it takes."""
    return {
        workspaces.PURGE: Worker(partial(purge, db), Retries(attempts=jobs.FOREVER, deadline=HOUR)),
        uploads.INSPECT: Worker(inspector.work, Retries(attempts=3, deadline=5 * MINUTE)),
        image_inspection.TELL: Worker(partial(image_inspection.tell_others, db), Retries(deadline=HOUR)),
        uploads.REMOVE: Worker(
            partial(upload_removal.finish_removal, db, blobs), Retries(attempts=jobs.FOREVER, deadline=HOUR)
        ),
    }
