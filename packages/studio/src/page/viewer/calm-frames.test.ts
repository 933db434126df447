import { describe, expect, it } from 'vitest';
import { CalmFrames } from './calm-frames.js';

/** A window whose time is told by hand: frames every 16 ms. */
function fakeWindow() {
  let [now, ids] = [0, 0];
  const due = new Map<number, { at: number; call: (time: number) => void }>();
  const add = (delay: number, call: (time: number) => void): number => {
    due.set(++ids, { at: now + delay, call });
    return ids;
  };
  return {
    performance: { now: () => now },
    requestAnimationFrame: (call: (time: number) => void) => add(16, call),
    cancelAnimationFrame: (id: number) => void due.delete(id),
    setTimeout: (call: () => void, delay: number) => add(delay, call),
    clearTimeout: (id: number) => void due.delete(id),
    pass: (milliseconds: number): void => {
      for (const end = now + milliseconds; now < end; now++) {
        for (const [id, { at, call }] of [...due]) {
          if (at > now || !due.has(id)) continue;
          due.delete(id);
          call(now);
        }
      }
    },
  };
}

/** How often a loop, which asks for its next frame in each, comes round. */
function loop(frames: CalmFrames) {
  let rounds = 0;
  const again = (): void => {
    rounds++;
    frames.request(again);
  };
  frames.request(again);
  return () => rounds;
}

describe('CalmFrames', () => {
  it('come fast where something moves, and seldom at rest', () => {
    const host = fakeWindow();
    const frames = new CalmFrames(host);
    const rounds = loop(frames);
    host.pass(1000);
    expect(rounds()).toBeGreaterThan(55);
    host.pass(1000);
    const before = rounds();
    host.pass(2000);
    expect(rounds() - before).toBeGreaterThanOrEqual(18);
    expect(rounds() - before).toBeLessThanOrEqual(20);
  });

  it('come at once where something stirs, each once', () => {
    const host = fakeWindow();
    const frames = new CalmFrames(host);
    const rounds = loop(frames);
    host.pass(5000);
    const before = rounds();
    frames.stir();
    frames.stir();
    host.pass(18);
    expect(rounds() - before).toBe(1);
    host.pass(982);
    expect(rounds() - before).toBeGreaterThan(55);
  });

  it('can be taken back, at rest and awake', () => {
    const host = fakeWindow();
    const frames = new CalmFrames(host);
    let calls = 0;
    const count = (): void => {
      calls++;
    };
    frames.cancel(frames.request(count));
    host.pass(3000);
    const resting = frames.request(count);
    frames.stir();
    frames.cancel(resting);
    host.pass(3000);
    frames.cancel(frames.request(count));
    frames.cancel(99);
    host.pass(3000);
    expect(calls).toBe(0);
  });
});
