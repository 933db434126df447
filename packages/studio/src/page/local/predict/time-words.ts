/** How long something takes, in words. */

/** @example timeWords(95); // 'about 2 minutes' */
export function timeWords(seconds: number): string {
  if (seconds < 50)
    return `about ${Math.max(1, Math.round(seconds))} ${Math.round(seconds) <= 1 ? 'second' : 'seconds'}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `about ${Number((seconds / 3600).toFixed(1))} hours`;
}
