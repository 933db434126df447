/** What a slide says that a person must read before using it, as every command that works on one slide says it. */
import type { Slide } from '@ftuseg/slide';
import type { CommandContext } from '../../parser/command.js';

/** @param subject of the sentence, where there are several slides */
export function warnOf({ info }: Pick<Slide, 'info'>, context: CommandContext, subject?: string): void {
  for (const warning of info.warnings ?? []) {
    context.warn(subject === undefined ? warning : `${subject}: ${warning}`);
  }
}
