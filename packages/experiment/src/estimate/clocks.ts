/** The two ways to time work: by the clock, and, where others are at work as well, by what this process had of the processor. */

/** Seconds on a steady clock. */
export const clockSeconds = (): number => performance.now() / 1000;

/** Processor seconds of this process, all threads together. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
