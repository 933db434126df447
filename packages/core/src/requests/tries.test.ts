import { describe, expect, it } from 'vitest';
import { FtuError } from '../errors.js';
import { retryAfter, TryAgain, withTries } from './tries.js';

const lost = (after?: number): TryAgain => new TryAgain(new FtuError('io', 'the request failed'), after);
const headers = (value: string | null) => ({ headers: { get: () => value } });

describe('withTries', () => {
  it('waits longer each time, and as long as the server asks, within bounds', async () => {
    const waited: number[] = [];
    const answers = [lost(), lost(3000), lost(1e9)];
    const once = async (): Promise<string> => {
      const failure = answers.shift();
      if (failure !== undefined) throw failure;
      return 'answer';
    };
    const wait = async (milliseconds: number): Promise<void> => void waited.push(milliseconds);
    expect(await withTries(once, { wait, pause: 100 })).toBe('answer');
    expect(waited).toEqual([100, 3000, 30_000]);
  });

  it('throws the failure of the last try, and at once what is none', async () => {
    let asked = 0;
    const never = async (): Promise<never> => {
      asked++;
      throw lost();
    };
    await expect(withTries(never, { count: 3, wait: async () => undefined })).rejects.toThrow('the request failed');
    expect(asked).toBe(3);
    const refused = async (): Promise<never> => {
      throw new FtuError('io', 'the server refuses access');
    };
    await expect(withTries(refused, { wait: () => Promise.reject(new Error('waited')) })).rejects.toThrow('refuses');
  });

  it('ends where waiting is ended', async () => {
    const wait = () => Promise.reject(new FtuError('cancelled', 'reading was cancelled'));
    await expect(withTries(() => Promise.reject(lost()), { wait })).rejects.toThrow('cancelled');
  });
});

it('Retry-After is seconds; a date is not waited for', () => {
  expect(['2', null, 'Wed, 21 Oct 2026 07:28:00 GMT', '-1'].map((value) => retryAfter(headers(value)))).toEqual([
    2000, 0, 0, 0,
  ]);
});
