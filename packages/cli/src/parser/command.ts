/**
 * What a command is: one zod schema is its interface, from which its options, help, completion and checks come, and a body that sees only
 * parsed, typed options.
 */
import type { z } from 'zod';

/** What every command may use besides its options. */
export interface CommandContext {
  /** Aborted by the first Ctrl-C; commands stop at the next safe point and keep what is finished. */
  readonly signal: AbortSignal;
  /** The command line, without the leading `ftu`: for a command that starts itself again. */
  readonly args: readonly string[];
  /** Results as text, for people and pipes (standard output); nothing with `--json`. */
  print(text: string): void;
  /** Remarks for people (standard error); nothing with `--quiet`. */
  note(text: string): void;
  /** What a person must read before using the result: also with `--quiet`. The program will end with exit code 3. */
  warn(text: string): void;
  /** What is of use when something is looked for: only with `--verbose`. */
  detail(text: string): void;
  /** Rewrites one progress line on a terminal; prints it now and then elsewhere. */
  progress(text: string): void;
  /** The work is not done, and the same command goes on: the program will end with exit code 75. */
  goOnLater(): void;
  /** All commands, for those that describe the program. */
  commands(): Promise<readonly LoadedCommand[]>;
}

/** What an option takes, where the schema of another package does not say. */
export interface OptionHint {
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  /** Offered by the shell's completion. */
  readonly values?: readonly string[];
}

export interface CommandDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Each property becomes `--kebab-case`; its `describe` text is the help. */
  readonly schema: S;
  /** Properties that are given as words without an option, in order. */
  readonly positionals?: readonly (keyof z.infer<S> & string)[];
  /** Headings of the help, with the properties under each, in order. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly hints?: Readonly<Record<string, OptionHint>>;
  /** Keys of the document that `--json` prints, with what each holds; without it the command has no `--json`. */
  readonly result?: Readonly<Record<string, string>>;
  /** Command lines; the first also answers a command without what it needs. */
  readonly examples: readonly [string, ...string[]];
  /** @returns what `--json` prints */
  run(options: z.infer<S>, context: CommandContext): Promise<unknown>;
}

/** A command with its line in the list of commands, which is shown without loading any. */
export interface LoadedCommand {
  readonly summary: string;
  readonly definition: CommandDefinition;
}

/** Ties the options that `run` gets to the schema. */
export const defineCommand = <S extends z.ZodObject>(definition: CommandDefinition<S>): CommandDefinition<S> =>
  definition;
