/** Width, height and length of a picture, a film or a sound, as the browser finds them before the file is sent. */
import type { Measures } from '../api/uploads';
import { kindOf } from './kinds';

const PATIENCE = 4000;
export const UNMEASURED: Measures = { width: 0, height: 0, duration_ms: 0 };

/** What cannot be measured is left at 0: the server looks for itself. */
export async function measure(file: File): Promise<Measures> {
  const kind = kindOf(file.type);
  if (kind === 'file') return UNMEASURED;
  const url = URL.createObjectURL(file);
  try {
    return await Promise.race([kind === 'image' ? ofImage(url) : ofMedia(url, kind), later()]);
  } catch {
    return UNMEASURED;
  } finally {
    URL.revokeObjectURL(url);
  }
}

const later = () => new Promise<Measures>((resolve) => setTimeout(resolve, PATIENCE, UNMEASURED));

async function ofImage(url: string): Promise<Measures> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight, duration_ms: 0 };
}

function ofMedia(url: string, kind: 'video' | 'audio'): Promise<Measures> {
  const media = document.createElement(kind);
  media.preload = 'metadata';
  return new Promise((resolve, reject) => {
    media.onerror = reject;
    media.onloadedmetadata = () => {
      const [width, height] = media instanceof HTMLVideoElement ? [media.videoWidth, media.videoHeight] : [0, 0];
      resolve({ width, height, duration_ms: Number.isFinite(media.duration) ? Math.round(media.duration * 1000) : 0 });
      media.removeAttribute('src');
      media.load();
    };
    media.src = url;
  });
}
