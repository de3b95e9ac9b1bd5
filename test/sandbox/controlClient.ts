import type { ControlCalls } from './controlServer';

type Parameters<Name extends keyof ControlCalls> =
  Record<string, never> extends ControlCalls[Name]['params']
    ? [params?: ControlCalls[Name]['params']]
    : [params: ControlCalls[Name]['params']];

/** `Infinity` has no spelling in JSON; the one place where it may stand has a word for it. */
function spellInfinity(_name: string, value: unknown): unknown {
  return value === Infinity ? 'always' : value;
}

/**
 * Calls the control side of a sandbox that runs in another process.
 * @param controlUrl as `Sandbox.controlUrl` or `npm run sandbox -- --json` gives it.
 * @throws Error with the sandbox's own sentence when it refuses.
 */
export async function callControl<Name extends keyof ControlCalls>(
  controlUrl: string,
  name: Name,
  ...[params]: Parameters<Name>
): Promise<ControlCalls[Name]['result']> {
  const response = await fetch(`${controlUrl}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params ?? {}, spellInfinity),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`The sandbox refused "${name}": ${(answer as { error: string }).error}`);
  return answer as ControlCalls[Name]['result'];
}
