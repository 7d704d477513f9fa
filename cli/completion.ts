import type { Command } from 'commander';

/** The shells that a completion script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command by its words, such as `batch execute`, with what may follow it. */
interface Node {
  readonly words: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly string[];
  readonly choices: readonly string[];
}

/** The script that makes a shell complete the commands, flags and fixed arguments of `program`. */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, '', globalFlags(program));
  if (shell === 'fish') return fishScript(nodes);
  const script = bashScript(nodes);
  return shell === 'bash'
    ? script
    : `#compdef bursar\nautoload -U +X bashcompinit && bashcompinit\n${script}`;
}

const globalFlags = (program: Command): string[] =>
  program.options.flatMap(({ long }) => (long ? [long] : []));

function nodesOf(command: Command, words: string, inherited: readonly string[]): Node[] {
  const children = command.commands.filter((child) => !child.name().startsWith('_'));
  const own = command.options.flatMap(({ long }) => (long ? [long] : []));
  const node: Node = {
    words,
    commands: children.map((child) => ({ name: child.name(), description: child.description() })),
    flags: [...new Set([...own, ...inherited, '--help'])],
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  const below = children.flatMap((child) =>
    nodesOf(child, words === '' ? child.name() : `${words} ${child.name()}`, inherited),
  );
  return [node, ...below];
}

function bashScript(nodes: readonly Node[]): string {
  const cases = nodes.map(({ words, commands, flags, choices }) => {
    const next = [...commands.map(({ name }) => name), ...choices, ...flags].join(' ');
    return `    '${words}') next='${next}' ;;`;
  });
  return `_bursar() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words='' next='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "\${words:+$words }$word" in
${knownWords(nodes)}) words="\${words:+$words }$word" ;;
    esac
  done
  case "$words" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$next" -- "$cur"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _bursar bursar
`;
}

const knownWords = (nodes: readonly Node[]): string =>
  `      ${nodes
    .filter(({ words }) => words !== '')
    .map(({ words }) => `'${words}'`)
    .join('|')}`;

function fishScript(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ words, commands, flags, choices }) => {
    const names = commands.map(({ name }) => name).join(' ');
    const parts = words === '' ? [] : words.split(' ');
    const inside = parts.map((part) => `__fish_seen_subcommand_from ${part}`);
    const outside = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
    const when = [...inside, ...outside].join('; and ') || 'true';
    return [
      ...commands.map(
        ({ name, description }) =>
          `complete -c bursar -f -n '${when}' -a ${name} -d '${description.replaceAll("'", "\\'")}'`,
      ),
      ...choices.map((choice) => `complete -c bursar -n '${when}' -a ${choice}`),
      ...flags.map((flag) => `complete -c bursar -n '${when}' -l ${flag.slice(2)}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}
