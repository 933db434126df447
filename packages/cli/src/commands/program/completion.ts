/** `ftu completion`: the script that lets a shell complete commands, options and values. */
import { z } from 'zod';
import { bashScript } from '../../completion/bash.js';
import { describeCommands } from '../../completion/described.js';
import { fishScript } from '../../completion/fish.js';
import { zshScript } from '../../completion/zsh.js';
import { defineCommand } from '../../parser/command.js';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export const completion = defineCommand({
  name: 'completion',
  schema: z.object({
    shell: z.enum(['bash', 'zsh', 'fish']).meta({
      placeholder: 'SHELL',
      description:
        'bash: source <(ftu completion bash), in ~/.bashrc; zsh: the same in ~/.zshrc; fish: ftu completion fish > ~/.config/fish/completions/ftu.fish',
    }),
  }),
  positionals: ['shell'],
  groups: { Inputs: ['shell'] },
  examples: ['ftu completion bash', 'ftu completion zsh', 'ftu completion fish'],
  async run({ shell }, context) {
    context.print(scripts[shell](describeCommands(await context.commands())).trimEnd());
    return undefined;
  },
});
