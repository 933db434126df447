/** What a person must read before believing the results of a run's steps. */
import type { StepOutcome } from '@ftuseg/experiment';
import type { CommandContext } from '../../parser/command.js';

/** The program then ends with exit code 3. */
export function tellWarnings(outcomes: readonly StepOutcome[], context: CommandContext): void {
  for (const { name, warnings = [] } of outcomes) {
    for (const warning of warnings) context.warn(`step ${name}: ${warning}`);
  }
}
