import { MeshError } from '../errors';

/** A share in percent, refused if it is nobody's or more than everybody's. */
export function percentage(percent: number, noun: string, where: string): number {
  if (percent > 0 && percent <= 100) return percent;
  throw new MeshError({
    code: 'InvalidPercentage',
    where,
    what: `${noun} is for ${percent} percent of the calls, a number above 0 and up to 100 is needed.`,
    why: 'Istio reads a share that is not there as none for faults and as all for copies: it is always spelled out here.',
    fix: 'percentage: 10',
  });
}
