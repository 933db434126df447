/** What a Redis says of itself (`INFO`), and whether a queue may lie there. */

export type ServerInfo = ReadonlyMap<string, string>;

export const readServerInfo = (text: string): ServerInfo =>
  new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );

export interface ServerProblem {
  readonly problem: string;
  readonly hint: string;
}

/** The oldest version that BullMQ recommends. */
const OLDEST = [6, 2] as const;

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

/** @returns why no queue may lie there; undefined where one may */
export function serverProblem(info: ServerInfo): ServerProblem | undefined {
  const version = info.get('redis_version');
  if (version === undefined) return { problem: 'what answers there is no Redis', hint: 'check host and port' };
  if (isTooOld(version)) {
    return { problem: `its Redis is version ${version}, and 6.2 is needed`, hint: 'use a newer one' };
  }
  if (info.get('role') === 'slave') {
    return { problem: 'this Redis is a replica, which cannot be written to', hint: 'name the one that it follows' };
  }
  if (info.get('cluster_enabled') === '1') {
    return { problem: 'this Redis is part of a cluster, which is not supported', hint: 'use one that is not' };
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction') {
    return {
      problem: `this Redis throws entries away when its memory is full (maxmemory-policy ${policy}), and units would be lost without a word`,
      hint: 'run `redis-cli config set maxmemory-policy noeviction`, and write the same into its configuration',
    };
  }
  return undefined;
}

/** Sentences on what a person should know before trusting the server. */
export function serverWarnings(info: ServerInfo): string[] {
  if (info.get('aof_enabled') === '1') return [];
  return [
    'this Redis keeps no log of its changes (appendonly no): if it crashes, units are queued anew from the records, and some may be computed twice; `redis-cli config set appendonly yes` keeps one',
  ];
}

/** Whether it is still reading its files, and answers nothing else. */
export const isLoading = (info: ServerInfo): boolean => info.get('loading') === '1';
