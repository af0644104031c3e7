"""The letters that the server writes: sign-in links and invitations, sent by durable jobs.

A job holds no secret: the token is made when the letter is written, and a new one for each attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clickclack.identity import identities, invitations, magic_links
from clickclack.identity.invitations import Invitation
from clickclack.kernel import jobs
from clickclack.kernel.clock import HOUR
from clickclack.kernel.database import Database
from clickclack.kernel.jobs import Hopeless, Job, NewJob, Retries
from clickclack.kernel.mail import Mail, Mailer, MailFailed
from clickclack.kernel.transaction import Tx

SEND = "mail.send"
"""The kind of job that sends a letter, and the lane: there is one mail server, and when it hangs other work goes on."""
RETRIES = Retries(attempts=16, first=10.0, deadline=120.0)
LINK_WANTED = HOUR
"""How long somebody who asked for a link still waits for it."""


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of the pages that take a token, which is behind the `#` and so in no log."""

    base: str

    def sign_in(self, token: str) -> str:
        return f"{self.base}/app/sign-in#token={token}"

    def invite(self, token: str) -> str:
        return f"{self.base}/app/invite#token={token}"


def ask_for_link(tx: Tx, email: str, display_name: str) -> None:
    """Notes that a sign-in link is wanted; whether the address gets one is found out later, where nobody waits."""
    data = {"letter": "link", "email": email, "name": display_name, "until": tx.now + LINK_WANTED}
    jobs.add(tx, NewJob(SEND, data, lane=SEND))


def send_invitation(tx: Tx, invitation: Invitation) -> None:
    """Notes that an invitation is to be sent to its address."""
    data = {"letter": "invitation", "id": invitation.id, "until": invitation.expires_at}
    jobs.add(tx, NewJob(SEND, data, lane=SEND))


class Postman:
    """Writes and sends letters. `open_to_all` lets people sign up who are not known."""

    def __init__(self, db: Database, mailer: Mailer, links: Links, *, open_to_all: bool) -> None:
        self._db = db
        self._mailer = mailer
        self._links = links
        self._open_to_all = open_to_all

    async def deliver(self, job: Job) -> None:
        """Sends the letter of a job; Hopeless when it cannot be sent or nobody waits for it any more."""
        if self._db.clock.now() >= job.data["until"]:
            raise Hopeless("it is too late for this letter")
        write: dict[str, Callable[[Tx, Job], Mail | None]] = {"link": self._link, "invitation": self._invitation}
        mail = await self._db.write(write[job.data["letter"]], job)
        if mail is None:
            return
        try:
            await self._mailer.send(mail)
        except MailFailed as error:
            if error.hopeless:
                raise Hopeless(str(error)) from error
            raise

    def _link(self, tx: Tx, job: Job) -> Mail | None:
        email = job.data["email"]
        known = self._open_to_all or identities.users_by_email(tx, email) or invitations.any_for(tx, email)
        if not known:
            return None
        link = magic_links.create(tx, email, job.data["name"])
        text = (
            "Open this link to sign in to ClickClack. It works once, for 15 minutes:\n\n"
            f"{self._links.sign_in(link.token)}\n\n"
            "If you did not ask for it, nothing happens when you leave it alone.\n"
        )
        return Mail(email, "Your sign-in link for ClickClack", text)

    def _invitation(self, tx: Tx, job: Job) -> Mail | None:
        got = invitations.mail_token(tx, job.data["id"])
        if got is None:
            return None
        invitation, token = got
        name, inviter = invitation.workspace.name, invitations.inviter(tx, invitation) or "Somebody"
        text = (
            f"{inviter} invites you to the workspace {name} on ClickClack.\n\n"
            f"{self._links.invite(token)}\n\n"
            "The link is for you alone.\n"
        )
        return Mail(invitation.email, f"An invitation to {name}", text)
