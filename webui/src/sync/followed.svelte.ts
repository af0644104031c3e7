/** The threads that I follow, and how much of each I have not read. */
import { reason } from '../api/call';
import { followThread, getFollowed, markThreadRead, unfollowThread, type FollowedThread, type ThreadRead } from '../api/threads';

export class Followed {
  all = $state.raw<FollowedThread[]>([]);
  loaded = $state(false);
  error = $state<string | null>(null);
  /** Replies that wait. */
  readonly unread = $derived(this.all.reduce((sum, t) => sum + t.read.unread_count, 0));

  constructor(private readonly workspace: string) {}

  async read(): Promise<void> {
    try {
      this.all = await getFollowed(this.workspace);
      this.loaded = true;
      this.error = null;
    } catch (error) {
      this.error = reason(error);
      throw error;
    }
  }

  isFollowed(root: string): boolean {
    return this.#find(root) !== undefined;
  }

  /** Follows a thread, or follows it no more. */
  async choose(root: string, follow: boolean): Promise<void> {
    if (follow) await followThread(root);
    else {
      await unfollowThread(root);
      this.all = this.all.filter((t) => t.root.id !== root);
    }
    await this.read();
  }

  /** I have seen everything up to the reply `seq`. */
  async see(root: string, seq: number): Promise<void> {
    const known = this.#find(root);
    if (!known || known.read.unread_count === 0 || seq <= known.read.last_read_seq) return;
    const left = Math.max(0, known.thread_state.reply_count - seq);
    this.#put({ ...known.read, last_read_seq: seq, unread_count: left });
    await markThreadRead(root, seq).then((read) => this.#put(read), () => undefined);
  }

  #find(root: string): FollowedThread | undefined {
    return this.all.find((t) => t.root.id === root);
  }

  #put(read: ThreadRead): void {
    this.all = this.all.map((t) => (t.root.id === read.root_message_id ? { ...t, read } : t));
  }
}
