/** What a file is, for people: its kind, its size in words, and the room a picture takes. */
import type { Upload } from '../api/types';
import type { IconName } from '../ui/icons';

export type Kind = 'image' | 'video' | 'audio' | 'file';

/** What the server lets a page show; all else it hands out to be saved (contract chat 6.9). */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp)|video\/(?:mp4|webm)|audio\/.+)$/;

const bare = (type: string): string => type.split(';', 1)[0]?.trim().toLowerCase() ?? '';

export function kindOf(type: string): Kind {
  const known = bare(type);
  return SHOWN.test(known) ? (known.split('/', 1)[0] as Kind) : 'file';
}

const ENDINGS: [RegExp, IconName][] = [
  [/\.(?:csv|tsv|xlsx?|ods|numbers)$/i, 'file-table'],
  [/\.(?:pdf|txt|md|docx?|odt|rtf|pages|epub|log)$/i, 'file-text'],
  [/\.(?:zip|gz|tgz|bz2|xz|zst|7z|rar|tar)$/i, 'archive'],
  [/\.(?:[cm]?[jt]sx?|py|rs|go|rb|java|kt|swift|c|h|cc|cpp|hpp|cs|php|sh|sql|json|ya?ml|toml|xml|html?|css|svelte|vue|diff|patch)$/i, 'file-code'],
];

export function iconOf(name: string, type: string): IconName {
  const media = bare(type).split('/', 1)[0];
  const named = ENDINGS.find(([ending]) => ending.test(name))?.[1];
  if (named) return named;
  if (media === 'image' || media === 'video') return media;
  return media === 'audio' ? 'music' : media === 'text' ? 'file-text' : 'file';
}

/** `812 B`, `2.4 KB`, `64 MB`: of 1024 each. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1023.95 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  const text = unit === 0 || size >= 99.95 ? String(Math.round(size)) : size.toFixed(1).replace(/\.0$/, '');
  return `${text} ${units[unit]}`;
}

/** `0:07`, `12:30`, `1:02:03`; "" when it is not known. */
export function lengthOf(ms: number): string {
  if (ms <= 0) return '';
  const all = Math.max(1, Math.round(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export interface Frame {
  width: number;
  height: number;
}

const UNKNOWN: Frame = { width: 240, height: 180 };
const LEAST = 48;

/** The room that a picture takes at most: its own ratio within the bounds, never larger than it is, never a mere line. */
export function frameOf({ width, height }: Pick<Upload, 'width' | 'height'>, most: Frame): Frame {
  if (width <= 0 || height <= 0) return UNKNOWN;
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.min(most.width, Math.max(LEAST, Math.round(width * scale))), height: Math.min(most.height, Math.max(LEAST, Math.round(height * scale))) };
}

/** What a message without text is, in a few words: `photo.png`, `photo.png and 2 more files`. */
export function namesOf(uploads: readonly Pick<Upload, 'filename'>[] | undefined): string {
  const first = uploads?.[0]?.filename ?? '';
  const more = (uploads?.length ?? 0) - 1;
  return more > 0 ? `${first} and ${more} more ${more === 1 ? 'file' : 'files'}` : first;
}
