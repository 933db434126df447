/**
 * The processes of one training, as the loop sees them. Rank 0 alone decides what depends on clocks and files, validates and writes; all hear of it in one
 * small sum. A training in one process is the rank 0 of 1, and nothing is sent.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import { type Ranks, type Tensor, TorchError } from '@ftuseg/torch';

/** What all ranks know after they have agreed. */
export interface Agreed {
  /** Whether any of them was asked to stop. */
  readonly stop: boolean;
  /** The numbers of rank 0. */
  readonly decided: readonly number[];
}

/** Seconds between two signs of life of rank 0 while it works and the others wait. */
const SIGN_OF_LIFE_SECONDS = 0.5;

export class TrainingRanks {
  readonly rank: number;
  readonly size: number;
  /** Ranks on this host, which share its memory and its processor. */
  readonly localSize: number;
  readonly localRank: number;
  /** Whether each normalises by its slice of a batch. */
  readonly localBatchNorm: boolean;
  readonly #ranks: Ranks | undefined;
  #lastSign = 0;

  constructor(
    ranks: Ranks | undefined,
    {
      localSize = 1,
      localRank = 0,
      localBatchNorm = false,
    }: Partial<Pick<TrainingRanks, 'localSize' | 'localRank' | 'localBatchNorm'>> = {},
  ) {
    this.rank = ranks?.rank ?? 0;
    this.size = ranks?.size ?? 1;
    this.localSize = localSize;
    this.localRank = localRank;
    this.localBatchNorm = localBatchNorm;
    this.#ranks = ranks;
  }

  get isFirst(): boolean {
    return this.rank === 0;
  }

  /** Runs what speaks to the others; a lost one becomes a sentence. */
  #with<T>(work: (ranks: Ranks) => T, alone: T): T {
    if (this.#ranks === undefined) return alone;
    try {
      return work(this.#ranks);
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** What to throw where another rank was lost in a sum inside a step: a sentence. Any other error stays. */
  explain(error: unknown): unknown {
    if (!(error instanceof TorchError) || error.code !== 'ranks') return error;
    const silent = /timed? ?out/i.test(error.message);
    const what = silent
      ? `another rank did not answer within ${this.#ranks?.timeoutSeconds} s`
      : 'another rank has ended';
    return new FtuError('unavailable', `rank ${this.rank} of ${this.size} stops: ${what}`, {
      hint: 'its own message says why, if it could; `ftu train --resume` with as many ranks goes on from the last checkpoint',
      cause: error,
    });
  }

  /** @param asked whether this rank was asked to stop @param decided of rank 0; as many numbers on each */
  agree(asked: boolean, decided: readonly number[] = []): Agreed {
    const own = Float64Array.of(asked ? 1 : 0, ...decided.map((value) => (this.isFirst ? value : 0)));
    const [stops = 0, ...rest] = this.#with((ranks) => ranks.sum(own), own);
    return { stop: stops > 0, decided: rest };
  }

  /** What rank 0 says. */
  decide(value: number): number {
    return this.agree(false, [value]).decided[0] ?? value;
  }

  /** Bytes that rank 0 has; undefined where it has none. */
  share(bytes: Uint8Array | undefined): Uint8Array | undefined {
    const length = this.decide(bytes === undefined ? -1 : bytes.length);
    if (length < 0) return undefined;
    return this.#with(
      (ranks) => ranks.broadcast(this.isFirst && bytes !== undefined ? bytes : new Uint8Array(length)),
      bytes,
    );
  }

  /**
   * Work of rank 0 for which the others wait, however long it takes: as long as it gives signs of life.
   *
   * @param asked whether this rank was asked to stop
   * @param onStop throws; called on the others where any rank was asked
   * @returns what it gave, on every rank
   */
  async whileOthersWait(
    work: () => Promise<Uint8Array>,
    asked: () => boolean,
    onStop: () => never,
  ): Promise<Uint8Array> {
    if (this.isFirst) {
      const result = await work();
      this.agree(asked(), [0]);
      return this.share(result) ?? result;
    }
    for (;;) {
      const { stop, decided } = this.agree(asked(), [1]);
      if (decided[0] === 0) return this.share(undefined) ?? new Uint8Array();
      if (stop) onStop();
      await yieldToEventLoop();
    }
  }

  /**
   * A sign of life of rank 0, inside `whileOthersWait`; nothing on the others.
   * @returns whether any rank was asked to stop; then the others have ended
   */
  signOfLife(asked: boolean): boolean {
    if (this.size === 1 || !this.isFirst) return asked;
    const now = performance.now() / 1000;
    if (!asked && now - this.#lastSign < SIGN_OF_LIFE_SECONDS) return false;
    this.#lastSign = now;
    return this.agree(asked, [1]).stop;
  }

  /** Replaces the gradients of parameters by their sums. */
  sumGradients(parameters: readonly Tensor[]): void {
    this.#with((ranks) => ranks.sumGradients(parameters), undefined);
  }

  average(tensors: readonly Tensor[]): void {
    this.#with((ranks) => ranks.average(tensors), undefined);
  }

  /** Replaces tensors by those of rank 0. */
  takeFromFirst(tensors: readonly Tensor[]): void {
    this.#with((ranks) => ranks.broadcastTensors(tensors), undefined);
  }

  /** Ends the connections in order, when all ranks are done. */
  leave(): void {
    this.agree(false);
    this.#with((ranks) => ranks.leave(), undefined);
  }
}

/** A training in one process. */
export const singleRank = new TrainingRanks(undefined);
