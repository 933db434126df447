/** `ftu studio --static OUT`: the page that works without a server, for a web server or a USB stick. */
import { resolve } from 'node:path';
import { counted } from '@ftuseg/core';
import { STARTER_MODEL } from '@ftuseg/folders';
import { staticFiles } from '@ftuseg/static';
import { writeStaticStudio } from '@ftuseg/studio';
import type { CommandContext } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';
import { modelPath } from '../prediction/model-argument.js';

/** What else was said on the command line; all but the models is for a studio with a server. */
export interface StaticSettings {
  readonly model?: readonly string[] | undefined;
  readonly open: boolean;
  readonly showLabels: boolean;
  readonly slides?: unknown;
  readonly predictions?: unknown;
  readonly work?: unknown;
  readonly port?: unknown;
  readonly host?: unknown;
  readonly tokenFile?: unknown;
}

function refuseIdle({ slides, predictions, work, port, host, tokenFile, showLabels, open }: StaticSettings): void {
  if (slides !== undefined)
    throw new UsageError('--static takes no slides: the page opens them from the disk of whoever uses it');
  const given = { predictions, work, port, host, 'token-file': tokenFile };
  const [idle] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  const flag = idle ?? (showLabels ? '--show-labels' : open ? undefined : '--no-open');
  if (flag !== undefined) throw new UsageError(`--static writes a folder and ends: ${flag} is for a studio that runs`);
}

/**
 * @throws UsageError for settings that would do nothing; FtuError as `writeStaticStudio`
 */
export async function writeStaticFolder(out: string, settings: StaticSettings, context: CommandContext): Promise<void> {
  refuseIdle(settings);
  const { model } = settings;
  if (model === undefined) {
    context.note(
      'no --model: the starter model lies beside the page; `ftu models starter` says how well it does where',
    );
  }
  const names = model ?? [STARTER_MODEL];
  const models: string[] = [];
  for (const name of names) models.push(resolve(await modelPath(name, context)));
  const written = await writeStaticStudio({ out: resolve(out), page: staticFiles, models, signal: context.signal });
  for (const { name, summary, licence } of written.models) {
    context.note(`${name}: ${summary} ${licence === '' ? 'Its card states no licence.' : `Licence: ${licence}.`}`);
  }
  const size = `${Math.round(written.bytes / 1e6)} MB`;
  context.note(
    `try it: npx serve ${out}, or python3 -m http.server --directory ${out}; over a network browsers want https`,
  );
  context.print(`${counted(written.files.length, 'file')}, ${size}, in ${out}`);
}
