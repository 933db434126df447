import { describe, expect, it, vi } from 'vitest';
import type { EditTransport, SendResult } from '../../../edits/transport.js';
import { createDocuments } from './documents.js';

/** Answers an edit when it is told to. */
function slowTransport() {
  const answers: ((result: SendResult) => void)[] = [];
  const transport: EditTransport = {
    fetch: async () => ({ revision: 0, edits: [] }),
    send: () => new Promise((resolve) => answers.push(resolve)),
  };
  const answer = async (result: SendResult): Promise<void> => {
    answers.shift()?.(result);
    await new Promise((done) => setTimeout(done));
  };
  return { transport, answer, sent: answers };
}

describe('documents of slides that were left', () => {
  it('send what waits, and are the same when one comes back', async () => {
    const { transport, answer, sent } = slowTransport();
    const documents = createDocuments(() => transport, vi.fn());
    const document = await documents.open('a');
    document.propose('one', [{ kind: 'delete', id: 'x' }]);
    document.propose('two', [{ kind: 'delete', id: 'y' }]);
    documents.leave('a');
    expect(documents.waiting.value).toBe(2);
    await answer({ kind: 'accepted', revision: 1 });
    expect([documents.waiting.value, sent.length]).toEqual([1, 1]);
    expect(await documents.open('a')).toBe(document);
    expect(documents.waiting.value).toBe(0);
    documents.leave('a');
    await answer({ kind: 'accepted', revision: 2 });
    expect([documents.waiting.value, document.pending]).toEqual([0, []]);
    expect(await documents.open('a')).not.toBe(document);
  });

  it('say once when they cannot go on without a person', async () => {
    const { transport, answer } = slowTransport();
    const stuck = vi.fn();
    const documents = createDocuments(() => transport, stuck);
    const document = await documents.open('a');
    document.propose('one', [{ kind: 'delete', id: 'x' }]);
    documents.leave('a');
    await answer({ kind: 'refused', problem: { problem: 'the disk is full' } });
    documents.retry();
    await answer({ kind: 'refused', problem: { problem: 'the disk is full' } });
    expect(stuck).toHaveBeenCalledExactlyOnceWith('a');
    expect(documents.waiting.value).toBe(1);
  });
});
