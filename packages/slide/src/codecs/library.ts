/** Libraries in WebAssembly, which a page and Node load when the first block needs them: most slides need one, labels none. */

const silent = (): void => undefined;
type Start<T> = (options: { print(text: string): void; printErr(text: string): void }) => Promise<T>;

export interface Library<T> {
  /** The library, started once however many ask. */
  get(): Promise<T>;
  /** The next `get` starts a new one: after a failure that may have left its memory in any state. */
  drop(): void;
}

/** @param load gives the module of `../../wasm` that holds the library */
export function lazyLibrary<T>(load: () => Promise<{ readonly start: Start<T> }>): Library<T> {
  let started: Promise<T> | undefined;
  const start = async (): Promise<T> => (await load()).start({ print: silent, printErr: silent });
  const drop = (): void => {
    started = undefined;
  };
  const get = (): Promise<T> => {
    started ??= start().catch((cause: unknown) => {
      drop();
      throw cause;
    });
    return started;
  };
  return { get, drop };
}
