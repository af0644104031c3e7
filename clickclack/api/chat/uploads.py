"""Routes of uploads (contract chat 3.11, 6.9; the list, the removal and thumbnails are additions)."""

import asyncio

from aiohttp import web

from clickclack.api.chat import models_uploads, render_uploads
from clickclack.api.chat.needs import Scope
from clickclack.api.chat.parts import UPLOADING, Uploading
from clickclack.api.chat.upload_form import UploadForm
from clickclack.api.chat.windows import UploadLimit
from clickclack.chat import upload_access, upload_names, uploads
from clickclack.chat.drafts import checked_nonce
from clickclack.chat.upload_records import Upload
from clickclack.chat.uploads import NewUpload
from clickclack.identity.actors import Actor
from clickclack.kernel.blobs import Stored
from clickclack.kernel.errors import Invalid, Problem, Unavailable
from clickclack.kernel.http import files
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes, takes_form
from clickclack.kernel.http.files import Served
from clickclack.kernel.http.inputs import Query
from clickclack.kernel.http.ranges import Validators

routes = Routes[Actor]()


class UploadQuery(Query):
    """Where to, unless the form says so, and the caller's own mark against sending twice."""

    workspace_id: str = ""
    nonce: str = ""


class ListQuery(Query):
    """Which of the caller's uploads: the newest, or those older than the one with the id `before`."""

    workspace_id: str = ""
    limit: UploadLimit = 50
    before: str = ""


class ReadQuery(Query):
    """With `thumbnail=1` a small picture instead of an image, when there is one."""

    thumbnail: str = ""


def _one(status: int, upload: Upload) -> web.Response:
    return json_response(status, {"upload": render_uploads.own_upload(upload)})


@routes.add(
    "POST /api/uploads",
    summary="Upload a file as multipart/form-data; a repeated nonce answers with the upload it made",
    needs=Scope("uploads:write"),
    answers={201: models_uploads.UploadAnswer, 200: models_uploads.UploadAnswer},
    errors=(404, 409),
)
@takes_form(models_uploads.UploadParts)
async def create(call: Call[Actor], query: UploadQuery) -> web.Response:
    nonce = checked_nonce(query.nonce)
    if not nonce:
        return _one(201, await _receive(call, query.workspace_id, ""))
    if not query.workspace_id:
        raise Invalid("workspace_id query parameter is required with nonce")
    async with call.request.app[UPLOADING].turns.turn((call.actor.user_n, nonce)):
        before = await call.db.read(uploads.sent_before, call.actor, query.workspace_id, nonce)
        if before is not None:
            return _one(200, before)
        return _one(201, await _receive(call, query.workspace_id, nonce))


async def _receive(call: Call[Actor], workspace_id: str, nonce: str) -> Upload:
    """Puts the content away, then commits its row; what is not committed is cleared away."""
    place = call.request.app[UPLOADING]
    if workspace_id:
        await call.db.read(uploads.room_for, call.actor, workspace_id, place.quota)
    form = UploadForm(call.request, place.limit, workspace_id)
    part = await form.find_file()
    content_type = upload_names.content_type(part.content_type)
    stored = await _put(call, place, form)
    try:
        await form.finish()
        await call.authenticate()  # what ended while the file was on its way lets nobody in
    except BaseException:
        await asyncio.shield(place.blobs.delete(stored.key))
        raise
    filename = upload_names.file_name(part.filename)
    new = NewUpload(form.workspace_id, stored, filename, content_type, **form.measures, nonce=nonce)
    try:
        return await call.db.write(uploads.create, call.actor, new, place.quota)
    except Unavailable:  # whether it is on disk is not certain: the timer that removes orphans will know
        raise
    except Problem:
        await place.blobs.delete(stored.key)
        raise


async def _put(call: Call[Actor], place: Uploading, form: UploadForm) -> Stored:
    room = await call.db.read(uploads.room_for, call.actor, form.workspace_id, place.quota)
    account = (room.owner_n, room.workspace_n)
    return await place.blobs.put(place.arrivals.metered(form.content(), account, room.free), place.limit)


@routes.add(
    "GET /api/uploads/by-nonce",
    summary="Find the caller's own upload by its nonce",
    needs=Scope("uploads:write"),
    answers={200: models_uploads.UploadAnswer},
    errors=(404, 409),
)
async def by_nonce(call: Call[Actor], query: UploadQuery) -> web.Response:
    return _one(200, await call.db.read(uploads.by_nonce, call.actor, query.workspace_id, query.nonce))


@routes.add(
    "GET /api/uploads",
    summary="List the caller's own uploads, newest first, and the bytes they take",
    needs=Scope("uploads:write"),
    answers={200: models_uploads.UploadPage},
    errors=(404,),
)
async def list_own(call: Call[Actor], query: ListQuery) -> web.Response:
    given = (call.actor, query.workspace_id, query.before, query.limit)
    found = await call.db.read(uploads.list_own, *given)
    place = call.request.app[UPLOADING]
    return json_response(200, render_uploads.own_uploads(found, place.quota, place.limit))


@routes.add(
    "GET /api/uploads/{upload_id}",
    summary="Download a file, or a range of it",
    needs=Scope("messages:read"),
    answers={200: None, 206: None, 304: None},
    errors=(404, 416),
)
async def download(call: Call[Actor], query: ReadQuery) -> web.Response:
    upload = await call.db.read(upload_access.visible, call.actor, call.path["upload_id"])
    wants_thumbnail = query.thumbnail in ("1", "true")
    served = _thumbnail(upload) if wants_thumbnail and upload.thumbnail_key else _whole(upload)
    return await files.serve(call.request.headers, call.request.app[UPLOADING].blobs, served)


def _whole(upload: Upload) -> Served:
    state = Validators(f'"{upload.sha256[:32]}"', upload.created_at)
    return Served(upload.blob_key, upload.byte_size, upload.filename, upload.content_type, state)


def _thumbnail(upload: Upload) -> Served:
    key, kind = upload.thumbnail_key or "", upload.thumbnail_type
    name = f"{upload.filename}.{kind.rpartition('/')[2]}"
    return Served(key, upload.thumbnail_size, name, kind, Validators(f'"{key}"', None))  # before it, the whole was here


@routes.add(
    "DELETE /api/uploads/{upload_id}",
    summary="Delete one's own upload; it leaves the messages it is attached to",
    needs=Scope("uploads:write"),
    answers={204: None},
    errors=(404, 409),
)
async def remove(call: Call[Actor]) -> web.Response:
    await call.db.write(uploads.remove, call.actor, call.path["upload_id"])
    return web.Response(status=204)
