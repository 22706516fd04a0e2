/** Whether an address is in one of these ranges: `10.1.2.3`, `10.1.0.0/16`, `fd00::/8`. */
export function inRanges(values: readonly string[]): (address: string) => boolean {
  const ranges = values.map(rangeOf).filter((range) => range !== undefined);
  return (address) => {
    const ip = ipOf(address);
    return ip !== undefined && ranges.some((range) => contains(range, ip));
  };
}

/** Whether Istio can read it as an address or a range. */
export function isRange(value: string): boolean {
  return rangeOf(value) !== undefined;
}

interface Ip {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

interface Range extends Ip {
  readonly length: number;
}

function contains({ bits, value, length }: Range, ip: Ip): boolean {
  const rest = BigInt(bits - length);
  return bits === ip.bits && value >> rest === ip.value >> rest;
}

function rangeOf(text: string): Range | undefined {
  const [address, length, ...more] = text.split('/');
  const ip = ipOf(address);
  if (!ip || more.length > 0) return undefined;
  if (length === undefined) return { ...ip, length: ip.bits };
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > ip.bits) return undefined;
  return { ...ip, length: Number(length) };
}

function ipOf(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const value = v4Of(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = v6Of(text);
  return value === undefined ? undefined : { bits: 128, value };
}

function v4Of(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function v6Of(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<bigint>(missing).fill(0n), ...(tail ?? [])];
  return groups.reduce((sum, group) => sum * 65536n + group, 0n);
}

/** The last group may be an IPv4 address, which counts for two. */
function groupsOf(half: string): bigint[] | undefined {
  if (half === '') return [];
  const parts = half.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 && part.includes('.') ? v4Of(part) : undefined;
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
