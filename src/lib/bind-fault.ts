/** Why a port could not be opened, in one line for whoever started us. */
export function bindFault(
  door: { readonly transport: string; readonly setting: string },
  at: { readonly host: string; readonly port: number },
  fault: unknown,
): Error {
  const said = fault instanceof Error ? fault.message : String(fault);
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return new Error(`${door.transport} cannot listen on ${host}:${at.port}: ${reasonOf(said, door.setting)}`, {
    cause: fault,
  });
}

/** By the text, because grpc-js drops the error's code. */
function reasonOf(said: string, setting: string): string {
  if (said.includes('EADDRINUSE')) return `the port is in use. Set ${setting} to another one.`;
  if (said.includes('EACCES')) return `this user may not open that port. Set ${setting} to one above 1023.`;
  if (said.includes('EADDRNOTAVAIL'))
    return 'this machine does not have that address. Set SOLVENT_HOST to one it has.';
  if (/ENOTFOUND|EAI_|Name resolution/.test(said))
    return 'the host name has no address. Set SOLVENT_HOST to another one.';
  return said.replaceAll('\n', ' ');
}
