import { torchAvailable } from '@ftuseg/torch';
import { afterAll, describe, expect, it } from 'vitest';
import { createMeasurer } from './measure.js';

const spec = { decoder: 'fpn', encoder: 'tu-test_efficientnet', classes: 1 };
const measurer = createMeasurer({ budget: 60, threads: 1, busy: true });

afterAll(() => measurer.close());

describe('a measurement', () => {
  it('runs the network as prediction does', async () => {
    const found = await measurer.measure({ kind: 'predict', device: 'cpu', spec, tile: 64 });
    if (found === undefined || found === 'late') throw new Error('nothing was measured');
    expect(found.whole).toBe(true);
    expect(found.seconds['predicted tile']).toBeGreaterThan(0);
    expect(found.seconds['loaded network']).toBeGreaterThan(0);
  });

  it.skipIf(!torchAvailable())('trains it', async () => {
    const settings = { decoder: 'fpn', encoder: spec.encoder, batchSize: 2 };
    const found = await measurer.measure({ kind: 'train', settings, spec, tile: 64 });
    if (found === undefined || found === 'late') throw new Error('nothing was measured');
    expect(found.seconds['training image']).toBeGreaterThan(0);
    expect(found.seconds['validated tile']).toBeGreaterThan(0);
  });

  it('is none of what does not run here, or when its time is up', async () => {
    const strange = { ...spec, encoder: 'no such encoder' };
    expect(await measurer.measure({ kind: 'predict', device: 'cpu', spec: strange, tile: 64 })).toBeUndefined();
    const late = createMeasurer({ budget: 0, threads: 1, busy: false });
    expect(await late.measure({ kind: 'predict', device: 'cpu', spec, tile: 64 })).toBe('late');
  });
});
