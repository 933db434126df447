/** How busy a card is while a training runs, as nvidia-smi says once a second. */
import { setTimeout } from 'node:timers/promises';
import { requireSmi, smiArguments } from './machine.mjs';
import { NotAvailable, run } from './programs.mjs';

const INTERVAL = 1000;

/**
 * Watches an NVIDIA card until `end`; `shares` holds its percentages, a second each, and NaN where nvidia-smi gives none. Undefined where
 * there is nothing to watch.
 */
export function watchCard({ kind, card, id, env }) {
  if (kind !== 'cuda' || card === undefined) return undefined;
  const shares = [];
  let watching = true;
  const watched = (async () => {
    while (watching) {
      const next = setTimeout(INTERVAL);
      const { stdout } = await run('nvidia-smi', smiArguments(id, 'utilization.gpu'), { env });
      shares.push(/^\s*\d+\s*$/.test(stdout) ? Number(stdout) : Number.NaN);
      await next;
    }
  })();
  return {
    shares,
    async end() {
      watching = false;
      await watched;
    },
  };
}

/** Cuts off the seconds before the card first works and after it last does: the program's start and end. */
export function whileWorking(shares) {
  const works = (share) => share > 0;
  const first = shares.findIndex(works);
  return first < 0 ? [] : shares.slice(first, shares.findLastIndex(works) + 1);
}

/** Says how busy the card was while `speedRow` trained in float32. */
export async function busyRow(check, row) {
  requireSmi(check);
  const { busy } = check;
  if (busy === undefined) throw new NotAvailable('no training ran on the card');
  if (busy.some(Number.isNaN)) throw new NotAvailable('nvidia-smi does not say how busy this card is');
  const counted = whileWorking(busy);
  if (counted.length === 0) throw new Error('the card was at 0 % in every second of the training');
  const mean = counted.reduce((sum, share) => sum + share, 0) / counted.length;
  row.verdict = 'measured';
  row.result = `${Math.round(mean)} % of the time, from ${counted.length} samples, a second each`;
}
