/** Half-open, in units of the string. */
export type Range = readonly [start: number, end: number];

/** Whether what lies between shares nothing with the ranges. */
export const isFree = (from: number, to: number, among: readonly Range[]): boolean => !among.some(([start, end]) => start < to && from < end);
