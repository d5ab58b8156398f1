#!/usr/bin/env node
import { type CommandContext, UsageFault } from './commands/context.ts';
import { helpCommand } from './commands/help.ts';

/** Each command is a file of its own, read only when it is asked for. The order is that of `solvent help`. */
const COMMANDS: Readonly<Record<string, () => Promise<(context: CommandContext) => Promise<number>>>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  reprice: async () => (await import('./commands/reprice.ts')).repriceCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  prices: async () => (await import('./commands/prices.ts')).pricesCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  restore: async () => (await import('./commands/backup.ts')).restoreCommand,
  'check-config': async () => (await import('./commands/check-config.ts')).checkConfigCommand,
  help: async () => helpCommand,
};

/** Exit codes: 0 done, 1 failed, 2 asked for what does not exist. */
async function main(argv: readonly string[]): Promise<number> {
  const [first = 'help', ...args] = argv;
  const name = [first, ...args].some((word) => word === '--help' || word === '-h') ? 'help' : first;
  const load = COMMANDS[name];
  const context: CommandContext = {
    args,
    env: process.env,
    write: (text) => void process.stdout.write(text),
    complain: (line) => void process.stderr.write(`${line}\n`),
    signals: process,
  };
  if (load === undefined) {
    context.complain(
      `solvent has no command ${JSON.stringify(first)}; it has ${Object.keys(COMMANDS).join(', ')}`,
    );
    return 2;
  }
  try {
    return await (await load())(context);
  } catch (fault) {
    if (!(fault instanceof UsageFault)) throw fault;
    context.complain(fault.message);
    return 2;
  }
}

// Whoever read this may be gone, as in `solvent help | head -1`; a service goes on all the same.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));
