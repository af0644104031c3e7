/** One of the eight plates, the same for the same id everywhere. */
export function plateOf(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return (hash % 8) + 1;
}

/** First letters of the first and last word; one letter when there is little room. */
export function initialsOf(name: string, letters: 1 | 2 = 2): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 && letters === 2 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return picked.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase() || '?';
}

const UPLOADED = /^\/api\/uploads\/[^/?#]+$/;

/** The address when an image of it comes from this very server, else null: no other host is ever asked. Of an upload its thumbnail. */
export function ownImage(url: string, origin = location.origin): string | null {
  if (!url) return null;
  try {
    if (new URL(url, origin).origin !== origin) return null;
    return UPLOADED.test(url) ? `${url}?thumbnail=1` : url;
  } catch {
    return null;
  }
}
