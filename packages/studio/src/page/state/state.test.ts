import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import type { OutlineLayer } from '../../protocol/slides.js';
import { BackendError } from '../backend/backend.js';
import { createCompare } from './compare.js';
import { createConnection } from './connection.js';
import { retryLateFailures } from './late-failures.js';
import { createLayers } from './layers.js';
import { createMessages } from './messages.js';
import { createPreferences, isNumberIn, type Store } from './preferences.js';

describe('the connection', () => {
  it('asks again by itself and tells when the server is back', async () => {
    vi.useFakeTimers();
    try {
      const ask = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error()).mockResolvedValue(undefined);
      const connection = createConnection(ask);
      const back = vi.fn();
      connection.onReturn(back);
      connection.heard(false);
      expect(connection.reached.value).toBe(false);
      await vi.advanceTimersByTimeAsync(1000);
      expect([ask.mock.calls.length, connection.reached.value]).toEqual([1, false]);
      await vi.advanceTimersByTimeAsync(2000);
      expect([ask.mock.calls.length, connection.reached.value, back.mock.calls.length]).toEqual([2, true, 1]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ask.mock.calls.length).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('messages', () => {
  it('says the same once, and lets the last failure be tried again', () => {
    const messages = createMessages();
    const again = vi.fn();
    messages.problem(new Error('gone'));
    messages.problem(new Error('gone'), again);
    expect(messages.list.value.map(({ text }) => text)).toEqual(['gone']);
    messages.list.value[0]?.retry?.();
    expect(again).toHaveBeenCalledOnce();
    for (let i = 0; i < 9; i++) messages.notice(`${i}`);
    expect(messages.list.value.map(({ text }) => text)).toEqual(['5', '6', '7', '8']);
  });
});

describe('what failed because nobody answered', () => {
  it('is tried again, each once, when somebody does', () => {
    const messages = createMessages();
    const [one, other, refused] = [vi.fn(), vi.fn(), vi.fn()];
    messages.problem(new BackendError('nobody', 'unreachable'), one);
    messages.problem(new BackendError('nobody', 'unreachable'), other);
    messages.problem(new BackendError('no', 'refused'), refused);
    messages.answered();
    messages.answered();
    expect([one, other, refused].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0]);
    expect(messages.list.value.map(({ text }) => text)).toEqual(['no']);
  });

  it('is tried again when it says so after the server is back', async () => {
    const messages = createMessages();
    const reached = signal(false);
    const ask = vi.fn(async () => undefined);
    const again = vi.fn();
    const end = retryLateFailures(reached, messages, ask);
    messages.problem(new BackendError('nobody', 'unreachable'), again);
    expect(ask).not.toHaveBeenCalled();
    messages.answered();
    reached.value = true;
    messages.problem(new BackendError('nobody', 'unreachable'), again);
    await vi.waitFor(() => expect(messages.list.value).toEqual([]));
    expect([ask.mock.calls.length, again.mock.calls.length]).toEqual([1, 2]);
    end();
  });
});

describe('preferences', () => {
  const store = (entries: Record<string, string>): Store => ({
    getItem: (key) => entries[key] ?? null,
    setItem: (key, value) => {
      entries[key] = value;
    },
  });

  it('come back in the next window, and only if they make sense', () => {
    const entries: Record<string, string> = {};
    createPreferences(store(entries)).kept('size', 5, isNumberIn(1, 9)).value = 7;
    expect(createPreferences(store(entries)).kept('size', 5, isNumberIn(1, 9)).value).toBe(7);
    expect(createPreferences(store(entries)).kept('size', 5, isNumberIn(1, 6)).value).toBe(5);
    expect(createPreferences(store({ 'ftuseg-studio.size': '{' })).kept('size', 5, isNumberIn(1, 9)).value).toBe(5);
  });

  it('do without a store', () => {
    const refusing: Store = {
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('forbidden');
      },
    };
    const kept = createPreferences(refusing).kept('size', 5, isNumberIn(1, 9));
    kept.value = 6;
    expect(kept.value).toBe(6);
  });
});

describe('layers', () => {
  const probability = { id: 'm', kind: 'probability', name: '', prediction: 'p', class: 'g' } as const;
  const map = { ...probability, width: 1, height: 1, downsample: 1, levels: 1 };

  it('begin at the threshold of the prediction and keep what is set', () => {
    const layers = createLayers(createPreferences(undefined));
    expect(layers.of(map, { threshold: 0.7 })).toEqual({ visible: false, opacity: 0.6, threshold: 0.7 });
    layers.change(map, { visible: true }, { threshold: 0.7 });
    expect(layers.of({ ...map, id: 'of another slide' })).toEqual({ visible: true, opacity: 0.6, threshold: 0.7 });
  });
});

describe('what is compared', () => {
  const layer = (id: string, kind: OutlineLayer['kind']): OutlineLayer => ({
    id,
    kind,
    name: id,
    prediction: kind === 'prediction' ? id : undefined,
    objects: 0,
  });

  it('is a prediction with the truth first, then what was chosen if the slide has it', () => {
    const layers = signal([
      layer('a', 'prediction'),
      layer('b', 'prediction'),
      layer('t', 'truth'),
      layer('u', 'unread'),
    ]);
    const compare = createCompare(layers);
    expect(compare.compared.value).toBeUndefined();
    compare.mode.value = 'side';
    expect([compare.compared.value?.left.id, compare.compared.value?.right.id]).toEqual(['a', 't']);
    compare.right.value = 'prediction:b';
    expect(compare.compared.value?.right.id).toBe('b');
    layers.value = [layer('a', 'prediction'), layer('t', 'truth')];
    expect(compare.compared.value?.right.id).toBe('t');
    layers.value = [layer('a', 'prediction')];
    expect(compare.compared.value).toBeUndefined();
  });
});
