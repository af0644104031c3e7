"""What a blob store holds."""

from clickclack.kernel.blobs import BlobStore


async def keys_of(blobs: BlobStore, start: int = 0, end: int = 2**62) -> list[str]:
    """Every key of what was put between two times, sorted."""
    return sorted([key async for keys in blobs.keys_between(start, end) for key in keys])
