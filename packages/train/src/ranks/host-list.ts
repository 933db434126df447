/** The names of hosts as Slurm packs them: `node[01-03,7],gpu1`. */

/**
 * @returns undefined for an empty list
 * @example
 * firstHost('node[01-03,7],gpu1'); // 'node01'
 */
export function firstHost(list: string): string | undefined {
  // A comma inside brackets parts numbers, not hosts.
  const first = /^(?:[^,[]|\[[^\]]*\])+/.exec(list.trim())?.[0];
  return first?.replaceAll(/\[(\d+)[^\]]*\]/g, '$1');
}
