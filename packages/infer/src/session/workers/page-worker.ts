/** The parts of a page's workers that are used; packages that also run in Node know no types of a page. */

export interface PageWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: WorkerProblem) => void): void;
  addEventListener(type: 'messageerror', listener: () => void): void;
  terminate(): void;
}

export interface WorkerProblem {
  /** Empty where the browser says nothing, as for a worker that ran out of memory. */
  readonly message?: string;
  preventDefault(): void;
}

/** `self` in a worker. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}
