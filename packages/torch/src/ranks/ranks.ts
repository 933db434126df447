/**
 * The processes that train one network together, called ranks: a store of texts to find each other by, and sums over all of them. Every rank makes
 * the same calls in the same order.
 */
import { TorchError } from '../errors.js';
import { addonOnly, withNative } from '../native.js';
import { Tensor } from '../tensor.js';

export interface RankSettings {
  /** Host and port of the store. */
  readonly host: string;
  readonly port: number;
  /** This process, from 0, and how many there are. */
  readonly rank: number;
  readonly size: number;
  /** Whether the store is opened here; otherwise somebody else has. */
  readonly hostsStore: boolean;
  /** Before every key of the store, so that trainings that share one do not meet. */
  readonly prefix: string;
  /** Of any wait for another rank. */
  readonly timeoutSeconds: number;
  /** Of waits until they are connected, where that may take longer: programs start at different times. Default: the same. */
  readonly joinSeconds?: number | undefined;
}

/** Bytes of gradients that are summed at a time. */
const BUCKET_BYTES = 8 * 2 ** 20;

/** Whether the bridge is built and its libtorch has process groups (Gloo). Never throws. */
export function ranksAvailable(): boolean {
  try {
    return addonOnly().ranksAvailable();
  } catch {
    return false;
  }
}

/**
 * Every function throws TorchError 'ranks' where another rank is lost or does not answer within the timeout: then the training cannot go on.
 *
 * @example
 * const ranks = Ranks.open({ host: '10.0.0.1', port: 29500, rank: 0, size: 2, hostsStore: true, prefix: 'run', timeoutSeconds: 300 });
 * ranks.connect('10.0.0.1');
 * ranks.sum(Float64Array.of(1)); // Float64Array [2]
 */
export class Ranks {
  readonly rank: number;
  readonly size: number;
  readonly timeoutSeconds: number;

  private constructor({ rank, size, timeoutSeconds }: RankSettings) {
    this.rank = rank;
    this.size = size;
    this.timeoutSeconds = timeoutSeconds;
  }

  /** Opens the store, or finds it; one training per process. */
  static open(settings: RankSettings): Ranks {
    const { host, port, rank, size, hostsStore, prefix, timeoutSeconds, joinSeconds = timeoutSeconds } = settings;
    if (!Number.isInteger(rank) || !Number.isInteger(size) || rank < 0 || rank >= size) {
      throw new TorchError('argument', `there is no rank ${rank} of ${size}`, { op: 'Ranks.open' });
    }
    withNative((bridge) =>
      bridge.openRanks(host, port, rank, size, hostsStore, prefix, Math.round(joinSeconds * 1000)),
    );
    return new Ranks(settings);
  }

  /** Writes a text that all ranks can read. */
  set(key: string, value: string): void {
    withNative((bridge) => bridge.setRankText(key, value));
  }

  /** Waits for a text. */
  get(key: string): string {
    return withNative((bridge) => bridge.getRankText(key));
  }

  has(key: string): boolean {
    return withNative((bridge) => bridge.hasRankText(key));
  }

  /** Connects the ranks with each other. @param address of this host, on which the others reach it */
  connect(address: string): void {
    withNative((bridge) => bridge.connectRanks(address, Math.round(this.timeoutSeconds * 1000)));
  }

  /** The sum over all ranks, the same bytes on each. */
  sum(numbers: Float64Array): Float64Array {
    const sums = Float64Array.from(numbers);
    withNative((bridge) => bridge.sumNumbers(sums));
    return sums;
  }

  /** The bytes of rank 0; the others give as many. */
  broadcast(bytes: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(bytes);
    withNative((bridge) => bridge.broadcastBytes(copy));
    return copy;
  }

  /** Replaces the gradients of parameters by their sums, in buckets of fixed order: for the same number of ranks always the same bytes. */
  sumGradients(parameters: readonly Tensor[]): void {
    withNative((bridge) => bridge.sumGradients(parameters.map(Tensor.handle), BUCKET_BYTES));
  }

  /** Replaces tensors by their means over all ranks. */
  average(tensors: readonly Tensor[]): void {
    withNative((bridge) => bridge.averageTensors(tensors.map(Tensor.handle), BUCKET_BYTES));
  }

  /** Replaces tensors by those of rank 0. */
  broadcastTensors(tensors: readonly Tensor[]): void {
    withNative((bridge) => bridge.broadcastTensors(tensors.map(Tensor.handle)));
  }

  /** Closes the connections. Not to be called where a rank is lost: it would wait for it; the end of the process closes them too. */
  leave(): void {
    withNative((bridge) => bridge.leaveRanks());
  }
}
