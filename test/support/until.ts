/**
 * Polls until `probe` gives something, or fails at the deadline with `wanted` and what `instead` tells then. Tests never
 * sleep.
 */
export async function until<T>(
  wanted: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  {
    deadlineMs = 20_000,
    everyMs = 20,
    instead = () => '',
  }: { deadlineMs?: number; everyMs?: number; instead?: () => Promise<string> | string } = {},
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) {
      const seen = await Promise.resolve(instead()).catch((fault: unknown) => `nothing more: ${fault}`);
      throw new Error([`not within ${deadlineMs} ms: ${wanted}`, seen].filter(Boolean).join('\n'));
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
