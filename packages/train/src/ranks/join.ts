/** Meets the other processes of a training. */
import { hostname } from 'node:os';
import { FtuError } from '@ftuseg/core';
import { Ranks, ranksAvailable, TorchError } from '@ftuseg/torch';
import { z } from 'zod';
import { isLoopback, ownAddress } from './own-address.js';
import type { RankPlace } from './place.js';
import { TrainingRanks } from './training-ranks.js';

export interface JoinOptions {
  /** Of any wait for another rank. */
  readonly timeoutSeconds: number;
  /** Each normalises by its slice of a batch. */
  readonly localBatchNorm: boolean;
}

/** The others are waited for at least so long: programs start at different times, from file systems that are slow at first. */
const JOIN_SECONDS = 120;

const helloSchema = z.object({ host: z.string(), address: z.string() });
type Hello = z.output<typeof helloSchema>;

function openStore(place: RankPlace, timeoutSeconds: number): Ranks {
  const joinSeconds = Math.max(JOIN_SECONDS, timeoutSeconds);
  const { rank, size, host, port, key } = place;
  try {
    return Ranks.open({
      rank,
      size,
      host,
      port,
      prefix: key,
      timeoutSeconds,
      joinSeconds,
      hostsStore: place.opensPort && rank === 0,
    });
  } catch (error) {
    if (!(error instanceof TorchError) || error.code !== 'ranks') throw error;
    const taken = /EADDRINUSE|address already in use/i.test(error.message);
    throw new FtuError(
      'unavailable',
      taken
        ? `rank ${rank} of ${size} cannot open port ${port}: it is in use`
        : `rank ${rank} of ${size} does not reach rank 0 at ${host}:${port} within ${joinSeconds} s`,
      {
        subject: 'MASTER_PORT',
        hint: taken
          ? 'set MASTER_PORT to a free port'
          : 'start all ranks, and look whether the network lets them reach each other',
        cause: error,
      },
    );
  }
}

/** What every rank says of itself; an error names those that did not come. */
function exchange(ranks: Ranks, own: Hello): Hello[] {
  ranks.set(`hello/${ranks.rank}`, JSON.stringify(own));
  const keys = Array.from({ length: ranks.size }, (_, rank) => `hello/${rank}`);
  return keys.map((key) => {
    try {
      return helloSchema.parse(JSON.parse(ranks.get(key)));
    } catch (cause) {
      if (!(cause instanceof TorchError)) throw cause;
      throw missing(ranks, keys, cause);
    }
  });
}

function missing(ranks: Ranks, keys: readonly string[], cause: TorchError): FtuError {
  const there = (key: string): boolean => {
    try {
      return ranks.has(key);
    } catch {
      return true; // rank 0 has ended, and its store with it
    }
  };
  const absent = keys.flatMap((key, rank) => (there(key) ? [] : [String(rank)]));
  const who = absent.length === 0 ? 'rank 0 has ended' : `no sign of rank ${absent.join(', ')}`;
  return new FtuError(
    'unavailable',
    `rank ${ranks.rank} of ${ranks.size} stops: ${who} after ${Math.max(JOIN_SECONDS, ranks.timeoutSeconds)} s`,
    {
      hint: 'start all ranks at about the same time: srun --ntasks, or torchrun on every host',
      cause,
    },
  );
}

/**
 * The address on which the others reach this host. Where the name of rank 0's host is one of the loopback on that host (as Debian's /etc/hosts has it), and
 * ranks are on other hosts, it is the way to one of those that counts.
 */
async function reachableAddress(own: Hello, all: readonly Hello[]): Promise<string> {
  if (!isLoopback(own.address)) return own.address;
  const elsewhere = all.find(({ host, address }) => host !== own.host && !isLoopback(address));
  return elsewhere === undefined ? own.address : ownAddress(elsewhere.address);
}

/**
 * Joins the ranks of a training; returns when all have come.
 *
 * @throws FtuError 'unavailable' without process groups, where a port is taken, and naming the ranks that do not come in time
 * @example
 * const ranks = await joinRanks(rankPlace(process.env), { timeoutSeconds: 300, localBatchNorm: false });
 */
export async function joinRanks(place: RankPlace, options: JoinOptions): Promise<TrainingRanks> {
  if (!ranksAvailable()) {
    throw new FtuError('unavailable', 'training in several processes needs libtorch with Gloo, which is not here', {
      hint: 'on Debian: `apt-get install libgloo-dev`, then `make libtorch`; training in one process works without',
    });
  }
  const ranks = openStore(place, options.timeoutSeconds);
  const own = { host: hostname(), address: await ownAddress(place.host) };
  const all = exchange(ranks, own);
  try {
    ranks.connect(await reachableAddress(own, all));
  } catch (cause) {
    if (!(cause instanceof TorchError)) throw cause;
    throw new FtuError(
      'unavailable',
      `rank ${place.rank} of ${place.size} reaches the store, but not the other ranks`,
      {
        hint: `ranks talk on the interface that leads to MASTER_ADDR (here ${own.address}): hosts must reach each other there, on any port`,
        cause,
      },
    );
  }
  const localSize = all.filter(({ host }) => host === own.host).length;
  return new TrainingRanks(ranks, { localSize, localRank: place.localRank, localBatchNorm: options.localBatchNorm });
}
