import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion.ts';
import { examplesText } from '../session.ts';

/** `bursar completion`: a script that lets a shell complete our commands. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('[shell]', 'your shell').choices(SHELLS).default('bash'))
    .addHelpText(
      'after',
      examplesText([
        'source <(bursar completion bash)',
        'bursar completion zsh > "${fpath[1]}/_bursar"',
        'bursar completion fish > ~/.config/fish/completions/bursar.fish',
      ]),
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(program, shell));
    });
}
