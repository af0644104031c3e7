/** Lets a textarea be as high as its text, up to its `max-height`. */
import type { Attachment } from 'svelte/attachments';

/** `text` is read so that the height follows when it changes. */
export function grow(text: () => string): Attachment<HTMLTextAreaElement> {
  return (area) => {
    text();
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  };
}
