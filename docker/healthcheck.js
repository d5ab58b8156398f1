/** For HEALTHCHECK of the image, which has no curl: exit code 0 where /healthz of this container answers 200. */
const port = process.env.SOLVENT_WEB_PORT || 9464;
try {
  const { status } = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2500) });
  process.exitCode = status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
