/** Tensors to and from typed arrays: every dtype, shared memory, strides, and the memory that V8 is told about. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dispatch, externalBytes, liveTensors, scope, type TypedArray, tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

describeTorch('tensor', () => {
  const samples: readonly (readonly [string, TypedArray, number])[] = [
    ['float32', Float32Array.of(1.5, -0, Number.NaN, Number.POSITIVE_INFINITY), 4],
    ['float64', Float64Array.of(Math.PI, -1e300), 8],
    ['int64', BigInt64Array.of(2n ** 62n, -1n, 0n), 8],
    ['int32', Int32Array.of(2 ** 31 - 1, -5), 4],
    ['int16', Int16Array.of(-32768, 7), 2],
    ['int8', Int8Array.of(-128, 127), 1],
    ['uint8', Uint8Array.of(0, 255, 3), 1],
  ];

  it.each(samples)('%s survives the round trip', (dtype, data, bytesPerElement) => {
    scope(() => {
      const before = externalBytes();
      const made = tensor(data, [data.length]);
      expect(made.dtype).toBe(dtype);
      expect(made.toArray()).toEqual(data);
      expect(externalBytes() - before).toBe(data.length * bytesPerElement);
    });
  });

  it('copies any float32 array of any shape exactly', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.float()), (shape, values) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const data = Float32Array.from(values.take(length));
        scope(() => {
          const made = tensor(data, shape);
          expect(made.shape).toEqual(shape);
          expect(made.numel).toBe(length);
          expect(made.toArray()).toEqual(data);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('reads and writes 16-bit floats as bits, and converts float32 on request', () => {
    scope(() => {
      const bits = Uint16Array.of(0x3f80, 0xc000); // 1 and -2 in bfloat16
      const made = tensor(bits, [2], { dtype: 'bfloat16' });
      expect(made.toArray()).toEqual(bits);
      expect(made.to({ dtype: 'float32' }).toArray()).toEqual(Float32Array.of(1, -2));
      const half = tensor(Float32Array.of(1, -2), [2], { dtype: 'float16' });
      expect(half.toArray()).toEqual(Uint16Array.of(0x3c00, 0xc000));
      const target = new Float32Array(2);
      half.copyInto(target);
      expect(target).toEqual(Float32Array.of(1, -2));
      expect(caught(() => tensor(bits, [2])).message).toContain('float16 or bfloat16');
    });
  });

  it('makes bool of anything that is not zero', () => {
    scope(() => {
      const made = tensor(Uint8Array.of(0, 1, 7), [3], { dtype: 'bool' });
      expect(made.dtype).toBe('bool');
      expect(made.toArray()).toEqual(Uint8Array.of(0, 1, 1));
    });
  });

  it('takes shared memory and windows of a buffer', () => {
    scope(() => {
      const shared = new Float32Array(new SharedArrayBuffer(24), 8, 3);
      shared.set([1, 2, 3]);
      const made = tensor(shared, [3]);
      shared.fill(0);
      expect(made.toArray()).toEqual(Float32Array.of(1, 2, 3));
      const target = new Float32Array(new SharedArrayBuffer(12));
      made.copyInto(target);
      expect(Array.from(target)).toEqual([1, 2, 3]);
    });
  });

  it('gives row-major data whatever the strides', () => {
    scope(() => {
      const made = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
      const turned = dispatch('t', made);
      expect(turned.strides).toEqual([1, 3]);
      expect(turned.isContiguous()).toBe(false);
      expect(turned.toArray()).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    });
  });

  it('changes memory format, dtype and nothing else', () => {
    scope(() => {
      const data = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, k) => k);
      const image = tensor(data, [2, 3, 4, 5]);
      const last = image.to({ memoryFormat: 'channels_last' });
      expect(last.isContiguous('channels_last')).toBe(true);
      expect(last.isContiguous()).toBe(false);
      expect(last.strides).toEqual([60, 1, 15, 3]);
      expect(last.toArray()).toEqual(data);
      const long = last.to({ dtype: 'int64' });
      expect(long.isContiguous('channels_last')).toBe(true);
      expect(long.dtype).toBe('int64');
      expect(last.device).toBe('cpu');
    });
  });

  it('copies, clones and detaches', () => {
    scope(() => {
      const source = tensor(Float32Array.of(1, 2), [2]).setRequiresGrad();
      const clone = source.clone();
      const detached = source.detach();
      expect([clone.requiresGrad, detached.requiresGrad]).toEqual([true, false]);
      detached.copyFrom(tensor(Int32Array.of(7, 8), [2]));
      expect(source.toArray()).toEqual(Float32Array.of(7, 8));
      expect(clone.toArray()).toEqual(Float32Array.of(1, 2));
    });
  });

  it('answers item for one element only', () => {
    scope(() => {
      expect(tensor(BigInt64Array.of(42n), []).item()).toBe(42);
      expect(dispatch('gt.Scalar', tensor(Float32Array.of(1), [1]), 0).item()).toBe(1);
      expect(caught(() => tensor(Float32Array.of(1, 2), [2]).item()).code).toBe('operator');
    });
  });

  it('says what is wrong with a shape, an array or a name', () => {
    const data = new Float32Array(6);
    expect(caught(() => tensor(data, [2, 2])).message).toBe(
      'tensor: shape [2, 2] does not fit a typed array of 6 elements',
    );
    expect(caught(() => tensor(data, [-6])).message).toContain('shape[0] must be a non-negative integer');
    expect(caught(() => tensor(data, [1.5, 4])).message).toContain('shape[0]');
    expect(caught(() => tensor(data, [6], { device: 'gpu' })).message).toContain("unknown device 'gpu'");
    scope(() => {
      expect(caught(() => tensor(data, [6]).copyInto(new Float32Array(5))).message).toContain('does not fit');
      expect(caught(() => tensor(data, [6]).to({ memoryFormat: 'channels_last' })).code).toBe('operator');
    });
  });

  it('counts a storage once, however many views it has', () => {
    const [live, bytes] = [liveTensors(), externalBytes()];
    const base = tensor(new Float32Array(1000), [1000]);
    const view = dispatch('view', base, [10, 100]);
    expect(liveTensors() - live).toBe(2);
    expect(externalBytes() - bytes).toBe(4000);
    base.dispose();
    expect(externalBytes() - bytes).toBe(4000);
    view.dispose();
    view.dispose();
    expect([liveTensors() - live, externalBytes() - bytes]).toEqual([0, 0]);
  });

  it('shows V8 the memory, so that forgotten tensors are collected long before it runs out', async () => {
    const before = externalBytes();
    let most = 0;
    for (let made = 0; made < 300; made++) {
      // 8 MB each, and nothing refers to it afterwards: to V8 alone this is a few bytes.
      dispatch('aten::zeros', [1 << 21]);
      most = Math.max(most, externalBytes() - before);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan((300 * 8 * 2 ** 20) / 2);
  });

  it('describes itself', () => {
    const made = tensor(new Float32Array(6), [2, 3]);
    expect(String(made)).toBe('Tensor float32[2, 3] on cpu');
    made.dispose();
    expect(made.disposed).toBe(true);
    expect(String(made)).toBe('Tensor (disposed)');
    expect(caught(() => made.shape).code).toBe('disposed');
  });
});
