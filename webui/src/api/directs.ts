/** The calls about direct conversations. */
import { address, call } from './call';
import type { DirectConversation } from './types';

const at = encodeURIComponent;
const one = (answer: { conversation: DirectConversation }) => answer.conversation;

/** Those that are not hidden. */
export const getDirects = (workspace: string) =>
  call<{ conversations: DirectConversation[] }>('GET', address('/api/dms', { workspace_id: workspace })).then((r) => r.conversations);
/** With these people; of two people there is one conversation only, which shows again when it was hidden. */
export const startDirect = (workspace: string, people: string[]) =>
  call<{ conversation: DirectConversation }>('POST', '/api/dms', { workspace_id: workspace, member_ids: people }).then(one);
export const hideDirect = (id: string) => call<unknown>('DELETE', `/api/dms/${at(id)}`);
/** Shows it again. */
export const openDirect = (id: string) => call<{ conversation: DirectConversation }>('POST', `/api/dms/${at(id)}/open`, {}).then(one);
