import { MeshError } from '../errors';

/** Addresses, as a NetworkPolicy names them. */
export interface AddressBlock {
  readonly cidr: string;
  readonly except?: string[];
}

/**
 * Every address that is not private: of nobody's own network, and not the metadata service of a cloud.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 */
export const PUBLIC_ADDRESSES: AddressBlock[] = [
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'] },
  { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] },
];

/** The block of this CIDR, or of a single address, if a NetworkPolicy takes it; refuses any other. */
export function addressBlock(text: string, where: string): AddressBlock {
  const [address, length, ...more] = text.split('/');
  const bits = ipv4(address) ?? ipv6(address);
  const prefix = length === undefined ? bits?.length : Number(length);
  const fits = prefix !== undefined && /^\d+$/.test(length ?? '0') && prefix <= (bits?.length ?? -1);
  // With bits behind the prefix it would name a network and mean another.
  if (bits && fits && more.length === 0 && !bits.slice(prefix).includes('1')) return { cidr: `${address}/${prefix}` };
  throw new MeshError({
    code: 'InvalidAddress',
    where,
    what: `'${text}' is neither an IP address nor a CIDR block.`,
    why: 'A NetworkPolicy knows addresses and no names: `203.0.113.7`, or `203.0.113.0/24` with no bit set behind the prefix.',
    fix: "addresses: ['203.0.113.0/24']",
  });
}

/** Returns `text` if it is one IP address, refuses anything else. */
export function ipAddress(text: string, where: string): string {
  if (ipv4(text) ?? ipv6(text)) return text;
  throw new MeshError({
    code: 'InvalidAddress',
    where,
    what: `'${text}' is not an IP address.`,
    why: 'An endpoint is where connections go, whatever DNS says.',
    fix: "endpoints: ['203.0.113.7']",
  });
}

function ipv4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function ipv6(text: string): string | undefined {
  const [head, tail, ...more] = text.split('::');
  const groups = (side: string | undefined) => (side ? side.split(':') : []);
  const [first, last] = [groups(head), groups(tail)];
  const missing = 8 - first.length - last.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const all = [...first, ...Array(missing).fill('0'), ...last];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
