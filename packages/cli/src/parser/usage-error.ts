/** Wrong options are told apart from wrong data: they end with exit code 2, as shells expect. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** Options that a command cannot do without; the parser adds the command's name and an example. */
export class MissingOptions extends UsageError {
  override readonly name = 'MissingOptions';

  /** @param needed such as `--run DIR or --model FILE` */
  constructor(readonly needed: string) {
    super(`it needs ${needed}`);
  }
}
