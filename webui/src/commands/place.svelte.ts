/** Which channel is on the stage, worked out from the address by the chat room. */

class Place {
  channel = $state<string | null>(null);
  /** What lies beside the conversation while no thread does. */
  panel = $state<'pins' | null>(null);
  /** The message to show and mark once the timeline has it. */
  highlight = $state.raw<{ id: string; seq: number } | null>(null);
  /** The same for a reply, once the thread has it. */
  reply = $state<string | null>(null);
}

export const place = new Place();
