import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';
import type { Log } from '../lib/log.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One line of JSON per event, written before the call returns, so that the last words of a crash are there.
 * To stderr by default: stdout belongs to what a command prints.
 */
export function openLog(settings: { level: LogLevel; to?: 'stderr' | 'stdout' | DestinationStream }): Log {
  const { level, to = 'stderr' } = settings;
  const stream = typeof to === 'string' ? destination({ fd: to === 'stderr' ? 2 : 1, sync: true }) : to;
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}
