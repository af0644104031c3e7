/** The calls about topics: what a message in a channel is about. */
import { call } from './call';

export interface Topic {
  id: string;
  workspace_id: string;
  /** Absent for a topic of the whole workspace. */
  channel_id?: string;
  name: string;
}

const at = (workspace: string) => `/api/workspaces/${encodeURIComponent(workspace)}/topics`;

export const getTopics = (workspace: string) => call<{ topics: Topic[] }>('GET', at(workspace)).then((r) => r.topics);
export const createTopic = (workspace: string, name: string, channel: string) => call<{ topic: Topic }>('POST', at(workspace), { name, channel_id: channel }).then((r) => r.topic);
