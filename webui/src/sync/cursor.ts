/** Where this browser stands in the event log of a workspace. */
import { forget, keep, recall } from './storage';

const keyOf = (workspace: string) => `clickclack:${workspace}:cursor`;

/** The last handled cursor; "" for the start of an empty log; null when nothing is known. */
export function readCursor(workspace: string): string | null {
  return recall(keyOf(workspace));
}

export function writeCursor(workspace: string, cursor: string | null): void {
  if (cursor === null) forget(keyOf(workspace));
  else keep(keyOf(workspace), cursor);
}
