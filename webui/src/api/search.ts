/** The call that finds messages. */
import { address, call } from './call';
import { isDirectId } from './chat';
import type { SearchPage } from './types';

export type Sort = 'relevance' | 'newest';

/** `within` is the id of a channel or a direct conversation; "" looks in all channels, and in no direct conversation. */
export const search = (workspace: string, q: string, within: string, sort: Sort, cursor?: string) =>
  call<SearchPage>('GET', address('/api/search', { workspace_id: workspace, q, sort, limit: 30, cursor, ...(within ? { [isDirectId(within) ? 'direct_conversation_id' : 'channel_id']: within } : {}) }));
