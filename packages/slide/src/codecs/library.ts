/** Libraries in WebAssembly, which a page and Node load when the first block needs them: most slides need one, labels none. */

const silent = (): void => undefined;
type Start<T> = (options: { print(text: string): void; printErr(text: string): void }) => Promise<T>;

export interface Library<T> {
  /**
   * Gives the library to `work`, which must not wait for anything. It is started once, and anew after any failure of `work`: damage that one block has
   * must not reach the pixels of the next through the library's memory.
   * @throws what `work` throws
   */
  use<Result>(work: (library: T) => Result): Promise<Result>;
}

/** @param load gives the module of `../../wasm` that holds the library */
export function lazyLibrary<T>(load: () => Promise<{ readonly start: Start<T> }>): Library<T> {
  let started: Promise<T> | undefined;
  const start = async (): Promise<T> => (await load()).start({ print: silent, printErr: silent });
  const use = async <Result>(work: (library: T) => Result): Promise<Result> => {
    started ??= start();
    const mine = started;
    try {
      const library = await mine;
      // Another block may have failed in it meanwhile.
      return mine === started ? work(library) : await use(work);
    } catch (cause) {
      if (mine === started) started = undefined;
      throw cause;
    }
  };
  return { use };
}
