/** How large a picture is shown. */
import type { Frame } from './kinds';

const STEP = 1.5;
const MOST = 8;

/** One step larger or smaller, from the whole picture to eight times that. */
export function zoomed(zoom: number, step: 1 | -1): number {
  const next = step > 0 ? zoom * STEP : zoom / STEP;
  return next < 1.01 ? 1 : Math.min(MOST, next);
}

/** The picture's size within the stage, never larger than it is; null while either is not known. */
export function fitted(picture: Frame, stage: Frame): Frame | null {
  if (picture.width <= 0 || picture.height <= 0 || stage.width <= 0 || stage.height <= 0) return null;
  const scale = Math.min(1, stage.width / picture.width, stage.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}
