import type { HttpRoute } from '../../manifests/types';
import { percent } from './fault';
import type { Mirror } from './route-result';

/** Where copies of requests go, whose answers nobody reads. 0 percent is none, and no percentage is all. */
export function mirrorsOf(spec: HttpRoute): readonly Mirror[] {
  const all = [
    ...(spec.mirror
      ? [{ to: spec.mirror, percentage: spec.mirrorPercentage?.value ?? spec.mirrorPercent ?? spec.mirror_percent }]
      : []),
    ...(spec.mirrors ?? []).map((it) => ({ to: it.destination, percentage: it.percentage?.value })),
  ];
  return all
    .map(({ to: { host, port, subset }, percentage = 100 }) => ({
      host,
      ...(port?.number !== undefined && { port: port.number }),
      ...(subset !== undefined && { subset }),
      percentage: percent(percentage),
    }))
    .filter(({ percentage }) => percentage > 0);
}
