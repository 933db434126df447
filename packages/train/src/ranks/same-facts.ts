/** Refuses ranks that would train something else than rank 0: other settings, data, weights or versions. */
import { createHash } from 'node:crypto';
import { FtuError } from '@ftuseg/core';
import type { TrainingRanks } from './training-ranks.js';

const digestLength = 6;

/** A number that a double holds exactly. */
const digest = (bytes: Uint8Array | string): number =>
  createHash('sha256').update(bytes).digest().readUIntBE(0, digestLength);

/**
 * @param facts what has to be the same on all ranks, by name
 * @throws FtuError 'bad-input' on a rank whose facts differ, naming the first that does
 */
export function requireSameFacts(ranks: TrainingRanks, facts: Readonly<Record<string, unknown>>): void {
  if (ranks.size === 1) return;
  const own = Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value) ?? 'null'] as const);
  const text = ranks.share(ranks.isFirst ? Buffer.from(JSON.stringify(own)) : undefined);
  const first = new Map<string, unknown>(JSON.parse(Buffer.from(text ?? []).toString() || '[]'));
  const other = own.find(([name, value]) => first.get(name) !== value)?.[0];
  if (other !== undefined) {
    throw new FtuError('bad-input', `rank ${ranks.rank} of ${ranks.size} has another "${other}" than rank 0`, {
      hint: 'start all ranks with the same command, the same program and the same data',
    });
  }
}

/** @throws FtuError 'unavailable' on a rank whose bytes are not those of rank 0 */
export function requireSameBytes(ranks: TrainingRanks, what: string, bytes: () => Iterable<Uint8Array>): void {
  if (ranks.size === 1) return;
  const hash = createHash('sha256');
  for (const part of bytes()) hash.update(part);
  const own = digest(hash.digest());
  if (ranks.decide(own) === own) return;
  throw new FtuError('unavailable', `rank ${ranks.rank} of ${ranks.size} has other ${what} than rank 0`, {
    hint: 'the memory or the processor of a host is faulty, or hosts differ; `ftu train --resume` goes on from the last checkpoint',
  });
}
