/**
 * Uploads a packaged folder with Kaggle's own command-line tool, which keeps the credentials and speaks the service's protocol; without it, says
 * what to type.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { idInMetadata, metadataFile } from './kaggle-metadata.js';

export interface PublishOptions {
  /** What has changed, for people; of a new version. */
  readonly message?: string | undefined;
  /** Only say what to type. */
  readonly dryRun?: boolean | undefined;
  /** Environment of the tool; default: the process's. Tests give their own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Publication =
  | { readonly kind: 'created' | 'updated'; readonly id: string }
  | {
      readonly kind: 'manual';
      readonly id: string;
      /** Why it was not uploaded. */
      readonly reason: string;
      /** Shell commands: for a new data set, and for a new version of one. */
      readonly create: string;
      readonly update: string;
    };

interface Ending {
  readonly failed: boolean;
  readonly output: string;
}

/** The tool exits with 0 where the service refuses, and says so on a line of this form. */
const REFUSAL = /^Dataset (?:version )?creation error:.*$/im;

const usable = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

async function findTool(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter).filter((name) => name !== '')) {
    const path = join(folder, 'kaggle');
    if (await usable(path, constants.X_OK)) return path;
  }
  return undefined;
}

async function hasCredentials(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env.KAGGLE_USERNAME && env.KAGGLE_KEY) return true;
  return usable(join(env.KAGGLE_CONFIG_DIR ?? join(env.HOME ?? homedir(), '.kaggle'), 'kaggle.json'), constants.R_OK);
}

const quote = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The last line that says something. */
const lastLine = (output: string): string =>
  output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .findLast((line) => line !== '') ?? 'it says nothing';

/**
 * Creates the data set of a folder that `packageDataset` made, or a new version of it if Kaggle has it already.
 *
 * @returns `manual` with the commands to type where the tool is not installed or not configured
 * @throws FtuError `not-found` for a folder without metadata; `unavailable` with the tool's last line if it fails; `cancelled`
 * @example
 * const publication = await publishDataset('upload', { message: 'Second stage' });
 */
export async function publishDataset(folder: string, options: PublishOptions = {}): Promise<Publication> {
  const { message = 'New version', dryRun = false, env = process.env, signal } = options;
  const path = join(folder, metadataFile);
  const metadata = await readFile(path, 'utf8').catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  const id = idInMetadata(metadata, path);
  const create = ['datasets', 'create', '-p', folder];
  const update = ['datasets', 'version', '-p', folder, '-m', message];
  const typed = (args: readonly string[]): string => ['kaggle', ...args].map(quote).join(' ');
  const manual = (reason: string): Publication => ({
    kind: 'manual',
    id,
    reason,
    create: typed(create),
    update: typed(update),
  });
  if (dryRun) return manual('nothing was uploaded, as asked');
  const tool = await findTool(env);
  if (tool === undefined) return manual('the tool `kaggle` is not on the PATH');
  if (!(await hasCredentials(env))) return manual('the tool `kaggle` has no credentials (~/.kaggle/kaggle.json)');

  const run = (args: readonly string[]): Promise<Ending> =>
    new Promise((resolve) => {
      execFile(tool, args, { env, signal, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const output = `${stdout}\n${stderr}`;
        resolve({ failed: error !== null, output: output.trim() === '' && error !== null ? error.message : output });
      });
    });
  const { failed: isNew } = await run(['datasets', 'status', id]);
  const args = isNew ? create : update;
  const { failed, output } = signal?.aborted ? { failed: true, output: '' } : await run(args);
  if (signal?.aborted)
    throw new FtuError('cancelled', 'stopped while uploading', { hint: `go on with \`${typed(args)}\`` });
  const refusal = REFUSAL.exec(output)?.[0].trim();
  if (failed || refusal !== undefined) {
    const said = (refusal ?? lastLine(output)).replace(/\.$/, '');
    throw new FtuError('unavailable', `kaggle did not take the data set: ${said}`, {
      subject: id,
      hint: `the folder is ready; to try again, type \`${typed(args)}\``,
    });
  }
  return { kind: isNew ? 'created' : 'updated', id };
}
