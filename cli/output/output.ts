import { makeStyle, type Style } from './style.ts';

/** Where a command writes. With `--json` only results reach stdout, as one JSON document. */
export interface Output {
  readonly json: boolean;
  /** Whether a person can be asked and shown moving progress: stdin and stderr are terminals. */
  readonly interactive: boolean;
  readonly style: Style;
  /** The command's result: the value with `--json`, else the text for people. Once a command. */
  result(value: unknown, human: () => string): void;
  /** A line beside the result, on stderr. */
  note(text: string): void;
}

/** Opens the output of one command. */
export function makeOutput(options: { json: boolean; noColor: boolean }): Output {
  const { stdout, stderr, stdin } = process;
  return {
    json: options.json,
    interactive: stdin.isTTY && stderr.isTTY && !options.json,
    style: makeStyle(stdout.isTTY && !options.noColor && !options.json),
    result: (value, human) => {
      stdout.write(`${options.json ? JSON.stringify(value, null, 2) : human()}\n`);
    },
    note: (text) => {
      stderr.write(`${text}\n`);
    },
  };
}
