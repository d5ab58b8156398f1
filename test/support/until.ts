/** Polls until `probe` gives something, or fails at the deadline with `wanted`. Tests never sleep. */
export async function until<T>(
  wanted: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { deadlineMs = 20_000, everyMs = 20 }: { deadlineMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${wanted}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
