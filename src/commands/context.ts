import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What a command may touch: its arguments, the environment, the two outputs and the signals. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output. */
  readonly write: (text: string) => void;
  /** One line on standard error. */
  readonly complain: (line: string) => void;
  readonly signals: Pick<NodeJS.Process, 'on' | 'exit'>;
}

/** The command was called in a way that it does not know; the message says what it takes. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options of a command; anything else is a UsageFault that names what was wanted. */
export function readOptions<const O extends Options>(command: string, args: readonly string[], options: O) {
  return parsed(
    command,
    options,
    () => parseArgs({ args: [...args], options, allowPositionals: false }).values,
  );
}

/** The same for a command that takes words as well, such as the names of files. */
export function readWords<const O extends Options>(command: string, args: readonly string[], options: O) {
  return parsed(command, options, () => {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, words: positionals };
  });
}

function parsed<T>(command: string, options: Options, parse: () => T): T {
  try {
    return parse();
  } catch (fault) {
    const names = Object.entries(options).map(([name, { type }]) =>
      type === 'string' ? `--${name} …` : `--${name}`,
    );
    // `parseArgs` throws errors alone; after the first sentence it tells how to write what no command here takes.
    const [why] = (fault as Error).message.split('. ');
    const takes = names.length === 0 ? 'no options' : names.join(', ');
    throw new UsageFault(`solvent ${command}: ${why}; it takes ${takes}`);
  }
}
