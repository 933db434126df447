/** The package has no types for this entry. */
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  /** @param options Emscripten's: where the library prints what it thinks */
  const start: (options: {
    print(text: string): void;
    printErr(text: string): void;
  }) => Promise<import('./jpeg-2000.js').OpenJpeg>;
  export default start;
}
