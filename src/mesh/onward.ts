import type { Admission, Caller, Operations } from './parties';
import type { SpecialCalls } from './routing';

/**
 * Who comes with these calls to the place where they are led: whoever may make them, for exactly the operations that
 * are led there, under the path that they have there.
 */
export function onward(admissions: Admission[], calls: SpecialCalls & Led): Admission[] {
  return admissions
    .filter(({ caller }) => isMeant(caller, calls))
    .flatMap(({ operations, ...admission }) => {
      const led = operations.flatMap((operation) => operationsLed(operation, calls));
      return led.length > 0 ? [{ ...admission, operations: led }] : [];
    });
}

/** What of these operations is led, as it arrives there. */
export function ledAway(operations: Operations[], calls: SpecialCalls & Led): Operations[] {
  return operations.flatMap((operation) => operationsLed(operation, calls));
}

/** Whether every one of these operations is among those. */
export function areAmong(operations: Operations[], those: Operations[]): boolean {
  const isAmong = (port: Operations['port'], path: string) =>
    those.some((it) => it.port === port && (it.paths ?? ['/']).some((wide) => inBoth(wide, path) === path));
  return operations.every(({ port, paths = ['/'] }) => paths.every((path) => isAmong(port, path)));
}

/** Where calls are led. */
export interface Led {
  readonly toPort: Operations['port'];
  readonly rewrite?: string;
}

// Whom conditions do not name cannot come; a caller without a name has declared no call, and sees neither service.
function isMeant(caller: Caller | undefined, { conditions, atIngress }: SpecialCalls): boolean {
  if (caller?.isGateway && !atIngress) return false;
  const named = conditions.map((condition) => condition.caller);
  if (named.length === 0 || named.includes(undefined)) return true;
  return named.some((pods) => JSON.stringify(pods) === JSON.stringify(caller?.pods));
}

function operationsLed({ port, paths }: Operations, calls: SpecialCalls & Led): Operations[] {
  if (port !== calls.port) return [];
  const { rewrite, toPort } = calls;
  if (paths === undefined && calls.paths === undefined) {
    return [{ port: toPort, ...(rewrite !== undefined && { paths: [rewrite] }) }];
  }
  const led = (calls.paths ?? ['/']).flatMap((from) =>
    (paths ?? ['/']).flatMap((path) => {
      const common = inBoth(path, from);
      if (common === undefined) return [];
      return [rewrite === undefined ? common : rewrite + (from.endsWith('/') ? common.slice(from.length) : '')];
    }),
  );
  return led.length > 0 ? [{ port: toPort, paths: [...new Set(led)] }] : [];
}

// A trailing slash means everything below.
function inBoth(a: string, b: string): string | undefined {
  if (a === b || (b.endsWith('/') && a.startsWith(b))) return a;
  return a.endsWith('/') && b.startsWith(a) ? b : undefined;
}
