import type { LogCondition } from '../../values/access-log-filter';
import { GrpcStatus } from '../../values/grpc-status';
import type { Telemetry } from '../telemetry';
import { duration } from './duration';
import { RPC_LABEL } from './metrics';
import type { TelemetrySpec } from './types';

/** What every Istio has: metrics for Prometheus, and a line on the output of the proxy. */
const METRICS = 'prometheus';
const OUTPUT = 'envoy';

const IS_GRPC = "('content-type' in request.headers && request.headers['content-type'].startsWith('application/grpc'))";

/** What the proxies of a service tell of its calls. */
export function telemetry({ pods, tracing, accessLog, rpcs }: Telemetry): TelemetrySpec {
  return {
    selector: { matchLabels: pods.labels },
    ...(tracing && {
      tracing: [
        {
          providers: [{ name: tracing.provider }],
          randomSamplingPercentage: tracing.percentage,
          ...(Object.keys(tracing.tags).length > 0 && { customTags: tracing.tags }),
        },
      ],
    }),
    ...(accessLog && {
      accessLogging: [
        {
          providers: [{ name: accessLog.provider ?? OUTPUT }],
          ...(accessLog.conditions.length > 0 && {
            filter: { expression: accessLog.conditions.map(condition).join(' || ') },
          }),
        },
      ],
    }),
    ...(rpcs.length > 0 && { metrics: [labelled(rpcs)] }),
  };
}

// Of the calls that arrive: on their way out they would need the RPCs of everybody else.
function labelled(rpcs: string[]) {
  const tagOverrides = { [RPC_LABEL]: { value: rpcLabel(rpcs) } };
  return {
    providers: [{ name: METRICS }],
    overrides: (['REQUEST_COUNT', 'REQUEST_DURATION'] as const).map((metric) => ({
      match: { metric, mode: 'SERVER' as const },
      tagOverrides,
    })),
  };
}

/** The path of a declared RPC; whatever else anybody calls has one value together. */
export function rpcLabel(rpcs: string[]): string {
  return `request.url_path in [${rpcs.map(quoted).join(', ')}] ? request.url_path : 'other'`;
}

// A call that is cut off has no status, and a comparison with nothing is an error, which || forgives.
function condition({ failures, statuses, millis }: LogCondition): string {
  if (statuses) return `(${IS_GRPC} && response.grpc_status in [${statuses.map(codeOf).join(', ')}])`;
  if (millis !== undefined) return `request.duration > duration('${duration(millis)}')`;
  return failures ? `(${IS_GRPC} ? response.grpc_status != 0 || response.flags != 0 : response.code >= 400)` : 'true';
}

// The enum has them in the order of their numbers, from 1.
function codeOf(status: GrpcStatus): number {
  return Object.values(GrpcStatus).indexOf(status) + 1;
}

function quoted(text: string): string {
  return `'${text}'`;
}
