/**
 * The tensor that the rest of ftuseg holds: one native handle, freed by `dispose`, by the scope around it,
 * or at the latest by the garbage collector.
 */
import { TorchError } from './errors.js';
import { track, unguard } from './frames.js';
import { type Handle, native, released, withNative } from './native.js';
import { allocate, type DType, type TypedArray, toDType } from './typed-array.js';

export type MemoryFormat = 'contiguous' | 'channels_last';

export interface ConvertOptions {
  readonly dtype?: DType;
  /** 'cpu', 'cuda', 'cuda:1' */
  readonly device?: string;
  readonly memoryFormat?: MemoryFormat;
}

export interface BackwardOptions {
  /** Keep the graph for another backward. */
  readonly retainGraph?: boolean;
  /** Record the gradient's own graph, for higher derivatives. Implies retainGraph. */
  readonly createGraph?: boolean;
}

/** Every member except `disposed` and `dispose` throws TorchError 'disposed' once the tensor is freed. */
export class Tensor {
  #handle: Handle;

  /** @internal Tensors come from `tensor`, `dispatch` and other tensors. */
  constructor(handle: Handle) {
    this.#handle = handle;
    track(this, handle);
  }

  /** @internal Throws TorchError 'argument' for something that is no tensor, which JavaScript callers can pass. */
  static handle(tensor: Tensor): Handle {
    if (typeof tensor === 'object' && tensor !== null && #handle in tensor) return tensor.#handle;
    throw new TorchError('argument', `a Tensor is needed, got ${typeof tensor}`);
  }

  get shape(): readonly number[] {
    return withNative((bridge) => bridge.shape(this.#handle));
  }

  /** In elements, one per axis. */
  get strides(): readonly number[] {
    return withNative((bridge) => bridge.strides(this.#handle));
  }

  get dtype(): DType {
    return toDType(withNative((bridge) => bridge.dtype(this.#handle)));
  }

  /** 'cpu' or 'cuda:0' */
  get device(): string {
    return withNative((bridge) => bridge.device(this.#handle));
  }

  /** Number of elements. */
  get numel(): number {
    return withNative((bridge) => bridge.numel(this.#handle));
  }

  get requiresGrad(): boolean {
    return withNative((bridge) => bridge.requiresGrad(this.#handle));
  }

  get disposed(): boolean {
    return this.#handle === released;
  }

  isContiguous(format: MemoryFormat = 'contiguous'): boolean {
    return withNative((bridge) => bridge.isContiguous(this.#handle, format));
  }

  /** Throws TorchError 'operator' for a tensor of integers. */
  setRequiresGrad(on = true): this {
    withNative((bridge) => bridge.requiresGrad(this.#handle, on));
    return this;
  }

  /**
   * Adds the derivatives of this tensor to the `grad` of every leaf that wants one.
   * A tensor of more than one element needs `gradient`, of its own shape.
   */
  backward(gradient?: Tensor, options: BackwardOptions = {}): void {
    const { retainGraph = false, createGraph = false } = options;
    withNative((bridge) =>
      bridge.backward(
        this.#handle,
        gradient === undefined ? undefined : Tensor.handle(gradient),
        retainGraph,
        createGraph,
      ),
    );
  }

  /** A new handle to the gradient (it shares memory), freed like any other tensor; undefined before `backward`. */
  get grad(): Tensor | undefined {
    const handle = withNative((bridge) => bridge.grad(this.#handle));
    return handle === undefined ? undefined : new Tensor(handle);
  }

  clearGrad(): void {
    withNative((bridge) => bridge.clearGrad(this.#handle));
  }

  /** The value of a tensor of one element. Booleans are 0 and 1; integers beyond 2^53 lose digits. */
  item(): number {
    return withNative((bridge) => bridge.item(this.#handle));
  }

  /**
   * A row-major copy, whatever the strides or the device. float16 and bfloat16 give their raw bits as Uint16Array,
   * bool gives a Uint8Array of 0 and 1, int64 a BigInt64Array.
   */
  toArray(): TypedArray {
    const array = allocate(this.dtype, this.numel);
    this.copyInto(array);
    return array;
  }

  /** Like `toArray`, into memory that exists, converted to its element type. Lengths must agree. */
  copyInto(target: TypedArray): void {
    withNative((bridge) => bridge.copyInto(this.#handle, target));
  }

  /** Another dtype, device or memory format. Shares memory when nothing changes. Recorded by autograd. */
  to(options: ConvertOptions): Tensor {
    return new Tensor(
      withNative((bridge) => bridge.to(this.#handle, options.dtype, options.device, options.memoryFormat)),
    );
  }

  /** The same memory, outside the autograd graph. */
  detach(): Tensor {
    return new Tensor(withNative((bridge) => bridge.detach(this.#handle)));
  }

  /** A copy with memory of its own, inside the autograd graph. */
  clone(): Tensor {
    return new Tensor(withNative((bridge) => bridge.clone(this.#handle)));
  }

  /** Overwrites this tensor's values; shapes must agree or broadcast, dtypes and devices are converted. */
  copyFrom(source: Tensor): void {
    withNative((bridge) => bridge.copyFrom(this.#handle, Tensor.handle(source)));
  }

  /** Frees the handle now. The memory goes when no other handle, view or autograd graph needs it. Harmless twice. */
  dispose(): void {
    if (this.#handle === released) return;
    native().release(this.#handle);
    this.#handle = released;
    unguard(this);
  }

  toString(): string {
    return this.disposed ? 'Tensor (disposed)' : `Tensor ${this.dtype}[${this.shape.join(', ')}] on ${this.device}`;
  }

  /** What console.log shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

export interface TensorOptions {
  /** Default: the typed array's own. Uint16Array needs 'float16' or 'bfloat16', of which it holds the bits. */
  readonly dtype?: DType;
  readonly device?: string;
}

/**
 * A tensor with a copy (exactly one) of row-major `data`. A typed array on shared memory will do.
 * Throws TorchError 'argument' when the shape does not fit the length.
 *
 * @example
 * const image = tensor(new Float32Array(3 * 256 * 256), [1, 3, 256, 256]);
 * const mask = tensor(Uint8Array.of(0, 7), [2], { dtype: 'bool' }); // false, true
 */
export function tensor(data: TypedArray, shape: readonly number[], options: TensorOptions = {}): Tensor {
  return new Tensor(withNative((bridge) => bridge.fromData(data, shape, options.dtype, options.device)));
}
